import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { productKey } from '../../src/guest-setup/answers/product-key.ts';
import { writeInstallationFloppy } from '../../src/guest-setup/installation/installation-floppy.ts';
import { writeIso } from '../../src/guest-setup/iso9660/write-iso.ts';
import { silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createImageBackend } from '../../src/vm/backends.ts';
import type { GuestMachine } from '../../src/vm/guest-machine.ts';
import { BaseStore } from '../../src/vm/images/base-store.ts';
import { UnfinishedWork } from '../../src/vm/images/unfinished-work.ts';
import type { VmSpec } from '../../src/vm/vm-backend.ts';
import { machineSchema } from '../../src/workspace/machine-settings.ts';
import { standInCd } from './fixtures/install-cd.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';

const key = 'BCDFG-HJKMP-QRTVW-XY234-6789B';
const date = new Date('2026-03-04T05:06:08Z');
const answers = {
  ...{ productKey: productKey(key), fullName: 'Jane Doe', computerName: 'XPANE1' },
  ...{ timeZoneIndex: 110, localeId: '00000407', keyboardLayout: '00000409' },
};

/** A blank disk of 20 GiB, the CD, floppy and set-up disk, and the backend that joins them. */
async function installation(machine: Partial<GuestMachine> = {}) {
  const folder = testFolder();
  const bases = new BaseStore(join(folder, 'images'), new UnfinishedWork(join(folder, 'unfinished')));
  const { hash } = await bases.addBlank(20 * 2 ** 30);
  const floppy = join(folder, 'set-up.flp');
  await writeInstallationFloppy(floppy, answers, date);
  const setUpDisk = join(folder, 'set-up.iso');
  await writeIso(setUpDisk, [{ path: 'a.txt', content: Buffer.from('a') }], { label: 'SET_UP', date });
  const { cache } = xpanePaths();
  const base = bases.pathOf(hash);
  const backend = createImageBackend({ base, machine: machineSchema.parse(machine), cache, log: silentLog });
  const spec: VmSpec = { ...specIn(folder), setUpDisk, installation: { cd: standInCd(folder), floppy } };
  return { bases, base, hash, backend, spec };
}

test('a blank disk boots the CD, which finds its answers in A:, and then itself with the CD in', async () => {
  const { bases, base, hash, backend, spec } = await installation();
  expect(await bases.addBlank(20 * 2 ** 30)).toEqual({ hash, shared: true });
  expect(statSync(base).size).toBeLessThan(2 ** 20);
  const guest = await backend.start(spec);
  onTestFinished(async () => void (await guest.kill()));
  for (const id of guest.processIds) {
    const said = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${id}/${name}`, 'latin1'));
    expect(said.join()).not.toContain(key);
  }
  const { expected, detail } = await guest.exited;
  expect(expected).toBe(true);
  const [fromCd = '', fromDisk, ...more] = detail.split('FROM-DISK');
  expect(fromCd.match(/FROM-CD/g)).toHaveLength(1);
  expect(fromCd).toContain(`ProductKey="${key}"`);
  expect(fromCd).toContain('if exist E:\\xpane\\install.exe E:\\xpane\\install.exe');
  expect(fromDisk).toContain('CD001');
  expect(more).toEqual([]);

  // The next start of the same disk, as after a power cut: it is no longer blank.
  const again = await backend.start(spec);
  onTestFinished(async () => void (await again.kill()));
  const later = await again.exited;
  expect(later.detail).toContain('FROM-DISK');
  expect(later.detail).not.toContain('FROM-CD');
});

test.each([{ diskBus: 'sata' }, { diskBus: 'virtio' }, { machineType: 'q35', diskBus: 'sata' }] as const)(
  'on %o nothing is installed: the CD of Windows XP has no driver',
  async (machine) => {
    const { backend, spec } = await installation(machine);
    await expect(backend.start(spec)).rejects.toMatchObject({ code: 'vm.not-installable' });
  },
);
