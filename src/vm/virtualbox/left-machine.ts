import { readdirSync, readFileSync } from 'node:fs';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { forgetLaunch, type RecordedMachine, recordedLaunch } from './launch-record.ts';
import { endMachine, untilPhase } from './machine-end.ts';
import type { MachineInfo } from './machine-info.ts';
import { keepSavedState } from './saved-state.ts';
import { findVBoxManage, type VBoxManage } from './vboxmanage.ts';

/**
 * Ends the machine with this disk that an earlier service left running: VirtualBox's machines go on without it. One that
 * it was saving stays suspended. VirtualBox is looked for only where a machine was left. Throws `vm.machine-left`, or
 * what finding VBoxManage throws; the next call tries again.
 */
export async function endLeftMachine(disk: string, log: Log): Promise<void> {
  const left = recordedLaunch(disk);
  if (!left) return;
  const { uuid } = left;
  const manage = await findVBoxManage().catch((thrown: unknown) => {
    // Whoever has removed VirtualBox has removed its machines.
    if (reportOf(thrown).code === 'vm.virtualbox-missing' && !isCarried(uuid)) return undefined;
    throw thrown;
  });
  const found = manage && (await endedBy(manage, disk, left));
  forgetLaunch(disk, uuid);
  log.warn({ uuid, found: found?.state }, 'a machine of VirtualBox that was left behind is cleared away');
}

async function endedBy(
  manage: VBoxManage,
  disk: string,
  left: RecordedMachine,
): Promise<MachineInfo | undefined> {
  try {
    const found = await afterSaving(manage, left.uuid);
    // Before VirtualBox forgets it: whenever this is cut off, it is found saved again.
    if (found?.phase === 'saved') await keepSavedState(disk, left);
    if (found) await endMachine(manage, left.uuid);
    return found;
  } catch (thrown) {
    throw machineLeft(thrown);
  }
}

/** Whether a process has the machine: VirtualBox’s name it on their command line, which everybody may read. */
function isCarried(uuid: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(uuid);
    } catch {
      return false;
    }
  });
}

function machineLeft(cause: unknown): XPaneError {
  return new XPaneError(
    'vm.machine-left',
    `VirtualBox may still run a guest on this workspace’s disk. ${reportOf(cause).message}`,
    'End its machine in VirtualBox’s own window, or restart the computer. Then try again.',
    cause,
  );
}

/** Undefined when VirtualBox does not know the machine. */
async function afterSaving(manage: VBoxManage, uuid: string): Promise<MachineInfo | undefined> {
  try {
    await untilPhase(manage, uuid, ({ state }) => state !== 'saving');
    return await manage.info(uuid);
  } catch (thrown) {
    if (reportOf(thrown).code === 'vm.virtualbox-unknown') return undefined;
    throw thrown;
  }
}
