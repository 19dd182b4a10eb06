import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  commitRecord,
  discardSnapshot,
  isSuspended,
  makeDurable,
  markUsed,
  memoryInode,
  prepareRecord,
  readSnapshot,
  snapshotFiles,
} from '../../../src/vm/qemu/snapshot.ts';

const key = 'ab'.repeat(32);
const memoryBytes = 4096;
const state = Buffer.from('the state of all devices');

let folder: string;
let disk: string;
let files: ReturnType<typeof snapshotFiles>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-snapshot-'));
  disk = join(folder, 'disk.qcow2');
  files = snapshotFiles(disk);
  writeFileSync(disk, 'a disk');
  mkdirSync(files.folder);
  writeFileSync(files.memory, Buffer.alloc(memoryBytes));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function suspended(): void {
  prepareRecord(disk, { key, memoryBytes, memoryInode: memoryInode(disk), state });
  commitRecord(disk);
}

/** As if this computer had been started anew since. */
function afterReboot(): void {
  const record = JSON.parse(readFileSync(files.record, 'utf8'));
  writeFileSync(files.record, JSON.stringify({ ...record, bootId: 'another boot' }));
}

test('a second disk belongs to the snapshot: changed, gone from the machine or new to it, nothing goes on', () => {
  const second = join(folder, 'second.qcow2');
  writeFileSync(second, 'one');
  const otherDisks = [second];
  prepareRecord(disk, { otherDisks, key, memoryBytes, memoryInode: memoryInode(disk), state });
  commitRecord(disk);
  const other = { kind: 'unusable', code: 'vm.snapshot-other-disk' };
  expect(readSnapshot(disk, key, otherDisks)).toMatchObject({ kind: 'usable' });
  expect(readSnapshot(disk, key)).toMatchObject(other);
  writeFileSync(second, 'other');
  expect(readSnapshot(disk, key, otherDisks)).toMatchObject(other);
  suspended();
  expect(readSnapshot(disk, key)).toMatchObject({ kind: 'usable' });
  expect(readSnapshot(disk, key, otherDisks)).toMatchObject(other);
});

test('a snapshot is there from the commit on, and no moment earlier', () => {
  prepareRecord(disk, { key, memoryBytes, memoryInode: memoryInode(disk), state });
  expect(isSuspended(disk)).toBe(false);
  expect(readSnapshot(disk, key)).toEqual({ kind: 'none' });
  commitRecord(disk);
  expect(isSuspended(disk)).toBe(true);
  expect(readSnapshot(disk, key)).toEqual({ kind: 'usable', state });
});

test('memory that is not the guest’s any more makes no snapshot', () => {
  const inode = memoryInode(disk);
  // QEMU has it open: no other file gets its number.
  const ofTheGuest = openSync(files.memory, 'r');
  rmSync(files.memory);
  writeFileSync(files.memory, Buffer.alloc(memoryBytes));
  expect(() => prepareRecord(disk, { key, memoryBytes, memoryInode: inode, state })).toThrow(
    'Another program has taken the place',
  );
  closeSync(ofTheGuest);
  expect(existsSync(files.state)).toBe(false);
});

test('it is used once', () => {
  suspended();
  markUsed(disk);
  expect(isSuspended(disk)).toBe(false);
  expect(readSnapshot(disk, key)).toMatchObject({ kind: 'unusable', code: 'vm.snapshot-used' });
  discardSnapshot(disk);
  expect(existsSync(files.folder)).toBe(false);
  expect(readSnapshot(disk, key)).toEqual({ kind: 'none' });
});

test.each<[string, string, () => void]>([
  ['another machine', 'other-machine', () => editRecord({ key: 'cd'.repeat(32) })],
  ['a disk that was written to', 'other-disk', () => writeFileSync(disk, 'other')],
  ['a disk in its place', 'other-disk', () => replaceDisk()],
  ['a state that is cut off', 'damaged', () => truncateSync(files.state, 5)],
  ['a state that changed', 'damaged', () => writeFileSync(files.state, 'the state of all devizes')],
  ['no state', 'damaged', () => rmSync(files.state)],
  ['memory that is cut off', 'damaged', () => truncateSync(files.memory, memoryBytes - 1)],
  ['no memory', 'damaged', () => rmSync(files.memory)],
  ['a record that is cut off', 'damaged', () => truncateSync(files.record, 20)],
  ['an empty record', 'damaged', () => writeFileSync(files.record, '')],
  ['a record of another form', 'damaged', () => editRecord({ more: 1 })],
  ['a restart of the computer', 'not-durable', afterReboot],
])('%s: it is not used', (_, code, spoil) => {
  suspended();
  spoil();
  expect(readSnapshot(disk, key)).toMatchObject({ kind: 'unusable', code: `vm.snapshot-${code}` });
});

test('one that is on the medium outlives a restart of the computer', async () => {
  suspended();
  await makeDurable(disk);
  afterReboot();
  expect(readSnapshot(disk, key)).toMatchObject({ kind: 'usable' });
});

test('an earlier snapshot on the medium says nothing of the next', async () => {
  suspended();
  await makeDurable(disk);
  markUsed(disk);
  suspended();
  afterReboot();
  expect(readSnapshot(disk, key)).toMatchObject({ code: 'vm.snapshot-not-durable' });
});

test('one that is gone before it is on the medium is no error', async () => {
  suspended();
  const written = makeDurable(disk);
  discardSnapshot(disk);
  await written;
  await makeDurable(disk);
  expect(isSuspended(disk)).toBe(false);
});

function editRecord(change: object): void {
  const record = JSON.parse(readFileSync(files.record, 'utf8'));
  writeFileSync(files.record, JSON.stringify({ ...record, ...change }));
}

function replaceDisk(): void {
  writeFileSync(`${disk}.new`, 'a disk');
  renameSync(`${disk}.new`, disk);
}
