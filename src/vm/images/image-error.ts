import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

/** Everything that can be wrong with an image has a code of its own, so that scripts can tell. */

export function imageInUse(file: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'image.in-use',
    `Another program uses ${file}.`,
    'Shut the virtual machine that it belongs to down, and close the program, then try again.',
    cause,
  );
}

export function imageChanged(file: string): XPaneError {
  return new XPaneError(
    'image.changed',
    `${file} was changed while it was read.`,
    'Shut the virtual machine that it belongs to down, or wait until it is copied, then try again.',
  );
}

export function imageNotReadable(file: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'image.not-readable',
    `You may not read ${file}.`,
    'Copy it to a folder of yours, or ask its owner to let you read it.',
    cause,
  );
}

export function imageMissing(file: string, cause?: unknown): XPaneError {
  return new XPaneError('image.missing', `There is no file ${file}.`, 'Check the name.', cause);
}

export function imageDamaged(file: string, why: string): XPaneError {
  return new XPaneError(
    'image.damaged',
    `The image ${file} is damaged or incomplete: ${why}`,
    'Copy it once more from where it came from, and compare the sizes. Its own program may be able to repair it.',
  );
}

/** `why` ends with a full stop. */
export function imageUntrusted(file: string, why: string, hint = onlyWhole): XPaneError {
  return new XPaneError('image.needs-others', `The image ${file} is not complete in itself: ${why}`, hint);
}

const onlyWhole =
  'Only whole disks are imported. Merge it with what it needs in the program that made it (snapshots too), or convert it there into one file.';

export function diskFull(folder: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'image.disk-full',
    `There is no room left on the disk of ${folder}.`,
    'Free some space, then try again: nothing half made was left.',
    cause,
  );
}

/** What the system's refusal to write below `folder` means to the user; other errors stay as they are. */
export function writeError(folder: string, thrown: unknown): unknown {
  switch ((thrown as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(folder, thrown);
    case 'ENOENT':
    case 'ENOTDIR':
      return new XPaneError('image.no-folder', `There is no folder ${folder}.`, 'Make it first.', thrown);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return notWritable(folder, thrown);
    default:
      return thrown;
  }
}

function notWritable(folder: string, cause: unknown): XPaneError {
  return new XPaneError(
    'image.not-writable',
    `You may not write to ${folder}.`,
    'Choose a folder of yours.',
    cause,
  );
}

function fileTooLarge(folder: string): XPaneError {
  return new XPaneError(
    'image.file-too-large',
    `The disk of ${folder} cannot hold a file as large as this one becomes.`,
    'FAT, on many sticks, ends at 4 GiB: choose a folder on another disk.',
  );
}

/** What qemu-img's complaint about an image means to the user. Pure. */
export function complaintError(file: string, folder: string, untrustedComplaint: string): XPaneError {
  const complaint = displayText(untrustedComplaint.replaceAll('qemu-img: ', ''), 400);
  if (/failed to get .*lock|is another process using/i.test(complaint)) return imageInUse(file);
  if (/no space left|quota exceeded/i.test(complaint)) return diskFull(folder);
  if (/file too large/i.test(complaint)) return fileTooLarge(folder);
  if (/permission denied/i.test(complaint)) return imageNotReadable(file);
  if (/no such file/i.test(complaint)) {
    return new XPaneError(
      'image.part-missing',
      `A part of the image is missing: ${complaint}`,
      'Keep all the files of a disk that was split in one folder, under the names they had.',
    );
  }
  return imageDamaged(file, complaint || 'qemu-img ended without a word.');
}

/** What the system's refusal to open a file means to the user; other errors stay as they are. */
export function openError(file: string, thrown: unknown): unknown {
  switch ((thrown as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return imageMissing(file, thrown);
    case 'EACCES':
    case 'EPERM':
      return imageNotReadable(file, thrown);
    default:
      return thrown;
  }
}
