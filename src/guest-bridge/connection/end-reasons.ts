import { XPaneError } from '../../shared/errors.ts';
import { closeCodes } from '../protocol/limits.ts';
import { protocolVersion } from '../protocol/version.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

/** Why a connection ended, or never began, as users and callers read it. Codes are stable. */

const RETRY = 'Wait a moment: XPane connects again by itself. If it does not, restart the workspace.';

export const unreachable = (detail: string) =>
  new XPaneError('bridge.unreachable', `The guest does not answer (${detail}).`, RETRY);

export const lost = (detail: string) =>
  new XPaneError('bridge.lost', `The connection to the guest was lost (${detail}).`, RETRY);

export const timedOut = (detail: string) =>
  new XPaneError('bridge.timeout', `The guest stopped answering (${detail}).`, RETRY);

export const closedHere = () =>
  new XPaneError('bridge.closed', 'The connection to the guest was closed.', 'Start the workspace again.');

export const replaced = () =>
  new XPaneError(
    'bridge.replaced',
    'Another program that knows this workspace has taken over the connection to the guest.',
    'End the other XPane service of this workspace, then restart the workspace.',
  );

export const notProven = () =>
  new XPaneError(
    'bridge.not-proven',
    'What answers for the guest does not know the secret of this workspace.',
    'Restart the workspace. If that does not help, its set-up disk is of another workspace: set it up again.',
  );

export const secretNotKept = () =>
  new XPaneError(
    'bridge.secret-not-kept',
    'The guest has nowhere to keep the secret of its workspace.',
    'Restart the workspace.',
  );

export const otherVersion = (untrustedMajor: number) =>
  new XPaneError(
    'bridge.version',
    `The agent in the guest speaks version ${untrustedMajor} of the protocol, this XPane speaks ${protocolVersion.major}.`,
    'Update the agent in the guest: restart the workspace so that it gets the one of this XPane.',
  );

/** The reason for a close code that the agent sent. */
export function reasonOfClose(code: number): XPaneError {
  switch (code) {
    case closeCodes.notProven:
      return notProven();
    case closeCodes.replaced:
      return replaced();
    case closeCodes.notKept:
      return secretNotKept();
    case closeCodes.timeout:
      return lost('the guest heard nothing from this computer for too long');
    default:
      return lost(`closed by the guest, code ${code}`);
  }
}

/** Dialling again cannot mend these. */
export function isFinal(reason: XPaneError): boolean {
  return ['bridge.not-proven', 'bridge.version', 'bridge.replaced'].includes(reason.code);
}

/** The close code that tells the agent. */
export function closeCodeOf(reason: XPaneError): number {
  if (reason instanceof ProtocolViolation) return reason.closeCode;
  switch (reason.code) {
    case 'bridge.not-proven':
      return closeCodes.notProven;
    case 'bridge.version':
      return closeCodes.version;
    case 'bridge.timeout':
      return closeCodes.timeout;
    default:
      return closeCodes.goodbye;
  }
}
