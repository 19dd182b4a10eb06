import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createBackend, snapshotOf } from '../../src/vm/backends.ts';
import { isRunning, killProcess, knownProcess, processesWith } from '../../src/vm/known-process.ts';
import { snapshotFiles } from '../../src/vm/qemu/snapshot.ts';
import type { VmInstance, VmSpec } from '../../src/vm/vm-backend.ts';
import { KillMatrix } from './fixtures/kill-matrix.ts';
import { bootOf, lightGuest } from './fixtures/light-guest.ts';
import { builtInGuest } from './fixtures/real-guest.ts';
import { recordingLog } from './fixtures/recording-log.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';

/** It boots in 3 s under TCG on an idle machine. */
const bootTimeoutMs = 60_000;
const suspendMs = 10_000;

async function prepared() {
  const folder = testFolder();
  const appliance = lightGuest(builtInGuest(), folder);
  const { cache } = xpanePaths();
  const log = recordingLog();
  const backend = createBackend('qemu', { appliance, cache, log });
  const spec = { ...specIn(folder), memoryMiB: 128 };
  await backend.prepareDisk(spec.disk);
  const start = async (): Promise<VmInstance> => {
    const guest = await backend.start(spec);
    onTestFinished(async () => {
      await guest.kill();
    });
    return guest;
  };
  return { appliance, cache, log, backend, spec, start, files: snapshotFiles(spec.disk) };
}

/** A guest that was suspended right after its power was switched on. */
async function suspendedEarly() {
  const all = await prepared();
  const guest = await all.start();
  await guest.suspend?.(suspendMs);
  expect(snapshotOf(all.spec.disk).exists()).toBe(true);
  return all;
}

function checkDisk({ disk }: VmSpec): void {
  expect(execFileSync('qemu-img', ['check', disk], { encoding: 'utf8' })).toContain('No errors were found');
}

describe('a guest that runs', () => {
  test('is suspended without a trace but its files, and goes on where it was', async () => {
    const { spec, start, files } = await prepared();
    const guest = await start();
    expect(guest.resumed).toBe(false);
    const boot = await bootOf(guest.endpoint, bootTimeoutMs);
    expect(statSync(files.memory).mode & 0o777).toBe(0o600);

    // QEMU cannot be given the socket that its state is to go to: the guest runs on.
    const inTheWay = join(spec.runtimeFolder, 'state.sock');
    mkdirSync(inTheWay);
    await expect(guest.suspend?.(suspendMs)).rejects.toMatchObject({ code: 'vm.suspend-failed' });
    expect(await bootOf(guest.endpoint, 5_000)).toBe(boot);
    rmdirSync(inTheWay);

    const processes = guest.processIds.flatMap((pid) => knownProcess(pid) ?? []);
    const exit = await guest.suspend?.(suspendMs);
    expect(exit).toMatchObject({ expected: true });
    expect(processes).toHaveLength(1);
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
    checkDisk(spec);

    const again = await start();
    expect(again.resumed).toBe(true);
    expect(await bootOf(again.endpoint, 5_000)).toBe(boot);
    expect(snapshotOf(spec.disk).exists()).toBe(false);
    await again.kill();
    expect(existsSync(files.folder)).toBe(false);
    checkDisk(spec);
    // What it had written since it went on is on its disk: only a boot fits that.
    const booted = await start();
    expect(booted.resumed).toBe(false);
    expect(await bootOf(booted.endpoint, bootTimeoutMs)).not.toBe(boot);
  }, 120_000);

  test('is suspended again and again, also when the end of a session signals QEMU at that moment', async () => {
    const { start } = await suspendedEarly();
    for (let round = 0; round < 2; round++) {
      const guest = await start();
      expect(guest.resumed).toBe(true);
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'])
        for (const pid of guest.processIds) process.kill(pid, signal);
      expect(await guest.suspend?.(suspendMs)).toMatchObject({ expected: true });
    }
  });

  test('is on the medium soon after', async () => {
    const { log, files } = await suspendedEarly();
    await until('it is', 20_000, () => existsSync(files.durable));
    expect(log.codes()).toEqual([]);
  });
});

describe('a suspended guest boots instead', () => {
  test.each<[string, string, (all: Awaited<ReturnType<typeof prepared>>) => void]>([
    [
      'its QEMU is another one',
      'vm.snapshot-other-machine',
      ({ files }) => edit(files.record, { key: '0'.repeat(64) }),
    ],
    ['its state is cut off', 'vm.snapshot-damaged', ({ files }) => truncateSync(files.state, 1000)],
    ['its memory is cut off', 'vm.snapshot-damaged', ({ files }) => truncateSync(files.memory, 1000)],
    [
      'it is to have more memory',
      'vm.snapshot-other-machine',
      ({ spec }) => Object.assign(spec, { memoryMiB: 160 }),
    ],
    [
      'its agent is another one',
      'vm.snapshot-other-machine',
      ({ spec }) => writeFileSync(spec.agentFile, 'MZ2'),
    ],
    ['QEMU does not like its state', 'vm.resume-failed', ({ files }) => cutUnnoticed(files)],
  ])('when %s', async (_, code, spoil) => {
    const all = await suspendedEarly();
    spoil(all);
    const guest = await all.start();
    expect(guest.resumed).toBe(false);
    expect(all.log.codes()).toEqual([code]);
    await guest.suspend?.(suspendMs);
    checkDisk(all.spec);
    expect((await all.start()).resumed).toBe(true);
  });

  test('when the service was killed after it had gone on', async () => {
    const all = await prepared();
    const { said, kill } = await suspendingService(all);
    await said('resumed');
    await kill();
    await all.backend.reclaim(all.spec.runtimeFolder, all.spec.disk);
    const guest = await all.start();
    expect(guest.resumed).toBe(false);
    expect(all.log.codes()).toEqual(['vm.snapshot-used']);
    await guest.kill();
    checkDisk(all.spec);
  });
});

const matrix = new KillMatrix('suspend and resume, milliseconds after it began');
afterAll(() => matrix.print());
const outcome = (resumed: boolean) => (resumed ? 'it goes on' : 'it boots');

/** One round is 0.3 s long: from its beginning on, kills come at ever later moments. */
describe.each([0, 12, 24, 48, 96])('killed %i ms after the suspend began', (afterMs) => {
  test('the service: the guest goes on where it was, or boots; its disk is sound', () =>
    matrix.cell(`suspend ${afterMs}`, 'service', async () => {
      const all = await prepared();
      const { kill } = await suspendingService(all);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await kill();
      await all.backend.reclaim(all.spec.runtimeFolder, all.spec.disk);
      checkDisk(all.spec);
      const kept = snapshotOf(all.spec.disk).exists();
      const guest = await all.start();
      expect(guest.resumed).toBe(kept);
      await guest.kill();
      checkDisk(all.spec);
      return outcome(kept);
    }));

  test('QEMU: the same', () =>
    matrix.cell(`suspend ${afterMs}`, 'QEMU', async () => {
      const { spec, start, log } = await prepared();
      const guest = await start();
      const [pid = 0] = guest.processIds;
      const suspending = guest.suspend?.(suspendMs).then(
        () => true,
        () => false,
      );
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      if (knownProcess(pid)) process.kill(pid, 'SIGKILL');
      const kept = await suspending;
      await guest.exited;
      expect(snapshotOf(spec.disk).exists()).toBe(kept);
      checkDisk(spec);
      const next = await start();
      expect(next.resumed).toBe(kept);
      expect(log.codes()).toEqual([]);
      return outcome(kept === true);
    }));
});

test.each([10, 40, 70, 100])(
  'QEMU killed %i ms after a resume began: the guest boots, or goes on',
  (afterMs) =>
    matrix.cell(`resume ${afterMs}`, 'QEMU', async () => {
      const { spec, start } = await suspendedEarly();
      const starting = start().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      const ours = (arg: string) => arg.includes(`${spec.runtimeFolder}/`);
      for (const qemu of processesWith(['qemu-system-x86_64'], ours)) killProcess(qemu);
      const guest = await starting;
      await guest?.kill();
      checkDisk(spec);
      const kept = snapshotOf(spec.disk).exists();
      const next = await start();
      expect(next.resumed).toBe(kept);
      return outcome(kept);
    }),
);

test('with a full disk the guest runs on, and is suspended when there is room', async () => {
  const { appliance, cache, spec } = await prepared();
  const folder = testFolder();
  const disk = join(folder, 'disk.qcow2');
  const script = new URL('./fixtures/fill-the-disk.ts', import.meta.url).pathname;
  const argument = JSON.stringify({ appliance, cache, spec: { ...spec, disk } });
  const mounted = 'mount -t tmpfs -o size=450m tmpfs "$0" && exec "$1" "$2" "$3"';
  const output = execFileSync(
    'unshare',
    ['--map-root-user', '--mount', 'sh', '-c', mounted, folder, process.execPath, script, argument],
    { encoding: 'utf8' },
  );
  const runsOn = ['vm.suspend-no-room', 1];
  expect(JSON.parse(output)).toEqual({
    full: runsOn,
    fillsUp: runsOn,
    room: ['suspended', 0],
    resumed: true,
    fullAtStart: runsOn,
  });
});

/** A service in a process of its own that suspends its guest as soon as that is started, which is now. */
async function suspendingService({ appliance, cache, spec }: Awaited<ReturnType<typeof prepared>>) {
  const script = new URL('./fixtures/suspend-a-guest.ts', import.meta.url).pathname;
  const argument = JSON.stringify({ appliance, cache, spec });
  const service = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(service, 'exit');
  let output = '';
  service.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const said = (word: string) => until(word, 20_000, () => output.includes(word));
  await said('started');
  const kill = async () => {
    service.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  return { said, kill };
}

function edit(file: string, change: object): void {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
}

/** A state that is not whole, with a record that says so of it. */
function cutUnnoticed(files: ReturnType<typeof snapshotFiles>): void {
  truncateSync(files.state, 20_000);
  const sha256 = execFileSync('sha256sum', [files.state], { encoding: 'utf8' }).slice(0, 64);
  edit(files.record, { state: { sizeBytes: 20_000, sha256 } });
}
