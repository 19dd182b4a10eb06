import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { XPaneError } from '../shared/errors.ts';
import { unpackPackage } from './guest-root.ts';
import { kernelModules, soundModules } from './recipe.ts';

/** Most of the package's 400 MB, and nothing that a guest has: not even written, to save time. */
const neverNeeded = [
  './usr/share/*',
  ...['gpu', 'infiniband', 'media', 'net/ethernet', 'net/wireless', 'scsi', 'staging', 'usb'].map(
    (name) => `./lib/modules/*/kernel/drivers/${name}/*`,
  ),
];

/** From Debian's kernel package what the VM needs of it. */
export interface KernelFiles {
  /** As packed: see kernel-image.ts. */
  readonly image: string;
  /** In the order in which they can be loaded. */
  readonly modules: readonly string[];
  readonly soundModules: readonly string[];
}

/** Throws `appliance.build-failed` when the package lacks a driver. */
export async function unpackKernel(
  packageFile: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<KernelFiles> {
  await mkdir(folder, { recursive: true });
  await unpackPackage(packageFile, folder, neverNeeded, signal);
  const all = await readdir(folder, { recursive: true });
  const find = (pattern: RegExp, what: string) => {
    const file = all.find((path) => pattern.test(path));
    if (file !== undefined) return join(folder, file);
    throw new XPaneError(
      'appliance.build-failed',
      `Debian’s kernel package has no ${what}.`,
      'Report this: XPane’s list of kernel modules does not fit this kernel.',
    );
  };
  const module = (name: string) => find(new RegExp(`/${name}\\.ko$`), `module ${name}`);
  return {
    image: find(/^boot\/vmlinuz-/, 'kernel image'),
    modules: kernelModules.map(module),
    soundModules: soundModules.map(module),
  };
}
