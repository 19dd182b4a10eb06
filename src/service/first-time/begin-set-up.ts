import { basename, join } from 'node:path';
import type { FirstTimePolicy } from '../../guest-setup/first-time/policy.ts';
import { newSetUpState } from '../../guest-setup/first-time/set-up-state.ts';
import { writeSetUpState } from '../../guest-setup/first-time/state-file.ts';
import { workspaceFiles } from '../../workspace/workspace.ts';

/**
 * Notes in the folder of a new workspace that its guest has to be set up; with `cd` that Windows is to be installed from
 * that image first. Rejects with the system's error.
 */
export async function beginSetUp(folder: string, mode?: FirstTimePolicy['mode'], cd?: string): Promise<void> {
  const name = basename(workspaceFiles('', '', 'qemu').firstSetUpState);
  const state = newSetUpState(cd === undefined ? 'image' : 'cd', Date.now(), mode, cd);
  await writeSetUpState(join(folder, name), state);
}
