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
  const deadline = performance.now() + phaseTimeoutMs;
  while (!reached(await manage.info(uuid))) {
    if (performance.now() > deadline) {
      throw stillRunning(uuid);
    }
    await pause(50);
  }
}

/** All of the tries to turn a machine off, and between two of them. */
const turnOffTimeoutMs = 60_000;
const retryMs = 1000;
/** A call of VBoxManage that hangs leaves time for the next one. */
const mostPerCallMs = 10_000;
/** In which VirtualBox is asked at last whether the machine is off. */
const lastLookMs = 1000;

/**
 * Turns a machine off, again and again while it is on: VirtualBox refuses that while it is busy with it. Throws
 * `vm.virtualbox-unknown`, and `vm.still-running` when it is not off in time.
 */
export async function turnOff(manage: VBoxManage, uuid: string): Promise<void> {
  const deadline = performance.now() + turnOffTimeoutMs;
  const within = (keptMs: number) => {
    const leftMs = deadline - keptMs - performance.now();
    return { timeoutMs: Math.max(1, Math.min(mostPerCallMs, leftMs)) };
  };
  for (;;) {
    try {
      await manage.run(['controlvm', uuid, 'poweroff'], within(lastLookMs));
    } catch (thrown) {
      if (reportOf(thrown).code === 'vm.virtualbox-unknown') throw thrown;
    }
    // It may have ended by itself just now, or be saved.
    const info = await manage.info(uuid, within(0)).catch((thrown: unknown) => {
      if (reportOf(thrown).code === 'vm.virtualbox-unknown') throw thrown;
      return undefined;
    });
    if (info?.phase === 'off' || info?.phase === 'saved') return;
    if (performance.now() + retryMs + lastLookMs > deadline) throw stillRunning(uuid);
    await pause(retryMs);
  }
}

function stillRunning(uuid: string): XPaneError {
  return new XPaneError(
    'vm.still-running',
    `VirtualBox does not end its machine ${uuid}.`,
    'End it in VirtualBox’s own window, or restart the computer.',
  );
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
