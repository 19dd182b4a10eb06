import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, linkSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { XPaneError } from '../../src/shared/errors.ts';
import { fakeSecret } from './fixtures/fake-agent.ts';
import { KillMatrix } from './fixtures/kill-matrix.ts';
import { openedRig as opened, setUpFolder as testFolder } from './fixtures/opened-set-up.ts';
import { recordingLog } from './fixtures/recording-log.ts';
import { toBeSetUp } from './fixtures/set-up-rig.ts';
import { waitFor } from './fixtures/wait-for.ts';

const hourMs = 3_600_000;

describe('the way through', () => {
  test('the guest starts with the disk, is restarted without it, and no secret is left', async () => {
    const folder = testFolder();
    await toBeSetUp(folder);
    const log = recordingLog();
    const kept = join(folder, 'kept.iso');
    const stages: string[] = [];
    const rig = await opened(folder, {
      log,
      async onStage(stage, at) {
        if (at === 'begin') stages.push(stage);
        if (stage !== 'agent' || at !== 'end') return;
        expect(statSync(rig.files.setupDisk).mode & 0o777).toBe(0o600);
        linkSync(rig.files.setupDisk, kept);
        expect(readFileSync(kept).includes(fakeSecret)).toBe(true);
      },
    });
    await rig.setUp.resume();
    expect(rig.setUp.report).toMatchObject({
      phase: 'waiting',
      prompt: { kind: 'start', mayPostpone: true },
    });
    await rig.setUp.ensure();
    expect(stages).toEqual(['prepare', 'agent', 'configure', 'collect-logs', 'restart', 'clean-up']);
    expect(rig.backend.specs.map(({ setUpDisk }) => setUpDisk)).toEqual([rig.files.setupDisk, undefined]);
    expect(rig.session.phase.name).toBe('running');
    expect(rig.state()).toMatchObject({ phase: 'done', attempts: 1 });
    expect(existsSync(rig.files.setupDisk)).toBe(false);
    expect(readFileSync(kept).includes(fakeSecret)).toBe(false);
    expect(JSON.stringify([log.entries, rig.setUp.report, rig.state()])).not.toContain(fakeSecret);
  });

  test('an installer that is at work is waited for', async () => {
    const rig = await opened(testFolder());
    rig.backend.agentOptions = { installer: 'at-work' };
    const done = rig.setUp.run();
    await waitFor('the guest to be ready', () => rig.setUp.report?.stage === 'configure');
    rig.backend.agentOptions = { installer: 0 };
    rig.backend.guests[0]?.agent.send({ type: 'install-status', code: 3010 });
    await done;
    expect(rig.backend.specs).toHaveLength(2);
  });

  test('a guest of which nothing is kept is shut down at the end: what runs next is thrown away', async () => {
    const folder = testFolder();
    await toBeSetUp(folder);
    const rig = await opened(folder, { revertible: true });
    await rig.setUp.run();
    expect(rig.session.phase.name).toBe('stopped');
    expect(rig.backend.calls.filter((call) => /kill|powerOff/.test(call))).toEqual(['powerOff', 'powerOff']);
    await rig.session.ensureReady();
    expect(rig.backend.specs.map(({ revertible }) => revertible)).toEqual([false, false, true]);
  });

  test('a service that ended while it cleaned up has suspended that guest: it is woken and shut down', async () => {
    const folder = testFolder();
    await toBeSetUp(folder);
    const rig = await opened(folder, {
      revertible: true,
      async onStage(stage, at) {
        if (stage === 'clean-up' && at === 'begin') await rig.session.suspend();
      },
    });
    await rig.setUp.run();
    expect(rig.backend.calls).not.toContain('discard');
    expect(rig.backend.calls.at(-1)).toBe('powerOff');
    expect(rig.session.phase.name).toBe('stopped');
  });

  test.each([
    ['begin', 'with the disk in, as it was suspended'],
    ['end', 'without the disk, as it was suspended then'],
  ])('at the %s of the restart a service suspended the guest: it is woken %s', async (at) => {
    const folder = testFolder();
    await toBeSetUp(folder);
    const first = await opened(folder, {
      async onStage(stage, when) {
        if (stage !== 'restart' || when !== at) return;
        await first.session.suspend();
        void first.setUp.end();
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    await expect(first.setUp.run()).rejects.toMatchObject({ code: 'service.stopping' });
    const next = await opened(folder);
    next.backend.kept = true;
    await next.setUp.resume();
    await waitFor('the set-up to be done', () => next.state()?.phase === 'done');
    const disk = at === 'begin' ? next.files.setupDisk : undefined;
    expect(next.backend.specs.map(({ setUpDisk }) => setUpDisk)).toEqual([disk, undefined]);
    expect(next.backend.calls.slice(0, 5)).not.toContain('discard');
    expect(existsSync(next.files.setupDisk)).toBe(false);
  });

  test('a guest that rests suspended is woken and shut down before it is set up', async () => {
    const folder = testFolder();
    const rig = await opened(folder);
    await rig.session.ensureReady();
    await rig.session.suspend();
    await rig.setUp.run();
    expect(rig.backend.calls).not.toContain('discard');
    expect(rig.backend.specs.map(({ setUpDisk }) => setUpDisk !== undefined)).toEqual([
      ...[false, false],
      ...[true, false],
    ]);
    expect(rig.state()).toMatchObject({ phase: 'done', attempts: 1 });
  });

  test('silent begins by itself; attended shows the screen; a broken screen keeps nobody from it', async () => {
    const folder = testFolder();
    await toBeSetUp(folder, 'silent');
    const silent = await opened(folder);
    await silent.setUp.resume();
    await waitFor('the set-up to be done', () => silent.state()?.phase === 'done');
    let shown = 0;
    const showScreen = async () => {
      shown++;
      throw new Error('no display');
    };
    const attended = await opened(testFolder(), { policy: { mode: 'attended' }, showScreen });
    await attended.setUp.run();
    expect(shown).toBe(1);
    expect(attended.state()?.phase).toBe('done');
  });
});

test('an attended set-up of a guest whose screen cannot be shown is refused before anything begins', async () => {
  const rig = await opened(testFolder(), { policy: { mode: 'attended' }, hasScreen: false });
  await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.no-screen' });
  expect(rig.backend.calls).toEqual([]);
  expect([rig.state(), rig.setUp.needed]).toEqual([undefined, false]);
});

describe('what goes wrong', () => {
  test('a failed installation is tried again on a fresh disk, and then fails with message and help', async () => {
    const helpUrl = 'https://help.example/xp';
    const found: string[] = [];
    const rig = await opened(testFolder(), {
      policy: { maxAttempts: 2, helpUrl },
      async onStage(stage, at) {
        if (stage !== 'agent' || at !== 'end') return;
        found.push(readFileSync(rig.files.disk, 'utf8'));
        appendFileSync(rig.files.disk, ', half set up');
      },
    });
    rig.backend.agentOptions = { installer: 60 };
    await expect(rig.setUp.run()).rejects.toMatchObject({
      ...{ code: 'setup.installer-failed', hint: expect.stringContaining(helpUrl) },
    });
    expect(found).toEqual(['fresh', 'fresh']);
    expect(rig.setUp.report).toMatchObject({
      ...{ phase: 'failed', attempt: 2, failure: { code: 'setup.installer-failed' } },
      prompt: { kind: 'failure', helpUrl, detail: expect.stringMatching(/does not answer.*install\.log/s) },
    });
    expect(rig.session.phase.name).toBe('stopped');
    expect(existsSync(rig.files.setupDisk)).toBe(false);
    // Whoever needs the guest is told; whoever asks for set-up gets it anew.
    await expect(rig.setUp.ensure()).rejects.toMatchObject({ code: 'setup.installer-failed' });
    expect(rig.backend.specs).toHaveLength(2);
    rig.backend.agentOptions = { installer: 0 };
    await rig.setUp.run();
    expect(rig.state()).toMatchObject({ phase: 'done', attempts: 1 });
  });

  test('a disk that was there before is kept, whatever fails', async () => {
    const rig = await opened(testFolder(), { policy: { maxAttempts: 2 } });
    writeFileSync(rig.files.disk, 'months of work');
    rig.backend.agentOptions = { installer: 60 };
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.installer-failed' });
    expect(rig.backend.specs).toHaveLength(2);
    expect(readFileSync(rig.files.disk, 'utf8')).toBe('months of work');
  });

  test('what the user has mended after all attempts failed is kept by the attempts after that', async () => {
    const rig = await opened(testFolder(), { policy: { maxAttempts: 2 } });
    rig.backend.agentOptions = { installer: 60 };
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.installer-failed' });
    writeFileSync(rig.files.disk, 'mended');
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.installer-failed' });
    expect(rig.backend.specs).toHaveLength(4);
    expect(readFileSync(rig.files.disk, 'utf8')).toBe('mended');
  });

  test('a host that has no room for the guest costs neither an attempt nor the installation', async () => {
    const stages: string[] = [];
    const noRoom = new XPaneError('vm.host-memory-short', 'No memory is left.', 'Close something.');
    const rig = await opened(testFolder(), {
      policy: { mode: 'silent' },
      async onStage(stage, at) {
        if (at !== 'begin') return;
        stages.push(stage);
        if (stage === 'restart' && stages.length < 6) rig.backend.startFails = noRoom;
        if (stage === 'configure') appendFileSync(rig.files.disk, ', set up');
      },
    });
    for (let round = 0; round < 4; round++) {
      await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'vm.host-memory-short' });
      expect(rig.state()).toMatchObject({ phase: 'retry', attempts: 1, refusedIn: 'restart' });
      expect(existsSync(rig.files.setupDisk)).toBe(false);
    }
    rig.backend.startFails = undefined;
    await rig.setUp.run();
    expect(rig.state()).toMatchObject({ phase: 'done', attempts: 1 });
    expect(stages.slice(5)).toEqual(['restart', 'restart', 'restart', 'restart', 'clean-up']);
    expect(readFileSync(rig.files.disk, 'utf8')).toContain('set up');
  });

  test('an agent that never comes is given up at a limit that grows', async () => {
    const policy = {
      ...{ maxAttempts: 2, attemptTimeoutMinutes: 1, retryIncrementMinutes: 1 },
      stageTimeoutsS: { agent: 1 },
    };
    const rig = await opened(testFolder(), { policy });
    rig.backend.agentOptions = { getsReady: false };
    const begun: number[] = [];
    rig.setUp.changes.listen(() => {
      if (rig.setUp.report?.stage === 'agent' || rig.setUp.report?.phase !== 'running') {
        begun.push(performance.now());
      }
    });
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.stage-timeout' });
    const [first = 0, retry = 0, second = 0, failed = 0] = begun;
    expect(retry - first).toBeGreaterThan(950);
    expect(failed - second).toBeGreaterThan(1950);
    expect(rig.backend.calls.filter((call) => call === 'kill')).toHaveLength(2);
  });

  test('between attempts, where nobody waits, it can be put off', async () => {
    const folder = testFolder();
    await toBeSetUp(folder);
    // Too late to put it off for the first time: it begins by itself.
    const rig = await opened(folder, { policy: { postponeUntilUtc: '2020-01-01T00:00:00Z' } });
    rig.backend.agentOptions = { installer: 60 };
    await rig.setUp.resume();
    await waitFor('an attempt to fail', () => rig.setUp.report?.phase === 'retry');
    expect(rig.setUp.report?.prompt).toMatchObject({ kind: 'retry', mayPostpone: false });
    await expect(rig.setUp.postpone(hourMs)).rejects.toMatchObject({ code: 'setup.cannot-postpone' });
    // Whoever waits for it does not wait for the pause.
    rig.backend.agentOptions = { installer: 0 };
    await rig.setUp.run();
    expect(rig.state()).toMatchObject({ phase: 'done', attempts: 2 });
  });

  test('what the user stops does not begin again by itself', async () => {
    const rig = await opened(testFolder());
    rig.backend.agentOptions = { getsReady: false };
    const done = rig.setUp.run();
    await waitFor('the guest to start', () => rig.backend.guests.length === 1);
    await Promise.all([expect(done).rejects.toMatchObject({ code: 'setup.stopped' }), rig.setUp.stop()]);
    expect(rig.setUp.active).toBe(false);
    expect(rig.state()).toMatchObject({ phase: 'retry', attempts: 1 });
    expect(rig.session.phase.name).toBe('stopped');
  });
});

test('it can be put off until the limit, then it begins by itself', async () => {
  const folder = testFolder();
  await toBeSetUp(folder);
  let nowMs = Date.parse('2026-03-04T05:00:00Z');
  const policy = { maxPostponeHours: 3, maxPostponements: 2 };
  const rig = await opened(folder, { policy, now: () => nowMs });
  await rig.setUp.resume();
  await rig.setUp.postpone(hourMs);
  expect(rig.setUp.report).toMatchObject({ phase: 'waiting', askAgainUtc: '2026-03-04T06:00:00.000Z' });
  expect(rig.setUp.report?.prompt).toBeUndefined();
  // No later than the limit.
  nowMs += hourMs;
  await rig.setUp.postpone(100 * hourMs);
  expect(rig.setUp.report?.askAgainUtc).toBe('2026-03-04T08:00:00.000Z');
  await expect(rig.setUp.postpone(1)).rejects.toMatchObject({ code: 'setup.cannot-postpone' });
  expect(rig.backend.calls).toEqual([]);
  await rig.setUp.end();
  nowMs += 2 * hourMs;
  const next = await opened(folder, { policy, now: () => nowMs });
  await next.setUp.resume();
  await waitFor('the set-up to be done', () => next.state()?.phase === 'done');
});

test('a service that ends in order leaves it to the next one', async () => {
  const folder = testFolder();
  const rig = await opened(folder);
  rig.backend.agentOptions = { installer: 'at-work' };
  const stopped = expect(rig.setUp.run()).rejects.toMatchObject({ code: 'service.stopping' });
  await waitFor('the guest to be ready', () => rig.setUp.report?.stage === 'configure');
  await rig.end();
  await stopped;
  await expect(rig.setUp.ensure()).rejects.toMatchObject({ code: 'service.stopping' });
  expect(rig.state()).toMatchObject({ phase: 'running', stage: 'configure', interruptions: 0 });
  const next = await opened(folder);
  await next.setUp.resume();
  await waitFor('the set-up to be done', () => next.state()?.phase === 'done');
  expect(next.backend.specs.map(({ setUpDisk }) => setUpDisk)).toEqual([next.files.setupDisk, undefined]);
});

describe('a service that is killed', () => {
  const stages = ['prepare', 'agent', 'configure', 'collect-logs', 'restart', 'clean-up'] as const;
  const script = new URL('./fixtures/set-up-and-hang.ts', import.meta.url).pathname;
  const matrix = new KillMatrix('first-time set-up');
  afterAll(() => matrix.print());

  async function killedIn(folder: string, stage: string, at: string): Promise<void> {
    const service = spawn(process.execPath, [script, folder, stage, at], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(service.stdout, 'data');
    } finally {
      service.kill('SIGKILL');
    }
    await once(service, 'exit');
  }

  test.each(stages.flatMap((stage) => [[stage, 'begin'] as const, [stage, 'end'] as const]))(
    'in %s, at its %s: the next one goes on from there',
    (stage, at) =>
      matrix.cell(`${stage}, ${at}`, 'service', async () => {
        const folder = testFolder();
        await toBeSetUp(folder);
        await killedIn(folder, stage, at);
        const begun: string[] = [];
        const rig = await opened(folder, {
          async onStage(reached, when) {
            if (when === 'begin') begun.push(reached);
          },
        });
        expect(rig.state()).toMatchObject({ phase: 'running', stage, interruptions: 0 });
        await rig.setUp.resume();
        await waitFor('the set-up to be done', () => rig.state()?.phase === 'done');
        expect(begun).toEqual(stages.slice(stages.indexOf(stage)));
        expect(existsSync(rig.files.setupDisk)).toBe(false);
        return 'goes on in this stage, done';
      }),
  );

  test('too often: the attempt counts as failed', async () => {
    const folder = testFolder();
    await toBeSetUp(folder);
    await killedIn(folder, 'agent', 'end');
    const rig = await opened(folder, { policy: { maxInterruptions: 0, maxAttempts: 1 } });
    await rig.setUp.resume();
    expect(rig.setUp.report).toMatchObject({ phase: 'failed', failure: { code: 'guest-setup.interrupted' } });
    expect(rig.backend.calls).toEqual([]);
  });
});

test('an agent of before that knows another secret is waited out, as the installer replaces it', async () => {
  const rig = await opened(testFolder());
  // The first connection meets somebody who cannot prove himself.
  let strangers = 1;
  rig.backend.agentOptions = {
    installer: 0,
    takeOver(ws) {
      if (strangers === 0) return false;
      strangers--;
      ws.close(4401);
      return true;
    },
  };
  await rig.setUp.run();
  expect(rig.state()).toMatchObject({ phase: 'done', attempts: 1 });
});
