import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { forgetLaunch, recordedLaunch } from './launch-record.ts';
import { endMachine, untilPhase } from './machine-end.ts';
import type { MachineInfo } from './machine-info.ts';
import { keepSavedState } from './saved-state.ts';
import { findVBoxManage, type VBoxManage } from './vboxmanage.ts';

/**
 * Ends the machine with this disk that an earlier service left running: VirtualBox's machines go on without it. One that
 * it was saving stays suspended. VirtualBox is looked for only where a machine was left. Throws `vm.setpriv-missing`,
 * `vm.virtualbox-…`, `vm.still-running`; the next call tries again.
 */
export async function endLeftMachine(disk: string, log: Log): Promise<void> {
  const left = recordedLaunch(disk);
  if (!left) return;
  const { uuid } = left;
  const manage = await findVBoxManage();
  const found = await afterSaving(manage, uuid);
  // Before VirtualBox forgets it: whenever this is cut off, it is found saved again.
  if (found?.phase === 'saved') await keepSavedState(disk, left);
  if (found) await endMachine(manage, uuid);
  forgetLaunch(disk);
  log.warn({ uuid, found: found?.state }, 'a machine of VirtualBox that was left behind is cleared away');
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
