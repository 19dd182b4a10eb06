import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lookAt } from '../files/host-file.ts';

/**
 * Takes a file away to where nothing is deleted: `folder`, by the day, under its own name and folders. Whatever was
 * deleted by mistake, or by a guest that is not to be trusted, is found there. Resolves to where it is. Rejects with the
 * system's error: the file is where it was, then.
 */
export async function moveToTrash(
  { path, rel }: { readonly path: string; readonly rel: string },
  folder: string,
  now: Date,
): Promise<string> {
  const day = now.toISOString().slice(0, 10);
  const target = await freeName(join(folder, day, rel));
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  try {
    await rename(path, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await moveByCopy(path, target);
  }
  return target;
}

async function moveByCopy(path: string, target: string): Promise<void> {
  const before = await lstat(path);
  try {
    await copyFile(path, target, constants.COPYFILE_EXCL);
    const copy = await open(target, 'r+');
    try {
      await copy.sync();
    } finally {
      await copy.close();
    }
    await utimes(target, before.atime, before.mtime);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  await rm(path);
}

async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}.${number}`;
    if ((await lookAt(name)) === 'absent') return name;
  }
}
