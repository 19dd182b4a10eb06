import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { hasRoomForState } from './memory-file.ts';
import { loadState, type MigrationEvents, saveState } from './migration.ts';
import type { QmpClient } from './qmp.ts';
import { abandonRecord, prepareRecord } from './snapshot.ts';

/** A machine whose memory is a file, under our control. */
export interface SuspendableMachine {
  readonly qmp: QmpClient;
  readonly events: MigrationEvents;
  readonly disk: string;
  readonly otherDisks: readonly string[];
  readonly runtimeFolder: string;
  readonly memoryBytes: number;
  /** See `memoryInode`. */
  readonly memoryInode: number | undefined;
  /** See `snapshotKey`. */
  readonly key: string;
  readonly log: Log;
}

/** An answer of QEMU's that it gives at once: that the guest runs on. */
const goOnTimeoutMs = 5_000;

/**
 * Stops the guest and writes all of its snapshot but the name, see `commitRecord`; QEMU is to end then. Throws
 * `vm.suspend-no-room` or `vm.suspend-failed` with the guest running on, as `QmpClient` when QEMU is gone.
 */
export async function stopAndSave(machine: SuspendableMachine, deadlineMs: number): Promise<void> {
  const { qmp, events, disk, otherDisks, key, memoryBytes, memoryInode, log } = machine;
  if (!hasRoomForState(disk)) throw noRoom();
  const socketFile = join(machine.runtimeFolder, 'state.sock');
  const begunMs = performance.now();
  const leftMs = () => Math.max(1, deadlineMs - (performance.now() - begunMs));
  try {
    rmSync(socketFile, { force: true }); // of a try that was given up
    // QEMU answers when what the guest has written is on the disk.
    await qmp.execute('stop', {}, { timeoutMs: leftMs() });
    const state = await saveState({ qmp, events, socketFile, timeoutMs: leftMs() });
    prepareRecord(disk, { otherDisks, key, memoryBytes, memoryInode, state });
    log.info(
      { tookMs: Math.round(performance.now() - begunMs), sizeBytes: state.length },
      'guest state saved',
    );
  } catch (thrown) {
    log.warn({ error: reportOf(thrown) }, 'the guest could not be suspended and runs on');
    abandonRecord(disk);
    await goOn(qmp);
    throw isFull(thrown) ? noRoom(thrown) : suspendFailed(thrown);
  }
}

/**
 * Has the guest stand still while `copy` copies its files, with the state that goes with them; it runs on then. Rejects
 * with what `copy` rejects with, `vm.migration-…`, `signal.reason`, or as `QmpClient` when QEMU is gone.
 */
export async function copyState(
  machine: SuspendableMachine,
  waiting: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  copy: (state: Buffer) => Promise<void>,
): Promise<void> {
  const { qmp, events } = machine;
  const socketFile = join(machine.runtimeFolder, 'state.sock');
  try {
    await qmp.execute('stop', {}, waiting);
    await copy(await saveState({ qmp, events, socketFile, ...waiting }));
  } finally {
    await goOn(qmp);
    rmSync(socketFile, { force: true });
  }
}

/** Gives the state back to a QEMU that waits for it: the guest stands still where it was. Throws `vm.resume-failed`. */
export async function restore(
  state: Buffer,
  machine: Pick<SuspendableMachine, 'qmp' | 'events' | 'runtimeFolder'>,
  waiting: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  const socketFile = join(machine.runtimeFolder, 'state.sock');
  try {
    await loadState(state, { ...machine, ...waiting, socketFile });
  } catch (thrown) {
    waiting.signal?.throwIfAborted();
    throw resumeFailed(reportOf(thrown).message, thrown);
  }
}

export function resumeFailed(why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.resume-failed',
    `The guest could not go on where it was suspended: ${why}`,
    'It is started anew; what had not been saved in it is lost.',
    cause,
  );
}

/** Of a machine without a memory file, see `makeMemoryFile`. */
export function noRoomAtStart(): XPaneError {
  return new XPaneError(
    'vm.suspend-no-room',
    'The guest cannot be suspended: there was no room for its memory on the disk of this computer when it started.',
    'Free some space, then stop the guest and start it again.',
  );
}

/** Whatever QEMU is at: the disk becomes the guest's again, and the guest runs. */
async function goOn(qmp: QmpClient): Promise<void> {
  const waiting = { timeoutMs: goOnTimeoutMs };
  await qmp.execute('migrate_cancel', {}, waiting);
  await qmp.execute('cont', {}, waiting);
}

function isFull(thrown: unknown): boolean {
  const code = (thrown as NodeJS.ErrnoException).code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function noRoom(cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.suspend-no-room',
    'The guest runs on: there is no room on the disk of this computer to suspend it.',
    'Free some space, then try again.',
    cause,
  );
}

export function suspendFailed(cause: unknown): XPaneError {
  return new XPaneError(
    'vm.suspend-failed',
    `The guest could not be suspended and runs on: ${reportOf(cause).message}`,
    'Try again, or stop it instead.',
    cause,
  );
}
