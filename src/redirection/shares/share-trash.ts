import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, lstat, mkdir, open, readdir, rename, rm, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { type FileIdentity, identityOf, lookAt, sameIdentity } from '../files/host-file.ts';

export interface Discarded {
  readonly path: string;
  /** Names below the share's folder. */
  readonly rel: string;
  /** As it was when both sides had the same: only that goes. */
  readonly identity: FileIdentity;
}

/** On its way to the trash, in its own folder. */
const leavingMark = /^\.(.+)\.xpane-trash-[0-9a-f]{6}$/;

/**
 * Where files of one share go that were deleted in the guest, by the day, under their own names and folders: whatever
 * was deleted by mistake, or by a guest that is not to be trusted, is found there. It holds so much and no more.
 */
export class ShareTrash {
  readonly #folder: string;
  readonly #maxBytes: () => number;
  #heldBytes: Promise<number> | undefined;
  #addedBytes = 0;

  constructor(folder: string, maxBytes: () => number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /**
   * Resolves to where the file is then. Rejects with `share.trash-full`, `files.changed`, the system's error: the file is
   * where it was, then.
   */
  async take(file: Discarded, now: Date): Promise<string> {
    const { sizeBytes } = file.identity;
    this.#heldBytes ??= bytesBelow(this.#folder);
    const held = await this.#heldBytes;
    if (held + this.#addedBytes + sizeBytes > this.#maxBytes()) throw full(this.#folder);
    this.#addedBytes += sizeBytes;
    try {
      return await moveTo(join(this.#folder, now.toISOString().slice(0, 10), file.rel), file);
    } catch (error) {
      this.#addedBytes -= sizeBytes;
      throw error;
    }
  }
}

/** Puts back into `folder` what a service that was killed was about to take to a trash. */
export async function putBackLeaving(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, own] = leavingMark.exec(name) ?? [];
    if (own !== undefined) await putBack(join(folder, name), await freeName(join(folder, own)));
  }
}

/** It gets a hidden name first: whoever saves meanwhile makes another file. */
async function moveTo(wanted: string, { path, identity }: Discarded): Promise<string> {
  const target = await freeName(wanted);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const short = [...basename(path)].slice(0, 50).join('');
  const leaving = join(dirname(path), `.${short}.xpane-trash-${randomBytes(3).toString('hex')}`);
  await rename(path, leaving);
  try {
    await requireSame(leaving, identity);
    await rename(leaving, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      await copyTo(target, leaving, identity);
    });
  } catch (error) {
    await putBack(leaving, (await lookAt(path)) === 'absent' ? path : await freeName(path));
    throw error;
  }
  return target;
}

async function copyTo(target: string, path: string, identity: FileIdentity): Promise<void> {
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
    // A program may have had it open.
    await requireSame(path, identity);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  await rm(path);
}

async function requireSame(path: string, identity: FileIdentity): Promise<void> {
  const now = await lookAt(path);
  if (typeof now !== 'string' && sameIdentity(identityOf(now), identity)) return;
  throw new XPaneError(
    'files.changed',
    `${displayText(basename(path), 200)} was changed while it was to go to the trash.`,
    'Nothing needs to be done: it stays.',
  );
}

/** Never over something else. */
async function putBack(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // File systems without hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    await rename(from, to);
    return;
  }
  await rm(from);
}

async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}.${number}`;
    if ((await lookAt(name)) === 'absent') return name;
  }
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function full(folder: string): XPaneError {
  return new XPaneError(
    'share.trash-full',
    `Files that were deleted in the guest stay here: ${displayText(folder, 200)} is full of such.`,
    'Look through that folder and delete what nobody needs. XPane goes on by itself.',
  );
}
