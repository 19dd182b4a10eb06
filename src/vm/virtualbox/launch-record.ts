import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { snapshotFiles } from '../qemu/snapshot.ts';

const machineSchema = z.strictObject({
  uuid: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  name: z.string().regex(/^xpane-[a-z0-9-]+$/),
  /** Names all that the saved state takes for granted. */
  key: z.string(),
});
export type RecordedMachine = z.infer<typeof machineSchema>;

/**
 * VirtualBox's machines belong to VirtualBox, and go on when XPane is killed: before one is made or started, a record
 * beside its disk names it, so that the next service can end it, after another log-on, too.
 */
function launchFile(disk: string): string {
  return `${disk}.running.json`;
}

export function recordLaunch(disk: string, machine: RecordedMachine): void {
  write(launchFile(disk), machine);
}

/** The machine with this disk that runs, or was left; also undefined for a record that is no record. */
export function recordedLaunch(disk: string): RecordedMachine | undefined {
  return read(launchFile(disk), machineSchema);
}

/** VirtualBox does not know the machine any more. The record of another one, which has followed it, stays. */
export function forgetLaunch(disk: string, uuid: string): void {
  if (recordedLaunch(disk)?.uuid === uuid) rmSync(launchFile(disk), { force: true });
}

/** From here on the guest with this disk is suspended: see `isSuspended`. */
export function recordSuspended(disk: string, machine: RecordedMachine): void {
  write(snapshotFiles(disk).record, machine);
}

/** The suspended machine with this disk, if it has this key and its settings are there. */
export function suspendedMachine(
  disk: string,
  key: string,
  settingsFile: (name: string) => string,
): RecordedMachine | undefined {
  const machine = read(snapshotFiles(disk).record, machineSchema);
  return machine && machine.key === key && existsSync(settingsFile(machine.name)) ? machine : undefined;
}

function write(file: string, content: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function read<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
