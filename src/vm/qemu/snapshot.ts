import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { XPaneError } from '../../shared/errors.ts';
import { bootId } from '../process-record.ts';

/**
 * A suspended guest on the disk. Its memory is the very file it ran in; its devices' state lies beside. The record
 * makes both a snapshot: it comes last when a guest is suspended, and goes first, before the guest runs on. Whatever
 * happens in between, there is a guest that can go on or there is none; never one whose disk has changed meanwhile.
 */

/** All on-disk names of a suspended guest, in a folder beside its disk. */
export function snapshotFiles(disk: string) {
  const folder = `${disk}.snapshot`;
  return {
    /** 0700; also there while a guest runs that can be suspended. */
    folder,
    memory: join(folder, 'memory'),
    state: join(folder, 'state'),
    /** While this is there, the guest is suspended. */
    record: join(folder, 'record.json'),
    /** What the record becomes as soon as the guest runs on. */
    used: join(folder, 'used.json'),
    /** The id of a record whose files are on the medium: one that outlives a power cut. */
    durable: join(folder, 'durable'),
  };
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const identity = z.strictObject({ inode: z.string(), sizeBytes: z.string(), modifiedNs: z.string() });

const recordSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** See `snapshotKey`. */
  key: sha256,
  /** In this boot of the host the files are whole, on the medium or not yet. */
  bootId: z.string(),
  state: z.strictObject({ sizeBytes: z.int().min(1), sha256 }),
  memoryBytes: z.int().min(1),
  disk: identity,
  /** Of the user's own, which the guest also writes to; absent without any. */
  otherDisks: z.array(identity).min(1).optional(),
});
type SnapshotRecord = z.infer<typeof recordSchema>;

/** What there is to go on from. `code` is `vm.snapshot-…`; `why` is for the log. */
export type Snapshot =
  | { readonly kind: 'none' }
  | { readonly kind: 'unusable'; readonly code: string; readonly why: string }
  | { readonly kind: 'usable'; readonly state: Buffer };

export function isSuspended(disk: string): boolean {
  return existsSync(snapshotFiles(disk).record);
}

/** Removes what is left of a guest that was suspended or ran. The record goes first. */
export function discardSnapshot(disk: string): void {
  const { folder, record } = snapshotFiles(disk);
  rmSync(record, { force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** Tells the memory file that a guest runs in from another that took its place. */
export function memoryInode(disk: string): number | undefined {
  return statSync(snapshotFiles(disk).memory, { throwIfNoEntry: false })?.ino;
}

/**
 * Writes all of a snapshot but its name: QEMU has finished with `disk`. Throws `vm.memory-replaced` when the memory
 * beside it is not the guest's any more, and the system's error.
 */
export function prepareRecord(
  disk: string,
  about: {
    readonly otherDisks?: readonly string[];
    readonly key: string;
    readonly memoryBytes: number;
    readonly memoryInode: number | undefined;
    readonly state: Buffer;
  },
): void {
  const { record, state } = snapshotFiles(disk);
  if (memoryInode(disk) !== about.memoryInode) throw memoryReplaced();
  writeFileSync(state, about.state, { mode: 0o600 });
  const content: SnapshotRecord = {
    id: randomBytes(16).toString('hex'),
    key: about.key,
    bootId: bootId(),
    state: { sizeBytes: about.state.length, sha256: digest(about.state) },
    memoryBytes: about.memoryBytes,
    ...identitiesOf(disk, about.otherDisks ?? []),
  };
  writeFileSync(`${record}.new`, JSON.stringify(content), { mode: 0o600 });
}

/** The guest runs on instead: the room that was taken is free again. */
export function abandonRecord(disk: string): void {
  const { record, state } = snapshotFiles(disk);
  for (const file of [state, `${record}.new`]) rmSync(file, { force: true });
}

/** From here on the guest is suspended. */
export function commitRecord(disk: string): void {
  const { record } = snapshotFiles(disk);
  renameSync(`${record}.new`, record);
}

/**
 * Makes the snapshot outlive a power cut; until then it is lost in one. May take seconds, and does no harm when the
 * guest runs on meanwhile. Rejects with the system's error.
 */
export async function makeDurable(disk: string): Promise<void> {
  const { folder, memory, state, record, durable } = snapshotFiles(disk);
  const content = readRecord(record);
  if (!content) return;
  try {
    for (const path of [memory, state, disk, record, folder, dirname(folder)]) await sync(path);
    await writeFileAtomically(durable, content.id);
  } catch (error) {
    // The guest may have gone on, and ended, long before the medium was ready.
    if (isSuspended(disk)) throw error;
  }
}

/** What the guest with this disk can go on from, on a machine with this key. Throws only what a broken disk throws. */
export function readSnapshot(disk: string, key: string, otherDisks: readonly string[] = []): Snapshot {
  const files = snapshotFiles(disk);
  if (!existsSync(files.record)) {
    if (!existsSync(files.used)) return { kind: 'none' };
    return unusable('used', 'the guest ran on from it, and was not ended in order');
  }
  const record = readRecord(files.record);
  if (!record) return unusable('damaged', 'its record cannot be understood');
  if (record.key !== key) return unusable('other-machine', 'it belongs to another QEMU, machine or agent');
  const then = { disk: record.disk, ...(record.otherDisks ? { otherDisks: record.otherDisks } : {}) };
  if (JSON.stringify(then) !== JSON.stringify(identitiesOf(disk, otherDisks))) {
    return unusable('other-disk', 'a disk has changed since');
  }
  if (record.bootId !== bootId() && readText(files.durable) !== record.id) {
    return unusable('not-durable', 'this computer went down before it was on the medium');
  }
  if (sizeOf(files.memory) !== record.memoryBytes || sizeOf(files.state) !== record.state.sizeBytes) {
    return unusable('damaged', 'a file of it is not whole');
  }
  const state = readFileSync(files.state);
  if (digest(state) !== record.state.sha256) return unusable('damaged', 'the state is not what was written');
  return { kind: 'usable', state };
}

/** The guest is about to run on: from here on, on the medium too, nobody takes this snapshot again. */
export function markUsed(disk: string): void {
  const { folder, record, used } = snapshotFiles(disk);
  renameSync(record, used);
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function memoryReplaced(): XPaneError {
  return new XPaneError(
    'vm.memory-replaced',
    'Another program has taken the place of the file that the memory of this guest was in.',
    'Let no second XPane use the same workspace; stop the guest and start it again.',
  );
}

function unusable(what: string, why: string): Snapshot {
  return { kind: 'unusable', code: `vm.snapshot-${what}`, why };
}

function readRecord(file: string): SnapshotRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

function identitiesOf(
  disk: string,
  otherDisks: readonly string[],
): Pick<SnapshotRecord, 'disk' | 'otherDisks'> {
  const others = otherDisks.map(identityOf);
  return { disk: identityOf(disk), ...(others.length > 0 ? { otherDisks: others } : {}) };
}

/** Who writes to a disk, or puts another in its place, changes one of these. */
function identityOf(disk: string): SnapshotRecord['disk'] {
  const { ino, size, mtimeNs } = statSync(disk, { bigint: true });
  return { inode: String(ino), sizeBytes: String(size), modifiedNs: String(mtimeNs) };
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
