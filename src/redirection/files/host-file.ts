import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { access, type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

/**
 * What tells whether a file is still the one it was, with the content it had. Numbers of 64 bits are text. The device is
 * kept and not compared: a share or a disk may have another number each time it is mounted.
 */
export interface FileIdentity {
  readonly device: string;
  readonly inode: string;
  readonly sizeBytes: number;
  readonly modifiedNs: string;
}

/** A file of this computer that can go into the guest. */
export interface HostFile {
  /** Absolute, links followed. */
  readonly path: string;
  /** As the user calls it: a link's own name. */
  readonly name: string;
  readonly identity: FileIdentity;
  readonly modifiedMs: number;
  /** The user may not write to it. */
  readonly readOnly: boolean;
}

const chunkBytes = 256 * 1024;

export function identityOf(stats: BigIntStats): FileIdentity {
  return {
    device: String(stats.dev),
    inode: String(stats.ino),
    sizeBytes: Number(stats.size),
    modifiedNs: String(stats.mtimeNs),
  };
}

export function sameIdentity(one: FileIdentity, other: FileIdentity): boolean {
  return isSameFile(one, other) && one.sizeBytes === other.sizeBytes && one.modifiedNs === other.modifiedNs;
}

/** Whatever its content is by now. */
export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.inode === other.inode;
}

/** Of a regular file, links not followed; 'absent', or 'other' for a folder, a link, a device. */
export async function lookAt(path: string): Promise<BigIntStats | 'absent' | 'other'> {
  try {
    const stats = await lstat(path, { bigint: true });
    return stats.isFile() ? stats : 'other';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent';
    throw error;
  }
}

/**
 * Looks whether `path` is a file that can be opened in the guest; a link is followed here, once. Throws
 * `files.not-found`, `files.not-a-file`, `files.not-readable`.
 */
export async function inspectHostFile(path: string): Promise<HostFile> {
  const shown = displayText(path, 200);
  let target: string;
  try {
    target = await realpath(path);
  } catch (cause) {
    throw notThere(shown, cause);
  }
  const stats = await lookAt(target);
  if (stats === 'absent') throw notThere(shown);
  if (stats === 'other') {
    throw new XPaneError(
      'files.not-a-file',
      `${shown} is not a file: folders, pipes and devices cannot be opened in the guest.`,
      'Choose a file.',
    );
  }
  // A name that is no valid UTF-8 has been read with replacement characters, and leads nowhere.
  try {
    await access(target, constants.R_OK);
  } catch (cause) {
    throw notReadable(shown, cause);
  }
  return {
    path: target,
    name: basename(path),
    identity: identityOf(stats),
    modifiedMs: Number(stats.mtimeNs / 1_000_000n),
    readOnly: !(await mayWrite(target, stats)),
  };
}

/** Whether the user may write to it, and means it: root may write anywhere. */
export async function mayWrite(path: string, stats: BigIntStats): Promise<boolean> {
  if ((Number(stats.mode) & 0o222) === 0) return false;
  return await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The file's content: as many bytes as it had when it was looked at. A piece is good until the next is asked for; that
 * is read meanwhile. Throws `files.changed` when it is another file or changes before all is read,
 * `files.not-readable`.
 */
export async function* contentOf({ path, identity }: HostFile): AsyncGenerator<Uint8Array, void> {
  const { sizeBytes } = identity;
  const file = await openToRead(path);
  let spare = Buffer.allocUnsafeSlow(Math.min(chunkBytes, sizeBytes));
  let memory = Buffer.allocUnsafeSlow(Math.min(chunkBytes, sizeBytes));
  const readPart = (into: Buffer, at: number) =>
    file.read(into, 0, Math.min(into.length, sizeBytes - at), at);
  let ahead: ReturnType<typeof readPart> | undefined;
  try {
    await requireSame(file, path, identity);
    for (let offset = 0; offset < sizeBytes; ) {
      const { bytesRead } = await (ahead ?? readPart(memory, offset));
      if (bytesRead === 0) throw changed(path);
      offset += bytesRead;
      // Whoever has got the last piece takes the whole for good.
      if (offset === sizeBytes) await requireSame(file, path, identity);
      ahead = offset < sizeBytes ? readPart(spare, offset) : undefined;
      // Whoever asks for the next piece is told of its failure.
      ahead?.catch(() => {});
      yield memory.subarray(0, bytesRead);
      [memory, spare] = [spare, memory];
    }
  } finally {
    // Its memory goes with this.
    await ahead?.catch(() => {});
    await file.close();
  }
}

/** A pipe or link that has taken its place holds nobody up. */
async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (cause) {
    throw notReadable(displayText(path, 200), cause);
  }
}

/** Whether this computer would run it, whatever it is called: it may be run, and begins as what can be. */
export async function isProgram(path: string): Promise<boolean> {
  return (Number((await stat(path)).mode) & 0o111) !== 0 && (await beginsAsProgram(path));
}

/** By its content. */
export async function beginsAsProgram(path: string): Promise<boolean> {
  const file = await openToRead(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const begin = buffer.toString('latin1', 0, bytesRead);
    return begin.startsWith('#!') || begin === '\x7fELF';
  } finally {
    await file.close();
  }
}

async function requireSame(file: FileHandle, path: string, identity: FileIdentity): Promise<void> {
  const stats = await file.stat({ bigint: true });
  if (!stats.isFile() || !sameIdentity(identityOf(stats), identity)) throw changed(path);
}

/** Whether both have the same bytes. */
export async function sameContent(one: string, other: string): Promise<boolean> {
  const opened = await Promise.allSettled([openToRead(one), openToRead(other)]);
  const files = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const [first, second] = files;
  try {
    if (!first || !second) return false;
    for (let offset = 0; ; ) {
      const [a, b] = await Promise.all([readAt(first, offset), readAt(second, offset)]);
      if (!a.equals(b)) return false;
      if (a.length === 0) return true;
      offset += a.length;
    }
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** As much as there is, up to a whole chunk. */
async function readAt(file: FileHandle, offset: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  while (filled < chunk.length) {
    const { bytesRead } = await file.read(chunk, filled, chunk.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return chunk.subarray(0, filled);
}

function notThere(shown: string, cause?: unknown): XPaneError {
  const hint = 'Look whether it was moved, renamed or deleted.';
  return new XPaneError('files.not-found', `There is no file ${shown}.`, hint, cause);
}

export function notReadable(shown: string, cause: unknown): XPaneError {
  const hint = 'Ask its owner for the right to read it.';
  return new XPaneError('files.not-readable', `${shown} cannot be read.`, hint, cause);
}

function changed(path: string): XPaneError {
  return new XPaneError(
    'files.changed',
    `${displayText(basename(path), 80)} was changed while it was read.`,
    'Try again when the program that writes it is done.',
  );
}
