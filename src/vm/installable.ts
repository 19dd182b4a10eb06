import { XPaneError } from '../shared/errors.ts';
import type { GuestMachine } from './guest-machine.ts';

/** The CD of Windows XP has drivers for IDE alone. Throws `vm.not-installable` for a machine with its disk elsewhere. */
export function requireInstallable({ diskBus, machineType }: GuestMachine): void {
  if (diskBus === 'ide' && !machineType.includes('q35')) return;
  throw new XPaneError(
    'vm.not-installable',
    'Windows XP can be installed from its CD only on an IDE disk.',
    'Leave the settings diskBus and machineType as they are by default; once it is installed they can be changed.',
  );
}
