import { XPaneError } from '../shared/errors.ts';
import type { WorkspaceSession } from './workspace-session.ts';

interface GuestAtWork {
  readonly id: string;
  readonly name: string;
  readonly session: Pick<WorkspaceSession, 'keepsGuest' | 'phase'>;
}

/** Its disk is being worked on, or it is being set up: `what`. */
export function busy(name: string, what: string): XPaneError {
  return new XPaneError(
    'workspace.busy',
    `${name} ${what}.`,
    'Wait until that is done; "xpane status" shows how far it is.',
  );
}

/** Only without a guest, resting ones too, may that be done. */
export function notStopped({ id, name, session }: GuestAtWork): XPaneError {
  return new XPaneError(
    'workspace.running',
    `${name} is not shut down (${session.keepsGuest ? 'suspended' : session.phase.name}): its disk is in use.`,
    `Shut it down by "xpane stop --workspace ${id}", then try again.`,
  );
}
