import { findProgram } from '../vm/host-programs.ts';
import type { VmBackend } from '../vm/vm-backend.ts';

/** `auto` is the virtual machine where QEMU is installed: it keeps a hostile guest behind a kernel of its own. */
export function resolveBackend(setting: 'auto' | VmBackend['kind']): VmBackend['kind'] {
  if (setting !== 'auto') return setting;
  return findProgram('qemu-system-x86_64') === undefined ? 'sandbox' : 'qemu';
}
