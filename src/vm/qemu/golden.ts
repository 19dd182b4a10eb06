import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guestFiles } from '../../appliance/appliance.ts';
import { makeWhole } from '../../appliance/making-folder.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Size } from '../../shared/geometry.ts';
import type { Log } from '../../shared/log.ts';
import { copySparse } from './copy-sparse.ts';
import { freeBytes, keptFreeBytes } from './memory-file.ts';
import {
  commitRecord,
  makeDurable,
  memoryInode,
  prepareRecord,
  readSnapshot,
  snapshotFiles,
} from './snapshot.ts';
import { type SnapshotGround, snapshotKey } from './snapshot-key.ts';

/**
 * The golden guest: the built-in guest as it was when it had booted for the first time, its agent ready and nobody's
 * yet. A new workspace goes on from a copy of it instead of booting. It is kept as a suspended guest is, in a folder of
 * the cache named by its key, with a secret of its own: who goes on from it hands the agent another one.
 */
export interface Golden {
  readonly folder: string;
  /** As in a secret file: 64 hex digits. */
  readonly secret: string;
  readonly disk: string;
  readonly memory: string;
  /** Of its devices. */
  readonly state: Buffer;
}

/** One of each kind of machine that is in use; a user with more kinds waits for a boot now and then. */
const keptGuests = 2;

/** Golden guests of one cache. */
export class GoldenGuests {
  readonly #folder: string;
  readonly #log: Log;

  /** `cache` is XPane's. */
  constructor(cache: string, log: Log) {
    this.#folder = join(cache, 'golden');
    this.#log = log;
  }

  /** What a guest with this key can go on from. One that is damaged is removed. */
  find(key: string): Golden | undefined {
    const folder = this.#folderOf(key);
    if (!existsSync(folder)) return undefined;
    try {
      const { disk, secretFile } = filesIn(folder);
      const snapshot = readSnapshot(disk, key);
      const secret = readFileSync(secretFile, 'utf8');
      if (snapshot.kind === 'usable' && /^[0-9a-f]{64}$/.test(secret)) {
        const { memory } = snapshotFiles(disk);
        return { folder, disk, memory, state: snapshot.state, secret };
      }
      const { code, why } = { code: undefined, why: 'its secret is not there', ...snapshot };
      this.#log.warn({ code, why }, 'no new guest can go on from the golden guest');
    } catch (thrown) {
      this.#log.warn({ error: reportOf(thrown) }, 'the golden guest cannot be read');
    }
    this.remove(key);
    return undefined;
  }

  remove(key: string): void {
    rmSync(this.#folderOf(key), { recursive: true, force: true });
  }

  /** Whether there is room to keep one with so much memory. */
  hasRoom(memoryBytes: number): boolean {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    return freeBytes(this.#folder) >= memoryBytes + keptFreeBytes;
  }

  /**
   * Keeps a copy of a guest that stands still. Resolves when new guests may go on from it; that it also outlives a
   * power cut comes later. Rejects with `vm.disk-…`, `process.timeout`, `signal.reason` or the system's error, and
   * nothing is left.
   */
  async keep(
    key: string,
    guest: { readonly disk: string; readonly secret: string; readonly state: Buffer },
    signal?: AbortSignal,
  ): Promise<void> {
    const folder = await makeWhole(this.#folder, async (_, out) => {
      const { disk, secretFile } = filesIn(out);
      writeFileSync(secretFile, guest.secret, { mode: 0o600 });
      await copySparse(guest.disk, disk, signal);
      mkdirSync(snapshotFiles(disk).folder, { mode: 0o700 });
      const { memory } = snapshotFiles(disk);
      await copySparse(snapshotFiles(guest.disk).memory, memory, signal);
      const about = { key, memoryBytes: statSync(memory).size, memoryInode: memoryInode(disk) };
      prepareRecord(disk, { ...about, state: guest.state });
      commitRecord(disk);
      return nameOf(key);
    });
    this.#removeOld();
    makeDurable(filesIn(folder).disk).catch((error: unknown) =>
      this.#log.warn({ error: reportOf(error) }, 'the golden guest would not outlive a power cut'),
    );
  }

  #removeOld(): void {
    const kept = readdirSync(this.#folder).filter((name) => /^[0-9a-f]{32}$/.test(name));
    const age = (name: string) => statSync(join(this.#folder, name)).mtimeMs;
    const old = kept.sort((a, b) => age(b) - age(a)).slice(keptGuests);
    for (const name of old) rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  #folderOf(key: string): string {
    return join(this.#folder, nameOf(key));
  }
}

/** Random, known to nobody but this user's XPane, and of no use once a guest has its own. */
export function goldenSecret(): string {
  return randomBytes(32).toString('hex');
}

/**
 * Two machines with the same key can go on from the same golden guest: as {@link snapshotKey}, but for the secret. The
 * guest's X server keeps room for screens up to a size that it is started for, see `guest-init`. Pure.
 */
export function goldenKey(ground: SnapshotGround, { width, height }: Size): string {
  const handover = ground.handover.filter(({ name }) => name !== guestFiles.secret);
  const room = width <= 3840 && height <= 2160 ? 'usual' : `${width}x${height}`;
  return createHash('sha256')
    .update(`${snapshotKey({ ...ground, handover })} ${room}`)
    .digest('hex');
}

function filesIn(folder: string) {
  return { disk: join(folder, 'disk.qcow2'), secretFile: join(folder, 'secret') };
}

function nameOf(key: string): string {
  return key.slice(0, 32);
}
