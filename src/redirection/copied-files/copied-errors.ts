import { reportOf, XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { type FileNotice, listed } from '../files/notices.ts';

/** Why copied files are not pasted, as users read it. Codes are stable. */

/** Something of a copy that does not cross, while the rest may. */
export interface LeftOut {
  /** As users know it. */
  readonly name: string;
  readonly error: unknown;
}

export const notFiles = () =>
  new XPaneError(
    'copied.not-files',
    'What was copied are not files of this computer.',
    'Save what you want to paste to a folder of this computer, and copy it there.',
  );

export const tooLarge = (setting: 'clipboardToGuest' | 'clipboardFromGuest') =>
  new XPaneError(
    'copied.too-large',
    'The files that were copied are too large to be pasted at once.',
    `Copy fewer at once, or use a shared folder: 1 GiB may cross, or what "max=" in the setting "${setting}" says.`,
  );

export const tooMany = () =>
  new XPaneError(
    'copied.too-many',
    'Too many files were copied to be pasted at once: 1000 may cross, in folders 7 deep.',
    'Copy fewer at once, or pack them into an archive first.',
  );

export const isLink = (name: string) =>
  new XPaneError(
    'copied.link',
    `${displayText(name, 80)} is a link: what it leads to was not copied.`,
    'Copy the file or folder that it leads to.',
  );

export const pathTooLong = (name: string) =>
  new XPaneError(
    'copied.path-too-long',
    `${displayText(name, 80)} lies too deep: Windows' programs could not open it.`,
    'Copy the folder that it lies in by itself.',
  );

export const nothingInside = () =>
  new XPaneError('copied.nothing', 'There are no files in what was copied.', 'Copy files.');

export const allInUse = () =>
  new XPaneError(
    'copied.in-use',
    'Programs of the guest still have files open that were pasted before.',
    'Close them in the guest, then paste again.',
  );

export const notKept = (cause: unknown) =>
  new XPaneError(
    'copied.not-kept',
    'Files that were copied in the guest could not be written here.',
    'Look whether the disk of your home folder is full.',
    cause,
  );

export const notAList = () =>
  new XPaneError(
    'copied.lies',
    'The guest did not say which files were copied.',
    'Copy them in the guest again.',
  );

/** Of what stays behind when the rest is pasted. Pure. */
export function noticeOfLeftOut(leftOut: readonly [LeftOut, ...LeftOut[]]): FileNotice {
  const { message, hint } = reportOf(leftOut[0].error);
  const names = listed(leftOut.map(({ name }) => name));
  const title = leftOut.length === 1 ? 'A copied file' : `${leftOut.length} copied files`;
  const was = leftOut.length === 1 ? 'was' : 'were';
  return { title: `${title} ${was} not pasted`, text: `${names}.\n${message}\nWhat to do: ${hint}` };
}
