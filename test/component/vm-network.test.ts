import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createBackend } from '../../src/vm/backends.ts';
import { findProgram } from '../../src/vm/host-programs.ts';
import { isRunning, knownProcess } from '../../src/vm/known-process.ts';
import type { VmNetwork } from '../../src/vm/network.ts';
import type { Joining } from './fixtures/isolation/join-a-bridge.ts';
import { runInNamespace } from './fixtures/isolation/own-namespace.ts';
import { killServiceDuringStart, processesIn } from './fixtures/killed-service.ts';
import { builtInGuest } from './fixtures/real-guest.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';

/** What a guest may reach is tried in vm-isolation; here is what becomes of the programs that let it. */
async function prepared(network: VmNetwork) {
  const folder = testFolder();
  const appliance = builtInGuest();
  const { cache } = xpanePaths();
  const backend = createBackend('qemu', { appliance, cache, log: silentLog });
  const spec = { ...specIn(folder), network };
  await backend.prepareDisk(spec.disk);
  return { folder, appliance, cache, backend, spec };
}

function useOnly(folder: string): void {
  vi.stubEnv('PATH', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

describe('a guest whose network is nat', () => {
  const nat = { kind: 'nat' } as const;

  test('ends with all that makes it', async () => {
    const { backend, spec } = await prepared(nat);
    const guest = await backend.start(spec);
    const processes = guest.processIds.flatMap((pid) => knownProcess(pid) ?? []);
    expect(processes).toHaveLength(3);
    await guest.kill();
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('leaves nothing when its service is killed, at whatever moment', async () => {
    const { folder, appliance, cache, spec } = await prepared(nat);
    for (const delayMs of [0, 15, 30, 60, 120]) {
      await killServiceDuringStart({ kind: 'qemu', cache, appliance, spec }, delayMs);
      const record = join(spec.runtimeFolder, 'processes.json');
      const { processes } = JSON.parse(readFileSync(record, 'utf8'));
      expect(processes).toHaveLength(3);
      const left = () => [...processesIn(folder), ...processes.filter(isRunning)];
      await until('nothing is left of the guest', 5_000, () => left().length === 0);
      rmSync(spec.runtimeFolder, { recursive: true });
    }
  });

  test('does not start without the program that leads out', async () => {
    const { backend, spec } = await prepared(nat);
    const path = testFolder();
    for (const name of ['setpriv', 'sh', 'qemu-system-x86_64', 'qemu-img', 'unshare']) {
      symlinkSync(findProgram(name) ?? '', join(path, name));
    }
    useOnly(path);
    await expect(backend.start(spec)).rejects.toMatchObject({ code: 'vm.nat-missing' });
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('says what stands in its way', async () => {
    const { backend, spec, folder } = await prepared(nat);
    const path = testFolder();
    const script = '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2; exit 1\n';
    writeFileSync(join(path, 'unshare'), script, { mode: 0o755 });
    useOnly(`${path}:${process.env.PATH}`);
    await expect(backend.start(spec)).rejects.toMatchObject({
      code: 'vm.nat-failed',
      message: expect.stringContaining('Operation not permitted'),
    });
    expect(processesIn(folder)).toEqual([]);
  });
});

describe('a guest whose network is bridged', () => {
  /** In a namespace whose root may make bridges, and with a list of those that guests may join. */
  async function joining(bridge: string): Promise<string> {
    const { folder, appliance, cache, spec } = await prepared({ kind: 'bridged', bridge });
    const parts: Joining = { folder, appliance, cache, spec };
    const { stdout, stderr } = await runInNamespace('./join-a-bridge.ts', parts, 30_000);
    return stdout.trim() + stderr;
  }

  test('joins that bridge', async () => {
    expect(await joining('br0')).toMatch(/^\d+: tap0: .* master br0 /);
  });

  test('is told when there is no such bridge, and when guests may not join it', async () => {
    expect(await joining('br9')).toBe('vm.bridge-failed');
    expect(await joining('br1')).toBe('vm.bridge-not-allowed');
  });

  test('is told that this computer allows none', async () => {
    const allowed = () => readFileSync('/etc/qemu/bridge.conf', 'utf8');
    expect(allowed, 'this test is about a computer without the file').toThrow('ENOENT');
    const { backend, spec } = await prepared({ kind: 'bridged', bridge: 'br0' });
    await expect(backend.start(spec)).rejects.toMatchObject({ code: 'vm.bridge-not-allowed' });
  });
});
