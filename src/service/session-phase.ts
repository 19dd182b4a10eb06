import type { WorkspacePhase } from '../launcher/api/state.ts';
import type { ErrorReport } from '../shared/errors.ts';

/** Where a workspace is in its life, with what the user is told about it. */
export type SessionPhase =
  | { readonly name: 'stopped' }
  /** `fraction`: how far it is, 0 to 1, as far as that is known. `resuming`: it goes on where it was suspended. */
  | {
      readonly name: 'starting';
      readonly text: string;
      readonly fraction?: number;
      readonly resuming?: boolean;
    }
  /** `notice`: what holds a stop up, as “X” asks something. */
  | { readonly name: 'running'; readonly notice?: string }
  | { readonly name: 'suspending'; readonly text: string }
  | { readonly name: 'suspended' }
  | { readonly name: 'stopping'; readonly text: string }
  | { readonly name: 'failed'; readonly failure: ErrorReport };

/** Which phase may follow which. A step that is not here is a fault of the program, not of the guest. */
const successors: Readonly<Record<WorkspacePhase, readonly WorkspacePhase[]>> = {
  stopped: ['starting'],
  starting: ['starting', 'running', 'stopping', 'failed'],
  running: ['running', 'suspending', 'stopping', 'stopped', 'failed'],
  suspending: ['suspended', 'running', 'stopped', 'failed'],
  suspended: ['starting', 'stopped'],
  stopping: ['stopped', 'failed'],
  failed: ['starting', 'stopped'],
};

/** The phase after a step; throws on a step the workspace's life does not have. */
export function nextPhase(from: SessionPhase, to: SessionPhase): SessionPhase {
  if (!successors[from.name].includes(to.name)) {
    throw new Error(`A workspace cannot go from ${from.name} to ${to.name}.`);
  }
  return to;
}
