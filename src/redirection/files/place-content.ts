import { constants } from 'node:fs';
import { chmod, chown, link, lstat, open, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type AsideReason,
  type DocumentRecord,
  type FileRecord,
  mainFile,
  type Ready,
  samePath,
} from './document-record.ts';
import {
  beginsAsProgram,
  type FileIdentity,
  identityOf,
  isSameFile,
  lookAt,
  mayWrite,
  sameIdentity,
} from './host-file.ts';
import { nameBeside } from './host-name.ts';
import { writeAll } from './incoming-file.ts';

/** Where content goes, and how. */
export type Choice = Pick<Ready, 'target' | 'way' | 'aside'>;

export interface ChoiceOptions {
  readonly workspaceName: string;
  /** It may not take the file's own place. */
  readonly aside?: AsideReason | undefined;
  readonly now: Date;
}

/** Room that is left on a disk for others when a file grows in its place. */
const spareBytes = 1024 * 1024;

/**
 * Chooses the place of content that lies in `temporary`, and gives it mode and owner of what it replaces. What has
 * changed on this computer stays: then both are kept. Throws the system's error.
 */
export async function choosePlace(
  record: DocumentRecord,
  file: FileRecord,
  temporary: string,
  options: ChoiceOptions,
): Promise<Choice> {
  const beside = dirname(temporary) === dirname(file.hostPath);
  const there = await lookAt(file.hostPath).catch(() => 'other' as const);
  const aside = async (reason: AsideReason): Promise<Choice> => {
    await lookLike(temporary, record);
    const target = await freeName(dirname(temporary), basename(file.hostPath), options);
    return { target, way: 'create', aside: reason };
  };
  if (options.aside) return await aside(options.aside);
  if (there === 'absent') {
    if (!beside) return await aside('no-folder');
    await lookLike(temporary, record);
    return { target: file.hostPath, way: 'create' };
  }
  const known = file.identity;
  // What is here is not what the guest's was made from.
  const wasOpened = samePath(file.path, mainFile(record).path);
  if (there === 'other' || !known) return await aside(known || wasOpened ? 'changed' : 'taken');
  if (!sameIdentity(identityOf(there), known)) return await aside('changed');
  if (!(await mayWrite(file.hostPath, there))) return await aside('read-only');
  // A file with several names keeps them all.
  if (beside && there.nlink === 1n && (await dressAs(temporary, there))) {
    return { target: file.hostPath, way: 'replace' };
  }
  // Written in its place it would keep the right to be run.
  if ((Number(there.mode) & 0o111) !== 0 && (await beginsAsProgram(temporary))) return await aside('program');
  const growth = Number((await lstat(temporary)).size - Number(there.size)) + spareBytes;
  if (!(await hasRoom(file.hostPath, growth))) return await aside('no-room');
  return { target: file.hostPath, way: 'overwrite' };
}

/** What content that is whole in `temporary` is carried out with. */
export interface Placing {
  readonly file: FileRecord;
  readonly temporary: string;
  readonly ready: Ready;
  /** Notes that the target is about to change. */
  readonly begin: () => Promise<void>;
}

/**
 * Puts content to its place. `temporary` is gone then. Resolves to what lies there, or to 'again' when the place is
 * not what it was chosen for any more: nothing has been changed then.
 */
export async function place(placing: Placing): Promise<FileIdentity | 'again'> {
  const { way, target } = placing.ready;
  const placed = await { replace, create, overwrite }[way](placing);
  if (placed === 'again') return placed;
  await syncFolder(dirname(target));
  await rm(placing.temporary, { force: true });
  return placed;
}

async function replace({ file, temporary, ready }: Placing): Promise<FileIdentity | 'again'> {
  const there = await lookAt(ready.target);
  if (typeof there === 'string' || !file.identity) return 'again';
  if (!sameIdentity(identityOf(there), file.identity)) return 'again';
  await rename(temporary, ready.target);
  return ready.identity;
}

async function create({ temporary, ready }: Placing): Promise<FileIdentity | 'again'> {
  try {
    await link(temporary, ready.target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'EEXIST') return 'again';
    // File systems without hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    if ((await lookAt(ready.target)) !== 'absent') return 'again';
    await rename(temporary, ready.target);
  }
  return ready.identity;
}

async function overwrite({ file, temporary, ready, begin }: Placing): Promise<FileIdentity | 'again'> {
  const source = await open(temporary, 'r');
  try {
    const flags = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const target = await open(ready.target, flags);
    try {
      const there = identityOf(await target.stat({ bigint: true }));
      const known = file.identity;
      if (!known || !(ready.begun ? isSameFile(there, known) : sameIdentity(there, known))) return 'again';
      await begin();
      let at = 0;
      for await (const chunk of source.createReadStream({ autoClose: false, start: 0 })) {
        await writeAll(target, chunk as Uint8Array, at);
        at += (chunk as Uint8Array).length;
      }
      await target.truncate(at);
      await target.sync();
      return identityOf(await target.stat({ bigint: true }));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** A name that nobody has, of what cannot have its own. */
async function freeName(
  folder: string,
  name: string,
  { workspaceName, now }: ChoiceOptions,
): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(folder, nameBeside(name, workspaceName, now, number));
    if ((await lookAt(path)) === 'absent') return path;
  }
}

/** Mode and owner of what it replaces; false where the owner cannot be kept. */
async function dressAs(
  path: string,
  { mode, uid, gid }: { mode: bigint; uid: bigint; gid: bigint },
): Promise<boolean> {
  const own = await lstat(path, { bigint: true });
  try {
    if (own.uid !== uid || own.gid !== gid) await chown(path, Number(uid), Number(gid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return false;
    throw error;
  }
  await chmod(path, Number(mode) & ((await beginsAsProgram(path)) ? 0o666 : 0o777));
  return true;
}

/** What is new may be read and written by whoever may do so with the file that was opened, and is no program. */
async function lookLike(path: string, { hostPath }: DocumentRecord): Promise<void> {
  const there = await lookAt(hostPath).catch(() => 'other' as const);
  const mode = typeof there === 'string' ? 0o600 : (Number(there.mode) & 0o666) | 0o600;
  await chmod(path, mode);
}

async function hasRoom(path: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize >= bytes;
}

/** A name is on the medium only when its folder is. Not every folder can be read, nor every file system do that. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  try {
    await folder?.sync().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EINVAL') throw error;
    });
  } finally {
    await folder?.close();
  }
}
