import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

/** Why a file of the guest does not open on this computer, as users read it. Codes are stable. */

const shown = (name: string) => displayText(name, 80);

export const notListed = (name: string) =>
  new XPaneError(
    'loans.not-listed',
    `Files of the kind of ${shown(name)} do not open on this computer.`,
    'The setting "hostOpens" says which do.',
  );

export const disguised = (name: string) =>
  new XPaneError(
    'loans.program',
    `${shown(name)} holds a program, though its name says otherwise. It was not opened on this computer.`,
    'Look in the guest where it came from; if you do not know, delete it there.',
  );

export const tooLarge = (name: string) =>
  new XPaneError(
    'loans.too-large',
    `${shown(name)} is too large to open on this computer.`,
    'The setting "filesFromGuest" says how large a file may be; perhaps the disk here is nearly full.',
  );

export const tooManyLoans = (name: string) =>
  new XPaneError(
    'loans.too-many',
    `${shown(name)} opens in the guest: too many of its files are open on this computer.`,
    'Close some of them.',
  );

export const guestGone = () =>
  new XPaneError('loans.no-guest', 'The guest has just ended.', 'Open the file again when the guest runs.');
