import { XPaneError } from '../../shared/errors.ts';

export function tooLong(): XPaneError {
  return new XPaneError(
    'files.late',
    'Files of the guest were not brought in time.',
    'They are still in the guest; XPane brings them when it runs again.',
  );
}

export function closed(): XPaneError {
  return new XPaneError(
    'files.ended',
    'The guest ended before the file was open in it.',
    'Open it again when the workspace runs.',
  );
}
