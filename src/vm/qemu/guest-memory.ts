import type { Log } from '../../shared/log.ts';
import { copySparse } from './copy-sparse.ts';
import type { Golden } from './golden.ts';
import { makeMemoryFile } from './memory-file.ts';
import { memoryInode, readSnapshot, snapshotFiles } from './snapshot.ts';

/** What a guest's memory is at its start. */
export interface GuestMemory {
  /** Undefined where the disk has no room for one: that guest cannot be suspended. */
  readonly file: string | undefined;
  /** See `memoryInode`. */
  readonly inode: number | undefined;
  /** The rest of a suspended guest, which goes on; undefined for one that boots. */
  readonly state: Buffer | undefined;
  /** Whether that guest is the one of this disk: then it is suspended no more as soon as it goes on. */
  readonly own: boolean;
  /** See `QemuMachine.memoryCopied`. */
  readonly copied: boolean;
  /** Until this is there the file is not whole. */
  readonly filled: Promise<void> | undefined;
}

const plain = { inode: undefined, state: undefined, own: false, copied: false, filled: undefined } as const;

/**
 * The memory of a suspended guest if it can go on on the machine with this key, else new memory; why it cannot is in
 * the log, by its code.
 */
export async function guestMemory(
  about: {
    readonly disk: string;
    readonly otherDisks: readonly string[];
    readonly key: string;
    readonly sizeBytes: number;
    readonly log: Log;
  },
  signal?: AbortSignal,
): Promise<GuestMemory> {
  const { disk, otherDisks, key, sizeBytes, log } = about;
  const snapshot = readSnapshot(disk, key, otherDisks);
  if (snapshot.kind === 'usable') {
    const { memory: file } = snapshotFiles(disk);
    return { ...plain, file, inode: memoryInode(disk), state: snapshot.state, own: true };
  }
  if (snapshot.kind === 'unusable') {
    log.warn({ code: snapshot.code, why: snapshot.why }, 'the suspended guest cannot go on and boots anew');
  }
  const made = await makeMemoryFile(disk, sizeBytes, signal);
  if ('file' in made) return { ...plain, file: made.file, inode: memoryInode(disk) };
  log.warn({ code: 'vm.no-memory-file', why: made.missing }, 'this guest cannot be suspended');
  return { ...plain, file: undefined };
}

/**
 * The memory of a guest that goes on from the golden one: a file of its own, being filled; or, for a guest that is
 * never suspended, the golden file, of which it has a copy where it writes. Undefined where there is no room.
 */
export async function goldenMemory(
  golden: Golden,
  about: { readonly disk: string; readonly sizeBytes: number; readonly copied: boolean; readonly log: Log },
  signal?: AbortSignal,
): Promise<GuestMemory | undefined> {
  const { disk, sizeBytes, copied, log } = about;
  const { state, memory } = golden;
  if (copied) return { ...plain, file: memory, state, copied };
  const made = await makeMemoryFile(disk, sizeBytes, signal);
  if ('missing' in made) {
    log.warn(
      { code: 'vm.no-memory-file', why: made.missing },
      'a new guest cannot go on from the golden one',
    );
    return undefined;
  }
  const filled = copySparse(memory, made.file, signal);
  filled.catch(() => undefined); // told to who waits for it
  return { ...plain, file: made.file, inode: memoryInode(disk), state, filled };
}

/** Of a guest that is never suspended. */
export const ordinaryMemory: GuestMemory = { ...plain, file: undefined };
