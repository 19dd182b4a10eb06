import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { GuestEndpoint } from '../../src/shared/endpoint.ts';
import { silentLog } from '../../src/shared/log.ts';
import { createBackend } from '../../src/vm/backends.ts';
import { isRunning, knownProcess } from '../../src/vm/known-process.ts';
import type { VmSpec } from '../../src/vm/vm-backend.ts';
import { nobody } from './fixtures/become-user.ts';
import { killServiceDuringStart, processesIn } from './fixtures/killed-service.ts';
import { fakeAppliance, specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';

async function prepared(mode: string) {
  const folder = testFolder();
  const appliance = fakeAppliance(folder, mode);
  const backend = createBackend('sandbox', { appliance, cache: join(folder, 'cache'), log: silentLog });
  const spec = specIn(folder);
  await backend.prepareDisk(spec.disk);
  return { folder, appliance, backend, spec };
}

async function started(mode: string) {
  const all = await prepared(mode);
  const guest = await all.backend.start(all.spec);
  onTestFinished(async () => {
    await guest.kill();
  });
  const processes = guest.processIds.flatMap((pid) => knownProcess(pid) ?? []);
  return { ...all, guest, processes };
}

async function echo(endpoint: GuestEndpoint, text: string): Promise<string> {
  if (endpoint.kind !== 'unix') throw new Error('a unix socket was expected');
  const socket = createConnection(endpoint.path);
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

async function lines(stream: Readable, count: number): Promise<string[]> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.split('\n').length > count) break;
  }
  return text.split('\n');
}

describe('a guest', () => {
  test('answers on its endpoint', async () => {
    const { guest } = await started('echo');
    expect(await echo(guest.endpoint, 'hello')).toBe('hello');
    expect(await echo(guest.endpoint, 'again')).toBe('again');
  });

  test('shuts down in order when asked; nothing is left of it', async () => {
    const { guest, processes, spec } = await started('echo');
    expect(processes.length).toBeGreaterThanOrEqual(4); // bwrap, its first inside, init, the detached one
    expect(await guest.powerOff(10_000)).toEqual({ expected: true, inOrder: true, detail: 'exit code 0' });
    expect(existsSync(join(spec.disk, 'shut-down'))).toBe(true);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('that does not listen is ended at the deadline', async () => {
    const { guest, processes, spec } = await started('deaf');
    const begin = Date.now();
    expect(await guest.powerOff(300)).toMatchObject({ expected: true, inOrder: false });
    expect(Date.now() - begin).toBeGreaterThanOrEqual(300);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('is killed with all its processes, and whoever asks again gets the same answer', async () => {
    const { guest, processes } = await started('deaf');
    const [first, second, third] = await Promise.all([guest.kill(), guest.kill(), guest.powerOff(1000)]);
    expect(first).toMatchObject({ expected: true });
    expect([second, third]).toEqual([first, first]);
    expect(processes.filter(isRunning)).toEqual([]);
  });

  test('that crashes is noticed, with what it said made safe to show', async () => {
    const { backend, spec } = await prepared('crash');
    await expect(backend.start(spec)).rejects.toMatchObject({
      code: 'vm.start-failed',
      message: 'The guest ended at once: exit code 3: no [31mkernel here',
    });
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('whose process dies is not expected to have ended', async () => {
    const { guest, processes } = await started('echo');
    process.kill(processes[0]?.pid ?? 0, 'SIGKILL');
    expect(await guest.exited).toEqual({ expected: false, inOrder: false, detail: 'ended by SIGKILL' });
    expect(processes.filter(isRunning)).toEqual([]);
  });

  test('that offers a link to a file of the host instead of its socket is ended', async () => {
    const { backend, spec } = await prepared('link');
    await expect(backend.start(spec)).rejects.toMatchObject({ code: 'vm.guest-untrusted' });
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('that takes its socket away again is ended', async () => {
    const { backend, spec } = await prepared('gone');
    await expect(backend.start(spec)).rejects.toMatchObject({ code: 'vm.guest-untrusted' });
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('whose sandbox is killed while it starts is told as one that ended', async () => {
    const { backend, spec } = await prepared('silent');
    const starting = backend.start(spec).catch((error: unknown) => error);
    const record = join(spec.runtimeFolder, 'processes.json');
    const recorded = () => JSON.parse(readFileSync(record, 'utf8')).processes;
    await until('the guest runs', 5000, () => existsSync(record) && recorded().length === 2);
    process.kill(recorded()[0].pid, 'SIGKILL');
    expect(await starting).toMatchObject({ code: 'vm.start-failed' });
  });

  test('gets no more memory and room than it is given', async () => {
    const { backend, spec } = await prepared('greedy');
    const guest = await backend.start({ ...spec, memoryMiB: 128 });
    await guest.kill();
    const taken = JSON.parse(readFileSync(join(spec.disk, 'taken'), 'utf8'));
    expect(taken).toEqual({
      memory: expect.any(Number),
      ...{ '/tmp': 128, '/run': 1, '/run/bridge': 1, '/dev': 0, '/dev/shm': 16 },
    });
    expect(taken.memory).toBeGreaterThan(100);
    expect(taken.memory).toBeLessThan(128);
  });

  test('that never opens its socket: the start can be cancelled and leaves nothing', async () => {
    const { backend, spec } = await prepared('silent');
    const cancel = new AbortController();
    const starting = backend.start(spec, cancel.signal);
    await until('the sandbox runs', 5000, () => existsSync(join(spec.runtimeFolder, 'processes.json')));
    const { processes } = JSON.parse(readFileSync(join(spec.runtimeFolder, 'processes.json'), 'utf8'));
    cancel.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  });

  test('knows its secret from a file only this user can read, not from a command line', async () => {
    const { processes, spec } = await started('echo');
    const lines = processes.map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).join();
    expect(lines).toContain('guest-init');
    expect(lines).not.toContain('not-for-the-process-list');
    expect(readFileSync(join(spec.runtimeFolder, 'guest/secret'), 'utf8')).toBe('not-for-the-process-list');
  });

  test('changes its own disk only: the built-in guest stays as it was made', async () => {
    const { appliance, spec } = await prepared('echo');
    writeFileSync(join(spec.disk, 'mode'), 'crash');
    expect(readFileSync(join(appliance.prefix, 'mode'), 'utf8')).toBe('echo');
  });
});

describe('ownership', () => {
  async function service(all: { folder: string; appliance: object; spec: VmSpec }) {
    const argument = JSON.stringify({ kind: 'sandbox', cache: join(all.folder, 'cache'), ...all });
    const script = new URL('./fixtures/own-a-guest.ts', import.meta.url).pathname;
    const parent = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      parent.kill('SIGKILL');
    });
    const pids: number[] = JSON.parse(String(await once(parent.stdout, 'data')));
    return { parent, processes: pids.flatMap((pid) => knownProcess(pid) ?? []) };
  }

  test('SIGKILL of the service ends the guest; the next one clears up and starts', async () => {
    const { backend, ...all } = await prepared('deaf');
    const { parent, processes } = await service(all);
    expect(processes.length).toBeGreaterThanOrEqual(4);
    parent.kill('SIGKILL');
    await until('every process is gone', 5000, () => !processes.some(isRunning));
    await expect(backend.start(all.spec)).rejects.toMatchObject({ code: 'vm.already-running' });
    await backend.reclaim(all.spec.runtimeFolder, all.spec.disk);
    const guest = await backend.start(all.spec);
    expect(await echo(guest.endpoint, 'hello')).toBe('hello');
    await guest.kill();
  });

  test('a service killed at any moment of a start leaves nothing that the next one does not find', async () => {
    const { backend, ...all } = await prepared('deaf');
    for (let delayMs = 0; delayMs < 40; delayMs += 4) {
      await killServiceDuringStart({ kind: 'sandbox', cache: all.folder, ...all }, delayMs);
      await backend.reclaim(all.spec.runtimeFolder, all.spec.disk);
      // One in the midst of its end has no command line any more, and its mounts for a moment longer.
      await until('every process is gone', 5000, () => processesIn(all.folder).length === 0);
    }
  });
});

test('a user without any privilege can run it', async () => {
  const { spec, appliance, folder } = await prepared('echo');
  const asRoot = process.getuid?.() === 0;
  if (asRoot) execFileSync('chown', ['-R', `${nobody}:${nobody}`, folder]);
  const script = new URL('./fixtures/own-a-guest.ts', import.meta.url).pathname;
  const user = asRoot ? { userId: nobody } : {};
  const argument = JSON.stringify({ kind: 'sandbox', cache: folder, appliance, spec, ask: 'hello', ...user });
  const service = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    service.kill('SIGKILL');
    await until('nothing is left', 5000, () => processesIn(folder).length === 0);
  });
  const [first, second] = await lines(service.stdout, 2);
  const pids: number[] = JSON.parse(first ?? '');
  expect(pids.length).toBeGreaterThanOrEqual(4);
  expect(second).toBe('hello');
  const status = readFileSync(`/proc/${pids.at(-1)}/status`, 'utf8');
  expect(status).toMatch(/^CapEff:\t0+$/m);
  expect(status).toMatch(/^CapBnd:\t0+$/m);
});

describe('obstacles', () => {
  test('none here', async () => {
    const { backend } = await prepared('echo');
    expect(await backend.obstacle()).toBeUndefined();
  });

  test('no built-in guest', async () => {
    const { appliance, folder } = await prepared('echo');
    const elsewhere = { ...appliance, prefix: join(folder, 'nowhere') };
    const backend = createBackend('sandbox', { appliance: elsewhere, cache: folder, log: silentLog });
    expect(await backend.obstacle()).toMatchObject({ code: 'vm.appliance-missing' });
  });

  test('no programs', async () => {
    const { backend } = await prepared('echo');
    vi.stubEnv('PATH', testFolder());
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await backend.obstacle()).toMatchObject({ code: 'vm.setpriv-missing' });
  });

  test.each([
    ['bubblewrap is missing', undefined, 'vm.bubblewrap-missing'],
    [
      'user namespaces are forbidden',
      'echo "No permissions to create new namespace" >&2; exit 1',
      'vm.namespaces-forbidden',
    ],
  ])('%s', async (_name, bwrap, code) => {
    const { backend } = await prepared('echo');
    const path = testFolder();
    for (const program of ['setpriv', 'sh']) {
      writeFileSync(join(path, program), `#!/bin/sh\nexec /usr/bin/${program} "$@"\n`, { mode: 0o755 });
    }
    if (bwrap) writeFileSync(join(path, 'bwrap'), `#!/bin/sh\n${bwrap}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', path);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const obstacle = await backend.obstacle();
    expect(obstacle).toMatchObject({ code });
    expect(obstacle?.hint).not.toBe('');
  });
});
