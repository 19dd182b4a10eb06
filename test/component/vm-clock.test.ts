import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createBackend } from '../../src/vm/backends.ts';
import type { VmBackend, VmInstance, VmSpec } from '../../src/vm/vm-backend.ts';
import { lightGuest } from './fixtures/light-guest.ts';
import { builtInGuest } from './fixtures/real-guest.ts';
import { fakeAppliance, specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';
import { virtualBox } from './fixtures/virtualbox/virtualbox.ts';

/** The computer's clock is set a day ahead each time that somebody looks at it. */
beforeEach(() => {
  const now = Date.now.bind(Date);
  let looks = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => {
    looks += 1;
    return now() + looks * 86_400_000;
  });
  onTestFinished(() => void vi.restoreAllMocks());
});

async function started(backend: VmBackend, spec: VmSpec): Promise<VmInstance> {
  const guest = await backend.start(spec);
  onTestFinished(async () => {
    await guest.kill();
  });
  return guest;
}

test('a guest in the sandbox starts, and one that was left is ended', async () => {
  const folder = testFolder();
  const appliance = fakeAppliance(folder, 'echo');
  const backend = createBackend('sandbox', { appliance, cache: join(folder, 'cache'), log: silentLog });
  const spec = specIn(folder);
  await backend.prepareDisk(spec.disk);
  const guest = await started(backend, spec);
  await backend.reclaim(spec.runtimeFolder, spec.disk);
  expect(await guest.exited).toMatchObject({ expected: false });
});

test('a guest in QEMU starts, is suspended, goes on and is turned off', async () => {
  const folder = testFolder();
  const { cache } = xpanePaths();
  const appliance = lightGuest(builtInGuest(), folder);
  const backend = createBackend('qemu', { appliance, cache, log: silentLog });
  const spec = { ...specIn(folder), memoryMiB: 128 };
  await backend.prepareDisk(spec.disk);
  await (await started(backend, spec)).suspend?.(10_000);
  const again = await started(backend, spec);
  expect(again.resumed).toBe(true);
  expect(await again.powerOff(500)).toMatchObject({ expected: true });
});

test('a guest that VirtualBox is still saving is waited for', async () => {
  const { backend, spec, leave, home, machines, manage } = virtualBox();
  await backend.prepareDisk(spec.disk);
  await leave();
  writeFileSync(join(home, 'saving-takes-ms'), '1000');
  const saving = manage('controlvm', machines()[0]?.uuid ?? '', 'savestate');
  await until('it is being saved', 10_000, () => machines()[0]?.state !== 'running');
  await backend.reclaim(spec.runtimeFolder, spec.disk);
  await saving;
  expect((await started(backend, spec)).resumed).toBe(true);
});
