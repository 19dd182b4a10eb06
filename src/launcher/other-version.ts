import { XPaneError } from '../shared/errors.ts';
import { version } from '../shared/version.ts';

/**
 * Changes with `methods`: two states of the project with one version may ask each other for what the other one lacks. A unit
 * test ties it to the schemas, and names the new one. Not beside them: a client loads no schema.
 */
export const apiMark = '2e6e7bb4ee4900b3';

/** What the two ends of the local socket compare. At most 64 characters. */
export const apiVersion = `${version}+${apiMark}`;

/** Client and service come from two versions of XPane: an update came while the service ran. */
export function otherVersion(): XPaneError {
  return new XPaneError(
    'service.other-version',
    'The running XPane is of another version.',
    'End it with "xpane quit", or log out and in again, and then try again.',
  );
}
