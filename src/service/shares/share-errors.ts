import type { FileNotice } from '../../redirection/files/notices.ts';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

export function noGuest(): XPaneError {
  return new XPaneError(
    'share.no-guest',
    'The workspace does not run.',
    'Start it; what was deleted in the shared folder is compared then.',
  );
}

export function tooLate(): XPaneError {
  return new XPaneError(
    'share.late',
    'Files of shared folders were not brought in time.',
    'They are still in the guest; XPane brings them when it runs again.',
  );
}

export function onlyInGuest(names: readonly string[]): XPaneError {
  return new XPaneError(
    'share.only-in-guest',
    `The guest has newer content of ${names.slice(0, 3).join(', ')} that could not be brought here, and would be gone with it.`,
    'Save and close the file in the guest, then stop it again; with --force that content is lost.',
  );
}

export function onlyOnDisk(names: readonly string[]): XPaneError {
  const shown = names.slice(0, 3).map((name) => displayText(name, 64));
  return new XPaneError(
    'share.only-in-guest',
    `The guest may have newer content of the shared folders ${shown.join(', ')}, which would be lost with its disk.`,
    'Start the workspace: what is newer comes by itself; stop it, then try again. With --force that content is lost.',
  );
}

/** Of a share that was removed. */
export function staysInGuest(name: string, files: readonly string[]): FileNotice {
  const shown = displayText(name, 64);
  return {
    title: `About the shared folder ${shown}`,
    text: `It was removed, but the guest has content that may not come here, as ${files.slice(0, 3).join(', ')}. That stays on the guest's disk.\nWhat to do: Allow it by the setting "filesFromGuest" and restart the workspace, or save it elsewhere in the guest.`,
  };
}
