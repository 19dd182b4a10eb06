import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../../src/shared/child-process.ts';
import { silentLog } from '../../src/shared/log.ts';
import { createBackend } from '../../src/vm/backends.ts';
import { isRunning, knownProcess } from '../../src/vm/known-process.ts';
import { sandboxArguments } from '../../src/vm/sandbox/arguments.ts';
import { killServiceDuringStart, processesIn } from './fixtures/killed-service.ts';
import { buildEchoAgent, builtInGuest, untilAnswering } from './fixtures/real-guest.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';

/** The real built-in guest in the sandbox; the sandbox itself is tried with a small guest in vm-sandbox. */
async function prepared() {
  const folder = testFolder();
  const appliance = builtInGuest();
  const backend = createBackend('sandbox', { appliance, cache: join(folder, 'cache'), log: silentLog });
  const spec = specIn(folder);
  buildEchoAgent(spec.agentFile);
  await backend.prepareDisk(spec.disk);
  return { folder, appliance, backend, spec };
}

test('answers, shuts down in order, and starts again on the same disk', async () => {
  const { backend, spec } = await prepared();
  for (const round of [1, 2]) {
    const guest = await backend.start(spec);
    onTestFinished(async () => {
      await guest.kill();
    });
    await untilAnswering(guest.endpoint, 30_000);
    const processes = guest.processIds.flatMap((pid) => knownProcess(pid) ?? []);
    const programs = processes.flatMap(({ pid }) => toldOf(pid, 'comm').map((name) => name.trim()));
    expect(programs, `start ${round}`).toContain('xpane-agent.exe');
    expect(await guest.powerOff(20_000)).toMatchObject({ expected: true });
    expect(processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(spec.runtimeFolder)).toEqual([]);
  }
});

test('is killed with every Wine process', async () => {
  const { backend, spec } = await prepared();
  const guest = await backend.start(spec);
  await untilAnswering(guest.endpoint, 30_000);
  const processes = guest.processIds.flatMap((pid) => knownProcess(pid) ?? []);
  expect(processes.length).toBeGreaterThan(8);
  await guest.kill();
  expect(processes.filter(isRunning)).toEqual([]);
});

test('runs with the least memory that can be set, and no program of it can have more', async () => {
  const { backend, spec } = await prepared();
  const guest = await backend.start({ ...spec, memoryMiB: 128 });
  onTestFinished(async () => {
    await guest.kill();
  });
  await untilAnswering(guest.endpoint, 30_000);
  const limits = guest.processIds.flatMap((pid) => toldOf(pid, 'limits'));
  expect(limits.length).toBeGreaterThan(8);
  for (const text of limits) expect(text).toMatch(/^Max data size +134217728 +134217728/m);
});

function toldOf(processId: number, what: 'comm' | 'limits'): string[] {
  try {
    return [readFileSync(`/proc/${processId}/${what}`, 'utf8')];
  } catch {
    return []; // it ended meanwhile, as some do while Wine starts
  }
}

test('ends by itself when its service is killed while it starts', async () => {
  const { folder, appliance, spec } = await prepared();
  for (const delayMs of [0, 2, 4, 6, 8, 12, 16, 24, 100]) {
    await killServiceDuringStart({ kind: 'sandbox', cache: folder, appliance, spec }, delayMs);
    await until('nothing is left of the guest', 20_000, () => processesIn(folder).length === 0);
    rmSync(spec.runtimeFolder, { recursive: true });
  }
}, 120_000);

test('a guest whose service died before it opened the gate never starts', async () => {
  const { spec, appliance } = await prepared();
  const features = { disableUserns: false, tmpfsSize: false };
  const orphan = await startChild({
    command: 'bwrap',
    args: sandboxArguments({
      ...{ root: appliance.root, prefix: spec.disk, guestFolder: testFolder(), memoryMiB: 384, features },
    }),
    stdin: 'pipe',
  });
  onTestFinished(async () => {
    await orphan.kill();
  });
  orphan.stdin?.end();
  expect(await orphan.exited).toEqual({ code: 1, signal: null });
});
