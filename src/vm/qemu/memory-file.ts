import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { runChild } from '../../shared/child-process.ts';
import { childEnvironment } from '../host-programs.ts';
import { discardSnapshot, snapshotFiles } from './snapshot.ts';

/** What the host's disk keeps for everything else, the workspace's own disk first of all. */
export const keptFreeBytes = 256 * 2 ** 20;

/** The most that the state of a guest's devices takes, and some: 0.7 MiB was measured. */
const stateRoomBytes = 8 * 2 ** 20;

export type MemoryFile =
  | { readonly file: string }
  /** In words for the log. */
  | { readonly missing: string };

/**
 * Makes the file that is to be a guest's memory, all zeros, beside its disk. What was there of an earlier guest goes.
 *
 * The file is reserved as a whole, though nothing is written: a guest that wrote to memory for which the disk has no
 * room any more would be killed by the kernel. Where that cannot be had the guest runs without, as it would anyhow,
 * and cannot be suspended. Rejects only with `signal.reason` or what a broken disk throws.
 */
export async function makeMemoryFile(
  disk: string,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<MemoryFile> {
  discardSnapshot(disk);
  const { folder, memory } = snapshotFiles(disk);
  if (freeBytes(dirname(folder)) < sizeBytes + keptFreeBytes) return { missing: 'the disk is nearly full' };
  mkdirSync(folder, { mode: 0o700 });
  const { code, stderr } = await runChild({
    command: 'sh',
    args: ['-c', 'umask 077; exec fallocate -l "$0" "$1"', String(sizeBytes), memory],
    env: childEnvironment(),
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  });
  if (code === 0) return { file: memory };
  rmSync(folder, { recursive: true, force: true });
  return { missing: stderr.trim() };
}

/** Whether there is room for the state of a guest's devices beside its disk. */
export function hasRoomForState(disk: string): boolean {
  return freeBytes(dirname(disk)) >= stateRoomBytes;
}

export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
