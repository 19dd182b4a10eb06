import { pause } from '../../shared/deadline.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { suspendFailed } from '../qemu/suspend.ts';
import type { VmExit, VmInstance } from '../vm-backend.ts';
import { endMachine, turnOff, untilPhase } from './machine-end.ts';
import type { MachineInfo } from './machine-info.ts';
import type { VBoxManage } from './vboxmanage.ts';

export interface RunningMachine {
  readonly manage: VBoxManage;
  readonly uuid: string;
  readonly port: number;
  readonly resumed: boolean;
  readonly log: Log;
  /** The machine is saved: keeps what is needed to go on. */
  keep(): Promise<void>;
  /** The machine has ended and VirtualBox has forgotten it: clears it away; unless it was saved, nothing of it is to go on. */
  ended(saved: boolean): void;
}

/** VirtualBox tells nobody of a machine's end, it has to be asked: a process of 50 ms each time. */
const lookEveryMs = 1000;
/** A guest that still boots may miss the button. */
const repeatRequestMs = 4000;

/** Follows a machine that runs: one exit, one clean-up, whoever asks for it. */
export function runningMachine(machine: RunningMachine): VmInstance {
  const { manage, uuid, log } = machine;
  let asked = false;
  let forced = false;
  let saved = false;
  /** Aborted when the next look should not wait. */
  let look = new AbortController();
  const lookNow = () => look.abort();

  const followed = async (): Promise<VmExit> => {
    const info = await untilEnded(machine, async () => {
      await pause(lookEveryMs, look.signal).catch(() => undefined);
      look = new AbortController();
    });
    if (info.phase === 'saved') saved = true;
    await cleanUp(machine, saved);
    const expected = asked || saved || info.state === 'poweroff';
    const inOrder = info.state === 'poweroff' && !forced;
    log.info({ uuid, expected, inOrder, state: info.state }, 'guest ended');
    return { expected, inOrder, detail: `VirtualBox: ${info.state}` };
  };
  const exited = followed();

  const force = async () => {
    asked = true;
    forced = true;
    await turnOff(manage, uuid).catch((thrown: unknown) => {
      // Whoever follows the machine has seen its end first.
      if (reportOf(thrown).code !== 'vm.virtualbox-unknown') throw thrown;
    });
    lookNow();
    return exited;
  };
  return {
    endpoint: { kind: 'tcp', host: '127.0.0.1', port: machine.port },
    resumed: machine.resumed,
    processIds: [],
    exited,
    kill: force,
    async powerOff(deadlineMs) {
      asked = true;
      const press = () =>
        manage.run(['controlvm', uuid, 'acpipowerbutton']).then(lookNow, (thrown: unknown) => {
          log.debug({ error: reportOf(thrown) }, 'the power button could not be pressed');
        });
      void press();
      const repeat = setInterval(() => void press(), repeatRequestMs);
      const late = new AbortController();
      const inTime = exited.then(() => true).finally(() => late.abort());
      const tooLate = pause(deadlineMs, late.signal).then(
        () => false,
        () => true,
      );
      const ended = await Promise.race([inTime, tooLate]);
      clearInterval(repeat);
      if (ended) return exited;
      log.warn({ uuid, deadlineMs }, 'guest did not shut down in time and is ended by force');
      return force();
    },
    async suspend(deadlineMs) {
      try {
        await manage.run(['controlvm', uuid, 'savestate'], { timeoutMs: deadlineMs });
      } catch (thrown) {
        if (await runsOn(machine)) throw suspendFailed(thrown);
      }
      lookNow();
      const exit = await exited;
      if (!saved) throw endedMeanwhile(exit);
      return exit;
    },
  };
}

/** A failure to ask is no end: VirtualBox's service may be busy, or start anew. */
async function untilEnded(machine: RunningMachine, wait: () => Promise<void>): Promise<MachineInfo> {
  for (;;) {
    await wait();
    const info = await machine.manage.info(machine.uuid).catch((thrown: unknown) => {
      const error = reportOf(thrown);
      // Somebody else has removed it.
      if (error.code === 'vm.virtualbox-unknown') return { phase: 'off', state: 'removed' } as const;
      machine.log.warn({ error }, 'VirtualBox does not say how the guest is');
      return undefined;
    });
    if (info && info.phase !== 'live') return info;
  }
}

async function cleanUp(machine: RunningMachine, saved: boolean): Promise<void> {
  const { manage, uuid, log } = machine;
  try {
    // Before VirtualBox forgets it: a service that is killed here finds it saved again.
    if (saved) await machine.keep();
    await endMachine(manage, uuid);
    machine.ended(saved);
  } catch (thrown) {
    log.error({ uuid, error: reportOf(thrown) }, 'something is left of the ended guest');
  }
}

/** After a VBoxManage that failed or was late: VirtualBox may save on without it. A guest that stands still goes on. */
async function runsOn({ manage, uuid }: RunningMachine): Promise<boolean> {
  try {
    await untilPhase(manage, uuid, ({ state }) => state !== 'saving');
    const { state, phase } = await manage.info(uuid);
    if (state === 'paused') await manage.run(['controlvm', uuid, 'resume']);
    return phase === 'live';
  } catch (thrown) {
    // Whoever follows the machine has seen its end first.
    if (reportOf(thrown).code === 'vm.virtualbox-unknown') return false;
    throw thrown;
  }
}

function endedMeanwhile({ detail }: VmExit): XPaneError {
  return new XPaneError(
    'vm.virtualbox-ended',
    `The guest ended while it was being suspended (${detail}).`,
    'Start it again. What it had not saved is lost.',
  );
}
