import { existsSync, rmSync } from 'node:fs';
import type { Log } from '../../shared/log.ts';
import type { HandoverFile } from '../guest-handover.ts';
import { throwAwayDisk } from '../new-disk.ts';
import type { VmSpec } from '../vm-backend.ts';
import { copyDisk } from './copy-sparse.ts';
import { attachedDisks } from './device-arguments.ts';
import { type GoldenGuests, goldenKey, goldenSecret } from './golden.ts';
import { type GuestMemory, goldenMemory, guestMemory, ordinaryMemory } from './guest-memory.ts';
import { makeOverlay } from './overlay.ts';
import { discardSnapshot } from './snapshot.ts';
import { type SnapshotGround, snapshotKey } from './snapshot-key.ts';

/** Where a guest's writes go. */
export interface LaunchDisk {
  readonly disk: string;
  /** The workspace's own disk, where that is not to change. */
  readonly lower: string | undefined;
  readonly throwAway: boolean;
  /** Nothing is there yet. */
  readonly fresh: boolean;
}

/** What an earlier revertible guest left that was killed goes. */
export function launchDisk({ disk: own, revertible = false }: VmSpec): LaunchDisk {
  const thrownAway = throwAwayDisk(own);
  removeDisk(thrownAway);
  if (!revertible) return { disk: own, lower: undefined, throwAway: false, fresh: !existsSync(own) };
  const lower = existsSync(own) ? own : undefined;
  return { disk: thrownAway, lower, throwAway: true, fresh: true };
}

/** With what is kept of a guest beside it. */
export function removeDisk(disk: string): void {
  discardSnapshot(disk);
  rmSync(disk, { force: true });
}

/** The secret that the guest's agent has at first, and the golden guest it comes from, or is to become. */
export interface Borrowed {
  readonly secret: string;
  readonly key: string;
  readonly original: boolean;
}

/** What a guest begins with. */
export interface Beginning {
  readonly memory: GuestMemory;
  /** See `snapshotKey`; of the guest once its agent has the workspace's own secret. */
  readonly key: string;
  readonly borrowed: Borrowed | undefined;
}

export interface BeginningParts {
  readonly spec: VmSpec;
  readonly place: LaunchDisk;
  /** All of the machine but what is handed over. */
  readonly ground: Omit<SnapshotGround, 'handover'>;
  readonly handover: readonly HandoverFile[];
  readonly qemuImg: string;
  readonly goldens: GoldenGuests;
  readonly log: Log;
}

/** Makes disk and memory of a guest: its own, those of the golden guest, or new ones. Throws `vm.disk-…`. */
export async function beginning(parts: BeginningParts, signal?: AbortSignal): Promise<Beginning> {
  const { spec, place, ground, handover, goldens, log } = parts;
  const { disk, fresh, lower, throwAway } = place;
  const sizeBytes = spec.memoryMiB * 2 ** 20;
  const key = snapshotKey({ ...ground, handover });
  const pristine = fresh && lower === undefined && !ground.machine.hardware && spec.warmStart === true;
  const golden = pristine ? goldenKey({ ...ground, handover }, spec.desktop) : undefined;
  if (golden !== undefined) {
    const memory = await fromGolden(parts, golden, signal);
    if (memory) return { key, ...memory };
  }
  if (fresh) await makeOverlay(parts.qemuImg, ground.machine.base, disk, signal);
  const becomesGolden = golden !== undefined && goldens.hasRoom(sizeBytes);
  if (throwAway && !becomesGolden) return { key, memory: ordinaryMemory, borrowed: undefined };
  const otherDisks = attachedDisks(ground.machine.devices);
  const memory = await guestMemory({ disk, otherDisks, key, sizeBytes, log }, signal);
  const original = becomesGolden && memory.file !== undefined;
  const borrowed = original ? { secret: goldenSecret(), key: golden, original } : undefined;
  return { key, memory, borrowed };
}

async function fromGolden(
  { spec, place, goldens, log }: BeginningParts,
  key: string,
  signal?: AbortSignal,
): Promise<Omit<Beginning, 'key'> | undefined> {
  const golden = goldens.find(key);
  if (!golden) return undefined;
  const { disk, throwAway: copied } = place;
  try {
    // First: what is written to the medium then does not wait for the memory.
    await copyDisk(golden.disk, disk, signal);
    const about = { disk, sizeBytes: spec.memoryMiB * 2 ** 20, copied, log };
    const memory = await goldenMemory(golden, about, signal);
    if (memory) return { memory, borrowed: { secret: golden.secret, key, original: false } };
  } catch (thrown) {
    signal?.throwIfAborted();
    log.warn({ cause: String(thrown) }, 'a new guest cannot go on from the golden one');
  }
  removeDisk(disk);
  return undefined;
}
