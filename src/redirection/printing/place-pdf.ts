import { constants } from 'node:fs';
import { copyFile, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pdfNameOf } from './print-names.ts';
import type { PrintRecord, PrintStore } from './print-store.ts';

/** File systems without hard links say one of these. */
const noLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS']);
const mostNames = 10_000;

/**
 * Gives a job's PDF its place in `folder`, named by the title, beside whatever is there, and finishes the job; resolves
 * to the path. Killed at any moment and called again it makes one file, not two. Rejects with the system's error.
 */
export async function placePdf(store: PrintStore, id: string, folder: string): Promise<string> {
  const record = store.get(id);
  if (!record) throw new Error('no such print job');
  if (record.place !== undefined && (await isPlaced(record.place, id))) {
    await finish(store, id, record.place);
    return record.place;
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = temporaryIn(folder, id);
  await rm(temporary, { force: true });
  await copyFile(store.pdfOf(id), temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await synced(temporary);
  const place = await nameIt(store, record, temporary, folder);
  await finish(store, id, place);
  return place;
}

/** Hidden; tells by its inode whether the name beside it is the job's. */
function temporaryIn(folder: string, id: string): string {
  return join(folder, `.xpane-${id}.pdf`);
}

async function nameIt(
  store: PrintStore,
  record: PrintRecord,
  temporary: string,
  folder: string,
): Promise<string> {
  for (let number = 1; number <= mostNames; number++) {
    const place = join(folder, pdfNameOf(record.title, number));
    if (await lstat(place).catch(() => undefined)) continue;
    await store.save({ ...record, stage: 'placing', place });
    try {
      await link(temporary, place);
      return place;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (noLinks.has(code)) {
        await rename(temporary, place);
        return place;
      }
      if (code !== 'EEXIST') throw error;
    }
  }
  throw new Error('there are too many files of this name');
}

/** It got its name, as its temporary one leads to the same file, or is gone again. */
async function isPlaced(place: string, id: string): Promise<boolean> {
  const named = await lstat(place).catch(() => undefined);
  const temporary = await lstat(temporaryIn(dirname(place), id)).catch(() => undefined);
  return named?.isFile() === true && (temporary === undefined || temporary.ino === named.ino);
}

async function finish(store: PrintStore, id: string, place: string): Promise<void> {
  await rm(temporaryIn(dirname(place), id), { force: true });
  await synced(dirname(place));
  await store.finish(id);
}

async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
