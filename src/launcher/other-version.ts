import { XPaneError } from '../shared/errors.ts';

/** Client and service come from two versions of XPane: an update came while the service ran. */
export function otherVersion(): XPaneError {
  return new XPaneError(
    'service.other-version',
    'The running XPane is of another version.',
    'End it with "xpane quit", or log out and in again, and then try again.',
  );
}
