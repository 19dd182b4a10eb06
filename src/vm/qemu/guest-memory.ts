import type { Log } from '../../shared/log.ts';
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
}

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
    return { file: snapshotFiles(disk).memory, inode: memoryInode(disk), state: snapshot.state };
  }
  if (snapshot.kind === 'unusable') {
    log.warn({ code: snapshot.code, why: snapshot.why }, 'the suspended guest cannot go on and boots anew');
  }
  const made = await makeMemoryFile(disk, sizeBytes, signal);
  if ('file' in made) return { file: made.file, inode: memoryInode(disk), state: undefined };
  log.warn({ code: 'vm.no-memory-file', why: made.missing }, 'this guest cannot be suspended');
  return { file: undefined, inode: undefined, state: undefined };
}
