import { XPaneError } from '../../shared/errors.ts';
import type { TransferOutcome } from '../protocol/file-messages.ts';

/** Why a transfer failed, as users and callers read it. Codes are stable. */

const AGAIN = 'Try again in a moment.';

export const cancelled = (cause?: unknown) =>
  new XPaneError('bridge.file-cancelled', 'The transfer of the file was cancelled.', AGAIN, cause);

export const noProgress = () =>
  new XPaneError(
    'bridge.file-timeout',
    'The guest stopped in the middle of a file.',
    'Try again. If it happens again, restart the workspace.',
  );

export const changed = () =>
  new XPaneError('bridge.file-changed', 'The file was changed while it was being copied.', AGAIN);

export const unexpected = () =>
  new XPaneError('bridge.file-unexpected', 'The file was changed in the guest just now.', AGAIN);

export const noFiles = () =>
  new XPaneError(
    'bridge.file-refused',
    'The agent in the guest does not take files.',
    'Restart the workspace, so that it gets the agent of this XPane.',
  );

export const tooLarge = () =>
  new XPaneError(
    'bridge.file-refused',
    'The file is too large for the guest.',
    'Open it with an application of this computer.',
  );

/** The error for an outcome that is not `done`; `systemError` is Win32's. */
export function errorOf(outcome: Exclude<TransferOutcome, 'done'>, systemError: number): XPaneError {
  switch (outcome) {
    case 'cancelled':
      return cancelled();
    case 'in-use':
      return new XPaneError(
        'bridge.file-in-use',
        'The file is open in an application of the guest.',
        'Save and close it there, then try again.',
      );
    case 'changed':
      return changed();
    case 'not-found':
      return new XPaneError('bridge.file-not-found', 'The guest no longer has the file.', 'Open it again.');
    case 'no-room':
      return new XPaneError(
        'bridge.file-no-room',
        'The disk of the guest is full.',
        'Remove files in the guest, then try again.',
      );
    case 'too-large':
      return tooLarge();
    case 'access-denied':
    case 'failed':
      return new XPaneError(
        'bridge.file-refused',
        `Windows refused the file (error ${systemError}).`,
        'Try again. If it happens again, give the file a shorter name, or restart the workspace.',
      );
  }
}
