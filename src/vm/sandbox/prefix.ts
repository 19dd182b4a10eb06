import { chmodSync } from 'node:fs';
import { makeDisk } from '../new-disk.ts';

/**
 * Makes a workspace's disk: a copy of the built-in guest's Wine prefix that shares no file with it, for the guest
 * may write to each of them. Where the file system can share blocks until they change, it does. See makeDisk.
 */
export async function copyPrefix(pristine: string, disk: string, signal?: AbortSignal): Promise<void> {
  await makeDisk(disk, (partial) => prefixCommand(pristine, partial), signal);
  chmodSync(disk, 0o700);
}

/** Pure. Hard links among the copied files are kept. */
export function prefixCommand(pristine: string, disk: string): { command: string; args: string[] } {
  return { command: 'cp', args: ['--archive', '--reflink=auto', '--no-target-directory', pristine, disk] };
}
