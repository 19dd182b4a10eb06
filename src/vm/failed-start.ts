import type { OwnedChild } from '../shared/child-process.ts';
import { reclaimLaunchFolder } from './launch-folder.ts';
import { exitDetail } from './running-guest.ts';

export interface FailedStart {
  /** None when not even the process could be started. */
  readonly child: OwnedChild | undefined;
  readonly runtimeFolder: string;
  readonly signal: AbortSignal | undefined;
  /** What the process's own last words mean, when it ended by itself. `cause` is what was noticed of it here. */
  readonly explain: (cause: unknown, detail: string) => unknown;
}

/** Clears away what a start left that threw, and returns what the caller is to throw in its place. */
export async function failedStart(thrown: unknown, start: FailedStart): Promise<unknown> {
  const { child, runtimeFolder, signal, explain } = start;
  const exit = await child?.kill();
  await reclaimLaunchFolder(runtimeFolder);
  if (signal?.aborted) return signal.reason;
  // Had the process ended by itself, its words tell more than what was noticed of it here.
  if (!exit || !child || exit.signal === 'SIGKILL') return thrown;
  return explain(thrown, exitDetail(exit, child.tail()));
}
