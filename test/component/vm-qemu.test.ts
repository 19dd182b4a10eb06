import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createBackend } from '../../src/vm/backends.ts';
import { findProgram } from '../../src/vm/host-programs.ts';
import { isRunning, knownProcess } from '../../src/vm/known-process.ts';
import type { VmBackend, VmSpec } from '../../src/vm/vm-backend.ts';
import { buildEchoAgent, builtInGuest, untilAnswering } from './fixtures/real-guest.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';

/** A guest boots in 11 s under TCG on an idle machine. */
const bootTimeoutMs = 90_000;

async function prepared() {
  const folder = testFolder();
  const appliance = builtInGuest();
  // One cache for all: a broken KVM costs the probe 3 s.
  const { cache } = xpanePaths();
  const backend = createBackend('qemu', { appliance, cache, log: silentLog });
  const spec = specIn(folder);
  await backend.prepareDisk(spec.disk);
  return { folder, appliance, cache, backend, spec };
}

async function started(backend: VmBackend, spec: VmSpec) {
  const guest = await backend.start(spec);
  onTestFinished(async () => {
    await guest.kill();
  });
  const processes = guest.processIds.flatMap((pid) => knownProcess(pid) ?? []);
  return { guest, processes };
}

function useOnly(folder: string): void {
  vi.stubEnv('PATH', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

describe('a guest that boots', () => {
  test('answers through the forward, keeps no secret on the disk, and shuts down in order', async () => {
    const { backend, spec } = await prepared();
    buildEchoAgent(spec.agentFile);
    const { guest, processes } = await started(backend, spec);
    expect(guest.endpoint).toMatchObject({ kind: 'tcp', host: '127.0.0.1' });
    expect(readdirSync(spec.runtimeFolder)).toEqual(['processes.json', 'screen.sock']);
    expect(guest.screenSocket).toBe(join(spec.runtimeFolder, 'screen.sock'));
    expect(statSync(guest.screenSocket ?? '').mode & 0o777).toBe(0o600);
    const commandLine = readFileSync(`/proc/${processes[0]?.pid}/cmdline`, 'utf8');
    expect(commandLine).toContain('restrict=on');
    expect(commandLine).not.toContain('not-for-the-process-list');
    await untilAnswering(guest.endpoint, bootTimeoutMs);
    const exit = await guest.powerOff(30_000);
    expect(exit).toMatchObject({
      expected: true,
      detail: expect.stringMatching(/^exit code 0: .*guest-init/),
    });
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  }, 150_000);

  test('hears the power button although it was pressed before its kernel was up', async () => {
    const { backend, spec } = await prepared();
    const { guest } = await started(backend, spec);
    const exit = await guest.powerOff(bootTimeoutMs);
    expect(exit).toMatchObject({ expected: true, detail: expect.stringMatching(/^exit code 0: .*done/) });
  }, 150_000);
});

describe('a guest', () => {
  test('that does not react to the power button is ended at the deadline', async () => {
    const { backend, spec } = await prepared();
    const { guest, processes } = await started(backend, spec);
    expect(await guest.powerOff(200)).toMatchObject({ expected: true });
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('whose QEMU is killed is not expected to have ended', async () => {
    const { backend, spec } = await prepared();
    const { guest, processes } = await started(backend, spec);
    process.kill(processes[0]?.pid ?? 0, 'SIGKILL');
    expect(await guest.exited).toMatchObject({
      expected: false,
      detail: expect.stringMatching(/^ended by SIGKILL/),
    });
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('is one of several: each has a port of its own', async () => {
    const [first, second] = await Promise.all([prepared(), prepared()]);
    const [one, two] = await Promise.all([
      started(first.backend, first.spec),
      started(second.backend, second.spec),
    ]);
    expect(one.guest.endpoint).not.toEqual(two.guest.endpoint);
  });

  test('cannot have its disk used twice', async () => {
    const { backend, spec, folder } = await prepared();
    await started(backend, spec);
    const runtimeFolder = join(folder, 'second');
    await expect(backend.start({ ...spec, runtimeFolder })).rejects.toMatchObject({ code: 'vm.disk-in-use' });
    expect(readdirSync(runtimeFolder)).toEqual([]);
  });

  test('is not started twice in one folder', async () => {
    const { backend, spec } = await prepared();
    const { processes } = await started(backend, spec);
    await expect(backend.start(spec)).rejects.toMatchObject({ code: 'vm.already-running' });
    expect(processes.every(isRunning)).toBe(true);
  });

  test('whose start is cancelled leaves nothing', async () => {
    const { backend, spec } = await prepared();
    const cancel = new AbortController();
    const starting = backend.start(spec, cancel.signal);
    await until('QEMU runs', 10_000, () => existsSync(join(spec.runtimeFolder, 'processes.json')));
    const { processes } = JSON.parse(readFileSync(join(spec.runtimeFolder, 'processes.json'), 'utf8'));
    cancel.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    expect(processes).toHaveLength(1);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });
});

describe('ownership', () => {
  test('SIGKILL of the service ends QEMU; the next one clears up and starts', async () => {
    const { backend, spec, appliance, cache } = await prepared();
    const script = new URL('./fixtures/own-a-guest.ts', import.meta.url).pathname;
    const argument = JSON.stringify({ kind: 'qemu', appliance, cache, spec });
    const service = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      service.kill('SIGKILL');
    });
    const pids: number[] = JSON.parse(String(await once(service.stdout, 'data')));
    const processes = pids.flatMap((pid) => knownProcess(pid) ?? []);
    expect(processes).toHaveLength(1);
    service.kill('SIGKILL');
    await until('QEMU is gone', 5000, () => !processes.some(isRunning));
    await backend.reclaim(spec.runtimeFolder, spec.disk);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
    const { guest } = await started(backend, spec);
    expect(await guest.kill()).toMatchObject({ expected: true });
  });

  test('a QEMU that was left behind all the same is ended before the next start', async () => {
    const { backend, spec } = await prepared();
    const { guest, processes } = await started(backend, spec);
    await backend.reclaim(spec.runtimeFolder, spec.disk);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(await guest.exited).toMatchObject({ expected: false });
  });
});

describe('what this computer lacks', () => {
  test('nothing here', async () => {
    const { backend } = await prepared();
    expect(await backend.obstacle()).toBeUndefined();
  });

  test.each([
    [[], 'vm.setpriv-missing'],
    [['setpriv', 'sh'], 'vm.qemu-missing'],
    [['setpriv', 'sh', 'qemu-system-x86_64'], 'vm.qemu-missing'],
  ])('only %j in PATH', async (programs, code) => {
    const { backend, spec } = await prepared();
    const path = testFolder();
    for (const name of programs) symlinkSync(findProgram(name) ?? '', join(path, name));
    useOnly(path);
    const obstacle = await backend.obstacle();
    expect(obstacle).toMatchObject({ code });
    expect(obstacle?.hint).not.toBe('');
    await expect(backend.start(spec)).rejects.toMatchObject({ code });
  });

  test('no built-in guest', async () => {
    const { appliance, folder } = await prepared();
    const backend = createBackend('qemu', {
      appliance: { ...appliance, initrd: join(folder, 'nowhere') },
      cache: folder,
      log: silentLog,
    });
    expect(await backend.obstacle()).toMatchObject({ code: 'vm.appliance-missing' });
  });
});

/** Puts a QEMU in front of PATH that runs `script` before it becomes the real one. */
function wrapQemu(folder: string, script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const text = `#!/bin/sh\n${script}\nexec '${findProgram('qemu-system-x86_64')}' "$@"\n`;
  writeFileSync(join(bin, 'qemu-system-x86_64'), text, { mode: 0o755 });
  useOnly(`${bin}:${process.env.PATH}`);
}

describe('a QEMU that', () => {
  test('cannot have KVM just now, though it works here, emulates instead', async () => {
    const { folder, appliance, spec } = await prepared();
    const backend = createBackend('qemu', { appliance, cache: join(folder, 'cache'), log: silentLog });
    wrapQemu(
      folder,
      `case "$*" in
        *'-accel kvm'*isa-debug-exit*) exit 33 ;;
        *'-accel kvm'*) echo 'failed to initialize kvm: Device or resource busy' >&2; exit 1 ;;
      esac`,
    );
    const { processes } = await started(backend, spec);
    expect(readFileSync(`/proc/${processes[0]?.pid}/cmdline`, 'utf8')).toContain('-accel\0tcg');
  });

  test('was built without seccomp runs without it', async () => {
    const { folder, backend, spec } = await prepared();
    wrapQemu(folder, `case "$*" in *-sandbox*) echo 'support is not enabled' >&2; exit 1 ;; esac`);
    const { guest, processes } = await started(backend, spec);
    expect(readFileSync(`/proc/${processes[0]?.pid}/cmdline`, 'utf8')).not.toContain('-sandbox');
    const { endpoint } = guest;
    if (endpoint.kind !== 'tcp') throw new Error('no forward');
    const socket = connect(endpoint.port, endpoint.host);
    await once(socket, 'connect');
    socket.destroy();
  });

  test('ends at once is reported with its words', async () => {
    const { folder, backend, spec } = await prepared();
    wrapQemu(folder, `case "$*" in *hostfwd*) echo 'no such machine' >&2; exit 1 ;; esac`);
    await expect(backend.start(spec)).rejects.toMatchObject({
      code: 'vm.start-failed',
      message: 'QEMU did not start: exit code 1: no such machine',
    });
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('tells no version is broken', async () => {
    const { folder, backend } = await prepared();
    wrapQemu(folder, 'exit 127');
    expect(await backend.obstacle()).toMatchObject({ code: 'vm.qemu-broken' });
  });
});
