import { statfs } from 'node:fs/promises';
import { XPaneError } from '../../shared/errors.ts';
import { sizeInWords } from '../../shared/size-in-words.ts';

/** What is left free, so that the desktop goes on working. */
const reserveBytes = 256 * 2 ** 20;

/** Bytes that this user may still write to the disk of `folder`, less a reserve; 0 at least. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.max(0, bavail * bsize - reserveBytes);
}

/** Throws `image.disk-full` before anything is written. */
export async function requireRoom(folder: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= neededBytes) return;
  throw new XPaneError(
    'image.disk-full',
    `The disk of ${folder} has room for ${sizeInWords(free)}, and ${sizeInWords(neededBytes)} are needed.`,
    'Free some space, then try again. If most of a raw disk is zeros, "fallocate --dig-holes FILE" makes it need less.',
  );
}
