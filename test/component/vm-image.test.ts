import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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
