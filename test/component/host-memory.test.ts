import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newSetUpState, type SetUpState } from '../../src/guest-setup/first-time/set-up-state.ts';
import { writeSetUpState } from '../../src/guest-setup/first-time/state-file.ts';
import { hostMemory } from '../../src/vm/host-memory.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { rawDisk } from './fixtures/disk-images.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';
import { openRig } from './fixtures/workspace-rig.ts';

test('a host short of memory is told before a guest is started, and starts it when there is room again', async () => {
  const home = testFolder();
  const proc = join(home, 'proc');
  mkdirSync(proc);
  const tell = (availableMiB: number) =>
    writeFileSync(
      join(proc, 'meminfo'),
      `MemTotal: 2097152 kB\nMemAvailable: ${availableMiB * 1024} kB\nSwapFree: 0 kB\n`,
    );
  tell(300);
  const rig = await openRig(home, { host: hostMemory({ proc, cgroup: join(home, 'none') }) });
  const live = rig.shelf.live.find('builtin');
  await expect(live.ensureReady()).rejects.toMatchObject({
    code: 'vm.host-memory-short',
    message: expect.stringMatching(/^Built-in guest needs 608 MiB of memory, and this computer has 300 MiB/),
  });
  expect(live.state()).toMatchObject({ phase: 'failed', failure: { code: 'vm.host-memory-short' } });
  expect(existsSync(workspaceFiles(rig.paths.data, 'builtin', 'qemu').disk)).toBe(false);

  tell(700);
  const starting = live.ensureReady().catch((error: unknown) => error);
  onTestFinished(async () => {
    await live.session.stop({ force: true });
    await starting;
  });
  await until('the machine runs', 20_000, () => live.session.processIds.length > 0);
  expect(live.state()).toMatchObject({ phase: 'starting', warning: { code: 'vm.host-memory-near' } });
});

test('set-ups that go on when the service starts share its memory', async () => {
  const home = testFolder();
  const proc = join(home, 'proc');
  mkdirSync(proc);
  writeFileSync(join(proc, 'meminfo'), 'MemTotal: 2097152 kB\nMemAvailable: 409600 kB\nSwapFree: 0 kB\n');
  const first = await openRig(home);
  const raw = rawDisk(join(home, 'xp.img'));
  const ids = ['a', 'b', 'c'];
  for (const id of ids) {
    await first.importImage(raw, id);
    await first.care.set({ workspace: id, settings: { memoryMiB: '128' } });
    const running: SetUpState = {
      ...newSetUpState('image', 0),
      ...{ phase: 'running', stage: 'restart', attempts: 1, interruptions: 0, spentMs: 0 },
    };
    await writeSetUpState(workspaceFiles(first.paths.data, id, 'qemu').setUpState, running);
  }
  const { shelf } = await openRig(home, { host: hostMemory({ proc, cgroup: join(home, 'none') }) });
  const lives = ids.map((id) => shelf.live.find(id));
  onTestFinished(async () => {
    await Promise.all(lives.map((live) => live.stop({ force: true })));
  });
  const refused = () => lives.filter((live) => live.state().setUp?.failure?.code === 'vm.host-memory-short');
  const begun = () => lives.filter(({ session }) => session.processIds.length > 0);
  await until('each is decided', 20_000, () => refused().length + begun().length === 3);
  expect([refused().length, begun().length]).toEqual([2, 1]);
});
