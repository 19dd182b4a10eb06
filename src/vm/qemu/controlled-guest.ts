import { z } from 'zod';
import { agentPort } from '../../appliance/appliance.ts';
import type { OwnedChild } from '../../shared/child-process.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { runningGuest } from '../running-guest.ts';
import type { BorrowedSecret, GuestPause, VmInstance, VmSpec } from '../vm-backend.ts';
import { type Borrowed, removeDisk } from './beginning.ts';
import { DiskWait } from './disk-wait.ts';
import type { GoldenGuests } from './golden.ts';
import type { GuestMemory } from './guest-memory.ts';
import { requireSound } from './launch-means.ts';
import { MigrationEvents } from './migration.ts';
import type { HostNetwork } from './network/guest-network.ts';
import { diskDamaged } from './overlay.ts';
import { QmpClient, type QmpEvent } from './qmp.ts';
import { servedScreen } from './screen.ts';
import { commitRecord, discardSnapshot, makeDurable, markUsed } from './snapshot.ts';
import {
  copyState,
  noRoomAtStart,
  restore,
  resumeFailed,
  type SuspendableMachine,
  stopAndSave,
} from './suspend.ts';
import { forwardedPort } from './usernet.ts';

/** From the process's start to its first word; a loaded machine and a cold disk included. */
const startTimeoutMs = 20_000;
/** QEMU has nothing left to do but to go. */
const quitTimeoutMs = 3_000;

/** QMP's query-status of a guest that QEMU has stopped after a write that failed. */
const stoppedByDisk = z.object({ status: z.literal('io-error') });

export interface ControlledParts {
  readonly spec: VmSpec;
  /** See `attachedDisks`. */
  readonly otherDisks: readonly string[];
  /** QEMU, with its control channel. */
  readonly child: OwnedChild;
  readonly memory: GuestMemory;
  /** Ends with the guest. */
  readonly network: HostNetwork;
  /** See `snapshotKey`. */
  readonly key: string;
  /** Nothing of it is kept when it ends. */
  readonly throwAway: boolean;
  readonly borrowed: Borrowed | undefined;
  readonly goldens: GoldenGuests;
  readonly log: Log;
}

/**
 * Takes control of a QEMU that has just been started, and has a suspended guest run on in it. Owns the memory file
 * from then on: it goes with the guest, unless that is suspended. Throws `vm.*`.
 */
export async function controlledGuest(parts: ControlledParts, signal?: AbortSignal): Promise<VmInstance> {
  const { spec, otherDisks, child, memory, network, key, throwAway, log } = parts;
  const { disk, runtimeFolder } = spec;
  if (!child.channel) throw new TypeError('QEMU was started without its control channel');
  const events = new MigrationEvents();
  let shutdownReason: unknown;
  const diskWait = new DiskWait({
    disks: [disk, ...otherDisks],
    goOn: () => qmp.execute('cont'),
    standsStill: async () => stoppedByDisk.safeParse(await qmp.execute('query-status')).success,
    tell: (why) => spec.onTrouble?.(why),
    log,
  });
  void child.exited.then(() => diskWait.end());
  const onEvent = (told: QmpEvent) => {
    const { event, data } = told;
    events.take(told);
    if (event === 'SHUTDOWN') shutdownReason = data.reason;
    if (event === 'BLOCK_IO_ERROR') diskWait.failed(data);
    if (event === 'BLOCK_IMAGE_CORRUPTED') {
      log.error({ data }, 'the disk of the guest is damaged');
      spec.onTrouble?.(reportOf(diskDamaged()));
    }
  };
  const waiting = { timeoutMs: startTimeoutMs, ...(signal ? { signal } : {}) };
  const qmp: QmpClient = await QmpClient.connect(child.channel, { ...waiting, onEvent });
  const table = await qmp.execute('human-monitor-command', { 'command-line': 'info usernet' }, waiting);
  const port = forwardedPort(String(table), agentPort);
  const resumed = memory.state !== undefined;
  await memory.filled?.catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw resumeFailed(`its memory could not be copied: ${reportOf(cause).message}`, cause);
  });
  if (memory.state) await restore(memory.state, { qmp, events, runtimeFolder }, waiting);
  if (spec.sound) requireSound(child.tail());
  if (resumed) {
    if (memory.own) markUsed(disk);
    await qmp.execute('cont', {}, waiting);
  }
  log.info({ pid: child.pid, port, resumed }, 'virtual machine started');

  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    const letGo = diskWait.hold();
    return work().finally(letGo);
  };
  const memoryBytes = spec.memoryMiB * 2 ** 20;
  const machine = {
    qmp,
    events,
    disk,
    otherDisks,
    runtimeFolder,
    memoryBytes,
    memoryInode: memory.inode,
    key,
    log,
  };
  let saved = false;
  const suspend = async (deadlineMs: number) => {
    if (memory.file === undefined) throw noRoomAtStart();
    await held(() => stopAndSave(machine, deadlineMs));
    saved = true;
    // Its answer, if there is one, is its end.
    qmp.execute('quit').catch(() => undefined);
    const hung = setTimeout(() => child.kill(), quitTimeoutMs);
    void child.exited.then(() => clearTimeout(hung));
  };
  return runningGuest({
    ...{ child, runtimeFolder, log, resumed, borrowed: borrowedSecret(parts, machine, held) },
    endpoint: { kind: 'tcp', host: '127.0.0.1', port },
    ...servedScreen(runtimeFolder),
    requestShutdown: () => {
      qmp.execute('system_powerdown').catch((thrown: unknown) => {
        log.debug({ cause: String(thrown) }, 'the power button could not be pressed');
      });
    },
    forceEnd: () => {
      child.kill();
    },
    ...(throwAway ? {} : { suspend }),
    otherProcessIds: network.processIds,
    pause: pauseBy(qmp, diskWait),
    async gone() {
      await network.close();
      if (throwAway) removeDisk(disk);
      else if (saved) keepSnapshot(disk, log);
      else discardSnapshot(disk);
    },
    endedItself: () => saved || shutdownReason === 'guest-shutdown',
  });
}

function pauseBy(qmp: QmpClient, diskWait: DiskWait): GuestPause {
  let letGo = () => {};
  return {
    async stop() {
      const before = letGo;
      letGo = diskWait.hold();
      before();
      await qmp.execute('stop');
    },
    async goOn() {
      const lets = letGo;
      letGo = () => {};
      await qmp.execute('cont').finally(lets);
    },
  };
}

function borrowedSecret(
  { borrowed, goldens }: ControlledParts,
  machine: SuspendableMachine,
  held: <T>(work: () => Promise<T>) => Promise<T>,
): BorrowedSecret | undefined {
  if (!borrowed) return undefined;
  const { secret, key, original } = borrowed;
  const discard = () => goldens.remove(key);
  if (!original) return { secret, discard };
  const { disk } = machine;
  const keep = (timeoutMs: number, signal?: AbortSignal) =>
    held(() =>
      copyState(machine, { timeoutMs, ...(signal ? { signal } : {}) }, (state) =>
        goldens.keep(key, { disk, secret, state }, signal),
      ),
    );
  return { secret, discard, keep };
}

/** The guest is suspended at once; that this also outlives a power cut may take the disk a while. */
function keepSnapshot(disk: string, log: Log): void {
  commitRecord(disk);
  makeDurable(disk).then(
    () => log.debug({}, 'the suspended guest is on the medium'),
    (error: unknown) =>
      log.warn({ error: reportOf(error) }, 'the suspended guest would not outlive a power cut'),
  );
}
