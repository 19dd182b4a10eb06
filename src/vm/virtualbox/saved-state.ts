import { runChild } from '../../shared/child-process.ts';
import { childEnvironment } from '../host-programs.ts';
import { snapshotFiles } from '../qemu/snapshot.ts';
import { type RecordedMachine, recordSuspended } from './launch-record.ts';

/** The guest's memory, to a slow disk. */
const syncTimeoutMs = 60_000;

/** VirtualBox's own files of a machine, its saved state with them: where QEMU has the memory. */
export function machineFolder(disk: string): string {
  return snapshotFiles(disk).folder;
}

/** VirtualBox has saved the machine: from here on the guest with this disk is suspended, also after a power cut. */
export async function keepSavedState(disk: string, machine: RecordedMachine): Promise<void> {
  // The whole file system: what VirtualBox wrote lies in files of its own choice.
  const args = ['--file-system', machineFolder(disk)];
  await runChild({ command: 'sync', args, env: childEnvironment(), timeoutMs: syncTimeoutMs });
  recordSuspended(disk, machine);
}
