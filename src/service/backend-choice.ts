import { findProgram } from '../vm/host-programs.ts';
import type { BackendKind } from '../vm/vm-backend.ts';

/**
 * What the built-in guest runs in. `auto` is the virtual machine where QEMU is installed: it keeps a hostile guest
 * behind a kernel of its own. `virtualbox` is for images; it says nothing about the built-in guest.
 */
export function resolveBackend(setting: 'auto' | BackendKind): Exclude<BackendKind, 'virtualbox'> {
  if (setting === 'qemu' || setting === 'sandbox') return setting;
  return findProgram('qemu-system-x86_64') === undefined ? 'sandbox' : 'qemu';
}
