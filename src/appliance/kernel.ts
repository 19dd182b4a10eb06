import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { XPaneError } from '../shared/errors.ts';
import { unpackPackage } from './guest-root.ts';
import { kernelModules } from './recipe.ts';

/** From Debian's kernel package what the VM needs of it. */
export interface KernelFiles {
  readonly image: string;
  /** In the order in which they can be loaded. */
  readonly modules: readonly string[];
}

/** Throws `appliance.build-failed` when the package lacks a driver. */
export async function unpackKernel(
  packageFile: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<KernelFiles> {
  await mkdir(folder, { recursive: true });
  await unpackPackage(packageFile, folder, ['./usr/share/*'], signal);
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
  return {
    image: find(/^boot\/vmlinuz-/, 'kernel image'),
    modules: kernelModules.map((name) => find(new RegExp(`/${name}\\.ko$`), `module ${name}`)),
  };
}
