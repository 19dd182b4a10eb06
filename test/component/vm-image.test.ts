import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createImageBackend } from '../../src/vm/backends.ts';
import type { GuestMachine } from '../../src/vm/guest-machine.ts';
import { BaseStore } from '../../src/vm/images/base-store.ts';
import { inspectImage } from '../../src/vm/images/image-source.ts';
import { UnfinishedWork } from '../../src/vm/images/unfinished-work.ts';
import { machineSchema } from '../../src/workspace/machine-settings.ts';
import { bootWords, converted, rawDisk, sameContent } from './fixtures/disk-images.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';

async function imported(image: string, folder: string): Promise<string> {
  const bases = new BaseStore(join(folder, 'images'), new UnfinishedWork(join(folder, 'unfinished')));
  const { hash } = await bases.add(await inspectImage(image));
  return bases.pathOf(hash);
}

function backendFor(base: string, machine: Partial<GuestMachine> = {}) {
  const { cache } = xpanePaths();
  return createImageBackend({ base, machine: machineSchema.parse(machine), cache, log: silentLog });
}

/** Boots the disk, whose boot sector writes to it, until it ends; returns what the guest said on its serial port. */
async function booted(base: string, folder: string, machine: Partial<GuestMachine>): Promise<string> {
  const spec = specIn(folder);
  const backend = backendFor(base, machine);
  expect(await backend.obstacle()).toBeUndefined();
  await backend.prepareDisk(spec.disk);
  const guest = await backend.start(spec);
  onTestFinished(async () => {
    await guest.kill();
  });
  expect(readdirSync(spec.runtimeFolder)).not.toContain('handover.tar');
  const { expected, detail } = await guest.exited;
  expect(expected).toBe(true);
  expect(sameContent(spec.disk, 'qcow2', base, 'qcow2')).toBe(false);
  return detail;
}

test.each([
  ['vhd', 'vpc', {}],
  ['vmdk', 'vmdk', { diskBus: 'sata', machineType: 'q35', nic: 'e1000', cpus: 2 }],
  ['vmdk', 'vmdk', { diskBus: 'virtio', nic: 'pcnet', vga: 'cirrus', cpuModel: 'core2duo' }],
  ['vdi', 'vdi', { nic: 'tulip', vga: 'vmware', machineType: 'pc' }],
] as const)('a foreign %s boots, and writes to its workspace only', async (ending, driver, machine) => {
  const folder = testFolder();
  const image = converted(rawDisk(join(folder, 'xp.img'), 8, 1), join(folder, `xp.${ending}`), driver);
  const base = await imported(image, folder);
  const before = readFileSync(base);
  expect(await booted(base, folder, machine)).toContain(bootWords);
  expect(readFileSync(base).equals(before)).toBe(true);
});

test('an overlay is never put on another base, nor started without its own', async () => {
  const folder = testFolder();
  const [one, two] = await Promise.all([
    imported(rawDisk(join(folder, 'one.img'), 8, 1), folder),
    imported(rawDisk(join(folder, 'two.img'), 8, 2), folder),
  ]);
  const spec = specIn(folder);
  await backendFor(one).prepareDisk(spec.disk);
  await expect(backendFor(two).start(spec)).rejects.toMatchObject({ code: 'vm.base-missing' });
  const gone = backendFor(join(folder, 'images/gone.qcow2'));
  expect(await gone.obstacle()).toMatchObject({
    code: 'vm.base-missing',
    hint: expect.stringMatching(/Import/),
  });
});

describe('a disk that is damaged is told, and nothing is written to it:', () => {
  const damages: readonly (readonly [string, string, (disk: Buffer, base: string) => Buffer])[] = [
    ['empty', 'vm.disk-damaged', () => Buffer.alloc(0)],
    ['cut off', 'vm.disk-damaged', (disk) => disk.subarray(0, 70_000)],
    ['no disk at all', 'vm.disk-damaged', (disk) => Buffer.alloc(disk.length, 0x55)],
    [
      'with a table of nonsense',
      'vm.disk-damaged',
      (disk) => disk.fill(0x77, Number(disk.readBigUInt64BE(40))),
    ],
    ['of a format to come', 'vm.disk-damaged', (disk) => disk.fill(9, 7, 8)],
    // Incompatible feature 1: "corrupt".
    ['found corrupt by QEMU before', 'vm.disk-damaged', (disk) => disk.fill(2, 79, 80)],
    [
      'on an image that is none any more',
      'vm.base-damaged',
      (disk, base) => {
        chmodSync(base, 0o600);
        writeFileSync(base, Buffer.alloc(70_000, 3));
        return disk;
      },
    ],
  ];

  test.each(damages)('%s', async (_, code, damage) => {
    const folder = testFolder();
    const base = await imported(rawDisk(join(folder, 'xp.img'), 8, 1), folder);
    const spec = specIn(folder);
    const backend = backendFor(base);
    await backend.prepareDisk(spec.disk);
    const damaged = damage(readFileSync(spec.disk), base);
    writeFileSync(spec.disk, damaged);
    await expect(backend.start(spec)).rejects.toMatchObject({
      code,
      hint: expect.stringContaining('"xpane workspace show"'),
    });
    // But that QEMU has seen it.
    const withoutFlags = (disk: Buffer) => (disk.length > 80 ? disk.fill(0, 72, 80) : disk);
    expect(withoutFlags(readFileSync(spec.disk)).equals(withoutFlags(damaged))).toBe(true);
  });
});

test('a disk that turns out to be damaged while the guest runs is told', async () => {
  const folder = testFolder();
  const base = await imported(rawDisk(join(folder, 'xp.img'), 8, 1), folder);
  const backend = backendFor(base);
  const told: (string | undefined)[] = [];
  const spec = { ...specIn(folder), onTrouble: (why?: { code: string }) => told.push(why?.code) };
  await backend.prepareDisk(spec.disk);
  // Says of every cluster that it is free; the boot sector writes to the disk.
  const disk = readFileSync(spec.disk);
  const refcounts = Number(disk.readBigUInt64BE(Number(disk.readBigUInt64BE(48))));
  disk.fill(0, refcounts, refcounts + 64);
  writeFileSync(spec.disk, disk);
  const guest = await backend.start(spec);
  onTestFinished(async () => {
    await guest.kill();
  });
  await until('it is told', 20_000, () => told.length > 0);
  expect(told[0]).toBe('vm.disk-damaged');
});
