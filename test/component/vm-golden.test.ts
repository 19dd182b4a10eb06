import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createBackend, snapshotOf } from '../../src/vm/backends.ts';
import { snapshotFiles } from '../../src/vm/qemu/snapshot.ts';
import type { VmSpec } from '../../src/vm/vm-backend.ts';
import { bootOf, lightGuest } from './fixtures/light-guest.ts';
import { builtInGuest } from './fixtures/real-guest.ts';
import { recordingLog } from './fixtures/recording-log.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';

/** It boots in 3 s under TCG on an idle machine. */
const bootTimeoutMs = 60_000;
const deadlineMs = 10_000;

/** Which boot this is, a random number of this very moment, and how often ACPI had something to tell. */
const random = '/proc/sys/kernel/random';
const answer = `sh -c 'echo $(cat ${random}/boot_id ${random}/uuid) $(grep acpi /proc/interrupts | tr -s " " | cut -d " " -f 3)'`;

const cache = mkdtempSync(join(tmpdir(), 'xpane-golden-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));
const appliance = lightGuest(builtInGuest(), cache, answer);
const golden = join(cache, 'golden');
/** The golden guest's boot. */
let firstBoot = '';

/** A workspace that has no disk yet. */
function newWorkspace(part: Partial<VmSpec> = {}, folder = testFolder()) {
  const log = recordingLog();
  const backend = createBackend('qemu', { appliance, cache, log });
  const spec: VmSpec = { ...specIn(folder), memoryMiB: 128, warmStart: true, ...part };
  const start = async () => {
    const guest = await backend.start(spec);
    onTestFinished(async () => {
      await guest.kill();
    });
    return guest;
  };
  return { spec, log, backend, start };
}

const bootAndRandom = async (guest: { endpoint: Parameters<typeof bootOf>[0] }) => {
  const [boot = '', uuid = '', told = ''] = (await bootOf(guest.endpoint, bootTimeoutMs)).split(' ');
  return { boot, uuid, told: Number(told) };
};

function checkDisk(disk: string): void {
  expect(execFileSync('qemu-img', ['check', disk], { encoding: 'utf8' })).toContain('No errors were found');
}

function goldenFiles() {
  const [name = ''] = readdirSync(golden);
  const folder = join(golden, name);
  const { memory, state, record } = snapshotFiles(join(folder, 'disk.qcow2'));
  return { folder, secret: join(folder, 'secret'), memory, state, record };
}

/** The first guest boots, and is kept as it is then. */
async function makeGolden(): Promise<void> {
  const { spec, backend } = newWorkspace({}, mkdtempSync(join(cache, 'workspace-')));
  const guest = await backend.start(spec);
  expect(guest.resumed).toBe(false);
  const { boot } = await bootAndRandom(guest);
  expect(guest.borrowed?.secret).toMatch(/^[0-9a-f]{64}$/);
  const cancel = new AbortController();
  const unwanted = guest.borrowed?.keep?.(deadlineMs, cancel.signal);
  cancel.abort(new Error('no more'));
  await expect(unwanted).rejects.toThrow('no more');
  expect((await bootAndRandom(guest)).boot).toBe(boot);
  await guest.borrowed?.keep?.(deadlineMs);
  // It runs on as if nothing had been, and can be suspended.
  expect((await bootAndRandom(guest)).boot).toBe(boot);
  await guest.suspend?.(deadlineMs);
  expect(snapshotOf(spec.disk).exists()).toBe(true);
  checkDisk(spec.disk);
  firstBoot = boot;
}

beforeAll(makeGolden);

describe('a new guest', () => {
  test('goes on from a copy, is suspended and goes on as any other, and leaves the golden one as it is', async () => {
    const before = snapshotOfFolder();
    const { start, spec } = newWorkspace();
    const guest = await start();
    expect(guest.resumed).toBe(true);
    expect(guest.borrowed?.keep).toBeUndefined();
    expect(guest.borrowed?.secret).toBe(readFileSync(goldenFiles().secret, 'utf8'));
    expect((await bootAndRandom(guest)).boot).toBe(firstBoot);
    expect(statSync(spec.disk).mode & 0o777).toBe(0o600);
    expect(statSync(snapshotFiles(spec.disk).memory).mode & 0o777).toBe(0o600);
    await guest.suspend?.(deadlineMs);
    checkDisk(spec.disk);
    const again = await start();
    expect(again.resumed).toBe(true);
    expect(again.borrowed).toBeUndefined();
    expect((await bootAndRandom(again)).boot).toBe(firstBoot);
    // While its computer sleeps.
    await again.pause?.stop();
    await expect(bootOf(again.endpoint, 500)).rejects.toThrow('not within');
    await again.pause?.goOn();
    expect((await bootAndRandom(again)).boot).toBe(firstBoot);
    await again.kill();
    checkDisk(spec.disk);
    expect(snapshotOfFolder()).toEqual(before);
    // What it has written since is on its disk: from here on it boots.
    expect((await start()).resumed).toBe(false);
  });

  test('has random numbers that no other copy has', async () => {
    const one = await bootAndRandom(await newWorkspace().start());
    const other = await bootAndRandom(await newWorkspace().start());
    expect(one.boot).toBe(other.boot);
    expect(one.uuid).not.toBe(other.uuid);
    // That it is a copy now. Chance makes the numbers differ, too, but not always.
    expect([one.told, other.told]).toEqual([1, 1]);
  });

  test.each<[string, Partial<VmSpec>]>([
    ['it has more memory', { memoryMiB: 160 }],
    ['it has sound', { sound: true }],
    [
      'its screen is larger than the room that the golden one has',
      { desktop: { width: 5120, height: 2880 } },
    ],
  ])('boots when %s', async (_, part) => {
    expect((await newWorkspace(part).start()).resumed).toBe(false);
  });

  test('boots when its agent is another one, or nobody wants copies', async () => {
    const { spec, start } = newWorkspace();
    writeFileSync(spec.agentFile, 'MZ2');
    expect((await start()).resumed).toBe(false);
    const cold = await newWorkspace({ warmStart: false }).start();
    expect(cold.resumed).toBe(false);
    expect(cold.borrowed).toBeUndefined();
  });
});

describe('a revertible guest', () => {
  test('has a copy of its own only of what it writes, and leaves nothing', async () => {
    const { start, spec } = newWorkspace({ revertible: true });
    for (const round of [1, 2]) {
      const guest = await start();
      expect(guest.resumed, `round ${round}`).toBe(true);
      expect(guest.suspend).toBeUndefined();
      expect((await bootAndRandom(guest)).boot).toBe(firstBoot);
      await guest.powerOff(0);
      expect(readdirSync(join(spec.disk, '..'))).toEqual([]);
    }
  });

  test('begins with the disk that its workspace has, which stays as it is', async () => {
    const own = newWorkspace({ warmStart: false });
    await (await own.start()).kill();
    const before = execFileSync('sha256sum', [own.spec.disk], { encoding: 'utf8' });
    const { disk } = own.spec;
    const revertible = newWorkspace({ disk, revertible: true });
    const guest = await revertible.start();
    expect(guest.resumed).toBe(false);
    expect(existsSync(`${disk}.revertible`)).toBe(true);
    await guest.kill();
    expect(execFileSync('sha256sum', [own.spec.disk], { encoding: 'utf8' })).toBe(before);
    expect(existsSync(`${own.spec.disk}.revertible`)).toBe(false);
  });
});

describe('a golden guest that is no good', () => {
  test.each<[string, (files: ReturnType<typeof goldenFiles>) => void]>([
    ['its memory is cut off', ({ memory }) => replace(memory, '')],
    ['its state is cut off', ({ state }) => replace(state, '')],
    ['QEMU does not like its state', (files) => cutUnnoticed(files)],
    ['its secret is gone', ({ secret }) => replace(secret, '')],
  ])('goes when %s, and the guest boots', async (_, spoil) => {
    // The same files, so that it is as whole as it was.
    const kept = join(cache, 'kept');
    execFileSync('cp', ['--archive', '--link', golden, kept]);
    onTestFinished(() => {
      rmSync(golden, { recursive: true });
      renameSync(kept, golden);
    });
    spoil(goldenFiles());
    const { start, spec } = newWorkspace();
    const guest = await start();
    expect(guest.resumed).toBe(false);
    await guest.kill();
    checkDisk(spec.disk);
    expect(readdirSync(golden)).toEqual([]);
  });
});

/** Content and times of all of the golden guest, save that it has reached the medium meanwhile. */
function snapshotOfFolder() {
  const { folder } = goldenFiles();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/durable/.test(name),
  );
  return names
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => [file, statSync(file).mtimeMs, execFileSync('sha256sum', [file], { encoding: 'utf8' })]);
}

function cutUnnoticed({ record, state }: ReturnType<typeof goldenFiles>): void {
  replace(state, readFileSync(state).subarray(0, 20_000));
  const sha256 = execFileSync('sha256sum', [state], { encoding: 'utf8' }).slice(0, 64);
  const content = JSON.parse(readFileSync(record, 'utf8'));
  replace(record, JSON.stringify({ ...content, state: { sizeBytes: 20_000, sha256 } }));
}

function replace(file: string, content: string | Uint8Array): void {
  rmSync(file);
  writeFileSync(file, content);
}
