import { dirname } from 'node:path';
import { listed } from '../redirection/files/notices.ts';
import type { Waiting } from '../redirection/files/write-back.ts';
import { XPaneError } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';

/** What is said where files that are open in a guest would be lost. */

export function noGuest(): XPaneError {
  return new XPaneError(
    'files.no-guest',
    'The guest has just ended.',
    'Open the file again; the guest is started for it.',
  );
}

export function stillInUse(paths: readonly string[]): XPaneError {
  return new XPaneError(
    'files.only-in-guest',
    `Programs of the guest still work on ${listed(paths)}; what they have not saved would be gone with the guest.`,
    'Save and close the file in the guest, then stop it again; with --force that content is lost.',
  );
}

export function onlyOnDisk(paths: readonly string[]): XPaneError {
  return new XPaneError(
    'files.only-in-guest',
    `The guest may have newer content of ${listed(paths)}, which would be lost with its disk.`,
    'Start the workspace: what is newer comes by itself; stop it, then try again. With --force that content is lost.',
  );
}

export function notPlaced(waiting: readonly Waiting[]): XPaneError {
  const names = listed(waiting.map(({ hostPath }) => hostPath));
  const folder = displayText(dirname(waiting[0]?.temporary ?? ''), 200);
  return new XPaneError(
    'files.not-placed',
    `New content of ${names} from the guest lies in ${folder} and has no place yet.`,
    'See that the folder is there and takes new files, then try again. With --force it is left there, as a hidden file.',
  );
}

export function onlyInGuest(paths: readonly string[]): XPaneError {
  return new XPaneError(
    'files.only-in-guest',
    `The guest may have newer content of ${listed(paths)} that could not be brought here, and would be gone with it.`,
    'Save and close the file in the guest, then stop it again; with --force that content is lost.',
  );
}
