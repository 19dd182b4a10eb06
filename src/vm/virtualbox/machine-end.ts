import { pause } from '../../shared/deadline.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { MachineInfo } from './machine-info.ts';
import type { VBoxManage } from './vboxmanage.ts';

/** Turning off frees the memory, saving writes it. */
const phaseTimeoutMs = 30_000;

/** Throws `vm.still-running` when it does not come to that in time. */
export async function untilPhase(
  manage: VBoxManage,
  uuid: string,
  reached: (info: MachineInfo) => boolean,
): Promise<void> {
  const deadline = Date.now() + phaseTimeoutMs;
  while (!reached(await manage.info(uuid))) {
    if (Date.now() > deadline) {
      throw new XPaneError(
        'vm.still-running',
        `VirtualBox does not end its machine ${uuid}.`,
        'End it in VirtualBox’s own window, or restart the computer.',
      );
    }
    await pause(50);
  }
}

/**
 * Turns a machine off if it is not yet, and has VirtualBox forget it: neither its disk nor its saved state goes. One
 * that VirtualBox does not know is as good.
 */
export async function endMachine(manage: VBoxManage, uuid: string): Promise<void> {
  try {
    const { phase } = await manage.info(uuid);
    if (phase === 'live' || phase === 'stuck') {
      await manage.run(['controlvm', uuid, 'poweroff']);
      await untilPhase(manage, uuid, (info) => info.phase === 'off');
    }
    // Never with --delete: that would take the disk along.
    await manage.run(['unregistervm', uuid]);
  } catch (thrown) {
    if (reportOf(thrown).code !== 'vm.virtualbox-unknown') throw thrown;
  }
}
