import { setUpText } from './api/set-up-text.ts';
import type { ServiceState, WorkspaceState } from './api/state.ts';
import type { ServiceClient } from './client.ts';
import type { Output } from './output.ts';

/** Shows what the guest is doing while `work` goes on. The client's one watch is used up by this. */
export async function withProgress<T>(
  client: ServiceClient,
  output: Output,
  workspace: string | undefined,
  work: Promise<T>,
): Promise<T> {
  const watching = client.watch((state) => {
    const concerned = workspaceIn(state, workspace);
    if (concerned) output.progress(progressText(concerned));
  });
  // It only decorates: what fails is told by `work`, which uses the same connection.
  watching.catch(() => {});
  try {
    return await work;
  } finally {
    output.endProgress();
  }
}

/** The workspace of that id; the first one without an id. */
export function workspaceIn(state: ServiceState, id: string | undefined): WorkspaceState | undefined {
  return state.workspaces.find((workspace) => id === undefined || workspace.id === id);
}

/** Pure. */
export function progressText({ name, progress, phase, setUp, files }: WorkspaceState): string {
  const [transfer] = files?.transfers ?? [];
  if (transfer) return `${name}: ${transferText(transfer)}`;
  if (setUp?.phase === 'running') return `${name} ${setUpText(setUp)}`;
  if (!progress) return phase === 'running' ? '' : `${name}: ${phase}`;
  const percent = progress.fraction === undefined ? '' : ` (${Math.floor(progress.fraction * 100)} %)`;
  return `${name}: ${progress.text}${percent}`;
}

type Transfer = NonNullable<NonNullable<WorkspaceState['files']>['transfers']>[number];

/** Pure. */
export function transferText({ name, direction, fraction }: Transfer): string {
  return `${name} ${direction === 'to-guest' ? 'to' : 'from'} the guest (${Math.floor(fraction * 100)} %)`;
}
