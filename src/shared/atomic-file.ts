import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Text, bytes, or chunks of bytes that are made while they are written. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Replaces `path` by `content` (0600): a reader, a crash or a power cut finds the old or the new file, never a
 * part of one. Rejects with the system's error, or with what making the content threw; nothing is left behind then.
 */
export async function writeFileAtomically(path: string, content: FileContent): Promise<void> {
  await throughTemporary(path, content, (temporary) => rename(temporary, path));
}

/**
 * Makes `path` with `content` (0600) unless it is there already: the first of several makers wins, and nobody
 * sees a part of it. Resolves to whether it was this call that made it.
 */
export async function createFileOnce(path: string, content: string | Uint8Array): Promise<boolean> {
  try {
    await throughTemporary(path, content, (temporary) => link(temporary, path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes what a process that was killed while it wrote a file of `folder` has left. To be called while nobody does. */
export function removeHalfWritten(folder: string): void {
  for (const name of readdirSync(folder)) if (temporaryName.test(name)) rmSync(join(folder, name));
}

const temporaryName = /\.[0-9a-f]{12}\.tmp$/;

async function throughTemporary(
  path: string,
  content: FileContent,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(temporary);
    await syncFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The name itself is on disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
