import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { VmBackend } from '../vm/vm-backend.ts';

/** `auto` is the virtual machine where QEMU is installed: it keeps a hostile guest behind a kernel of its own. */
export function resolveBackend(
  setting: 'auto' | VmBackend['kind'],
  path = process.env.PATH ?? '',
): VmBackend['kind'] {
  if (setting !== 'auto') return setting;
  const installed = path.split(delimiter).some((folder) => isExecutable(join(folder, 'qemu-system-x86_64')));
  return installed ? 'qemu' : 'sandbox';
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
