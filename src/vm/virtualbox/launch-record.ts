import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { snapshotFiles } from '../qemu/snapshot.ts';

/**
 * VirtualBox's machines belong to VirtualBox, and go on when XPane is killed: before one is made or started, a record in
 * the launch's folder names it, so that the next service can end it.
 */
const launchName = 'virtualbox.json';

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const launchSchema = z.strictObject({ uuid });

export function recordLaunch(runtimeFolder: string, launch: { readonly uuid: string }): void {
  write(join(runtimeFolder, launchName), launch);
}

/** The machine of an earlier launch; also undefined for a record that is no record. */
export function recordedLaunch(runtimeFolder: string): { readonly uuid: string } | undefined {
  return read(join(runtimeFolder, launchName), launchSchema);
}

const suspendedSchema = z.strictObject({
  uuid,
  name: z.string().regex(/^xpane-[a-z0-9-]+$/),
  /** Names all that the saved state takes for granted. */
  key: z.string(),
});
export type SuspendedMachine = z.infer<typeof suspendedSchema>;

/** From here on the guest with this disk is suspended: see `isSuspended`. */
export function recordSuspended(disk: string, machine: SuspendedMachine): void {
  write(snapshotFiles(disk).record, machine);
}

/** The suspended machine with this disk, if it has this key and its settings are there. */
export function suspendedMachine(
  disk: string,
  key: string,
  settingsFile: (name: string) => string,
): SuspendedMachine | undefined {
  const machine = read(snapshotFiles(disk).record, suspendedSchema);
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
