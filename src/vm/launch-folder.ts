import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { XPaneError } from '../shared/errors.ts';
import { privateFolder } from '../shared/paths.ts';
import { endLaunchProcesses, hasRecord } from './process-record.ts';

/** Makes the runtime folder of a launch ready: 0700, empty. Throws `vm.already-running`, `paths.not-private`. */
export function openLaunchFolder(folder: string): void {
  privateFolder(folder);
  if (hasRecord(folder)) throw alreadyRunning();
  emptyFolder(folder);
}

export function alreadyRunning(): XPaneError {
  return new XPaneError(
    'vm.already-running',
    'This workspace is running already.',
    'Stop the workspace, or restart XPane with "xpane restart".',
  );
}

/** Removes all that a launch left: its folder stays. Links in it are removed, never followed. */
export function emptyFolder(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** See `VmBackend.reclaim`. Returns how many processes had to be ended. */
export async function reclaimLaunchFolder(folder: string): Promise<number> {
  privateFolder(folder);
  const ended = await endLaunchProcesses(folder);
  emptyFolder(folder);
  return ended;
}
