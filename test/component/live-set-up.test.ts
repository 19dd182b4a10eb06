import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ChangeSignal } from '../../src/service/change-signal.ts';
import { Display } from '../../src/service/display.ts';
import { LiveWorkspace } from '../../src/service/live-workspace.ts';
import { LiveWorkspaces } from '../../src/service/live-workspaces.ts';
import { Service } from '../../src/service/service.ts';
import type { UrlCare } from '../../src/service/urls/url-care.ts';
import type { WorkspaceCare } from '../../src/service/workspace-care.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Catalogue } from '../../src/workspace/catalogue.ts';
import { noFiles } from './fixtures/no-files.ts';
import { plainWorkspace } from './fixtures/plain-workspace.ts';
import { type SetUpRigOptions, setUpRig, toBeSetUp } from './fixtures/set-up-rig.ts';
import { waitFor } from './fixtures/wait-for.ts';

/** A workspace whose guest is to be set up, without a display. */
async function liveRig(options: SetUpRigOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-live-'));
  await toBeSetUp(folder);
  const rig = await setUpRig(folder, options);
  const display = new Display({ log: silentLog, onScreenChanged: () => undefined });
  const live = new LiveWorkspace({
    workspace: { ...plainWorkspace, id: 'xp', name: 'XP', start: 'log-on' },
    session: rig.session,
    catalogue: { applications: [], replace: async () => undefined } as unknown as Catalogue,
    ...{ display, files: noFiles(), log: silentLog, setUp: rig.setUp },
  });
  onTestFinished(async () => {
    live.close();
    await rig.end();
    await display.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await rig.setUp.resume();
  return { ...rig, live };
}

const signal = new AbortController().signal;

test('whoever needs the guest has it set up first', async () => {
  const { live, backend } = await liveRig();
  expect(live.state()).toMatchObject({ phase: 'stopped', setUp: { phase: 'waiting' } });
  await Promise.all([live.ensureReady(), live.runSetUp({}, signal)]);
  expect(live.state()).toMatchObject({ phase: 'running', setUp: { phase: 'done', attempt: 1 } });
  expect(backend.specs).toHaveLength(2);
});

test('while it is set up nobody suspends it or works on its disk, and a stop ends that, too', async () => {
  const { live, backend, setUp } = await liveRig();
  backend.agentOptions = { installer: 'at-work' };
  const failed = expect(live.ensureReady()).rejects.toMatchObject({ code: 'setup.stopped' });
  await waitFor('the guest to run', () => setUp.report?.stage === 'configure');
  await expect(live.suspend()).rejects.toMatchObject({ code: 'workspace.busy' });
  await expect(live.holdDisk('is being copied')).rejects.toMatchObject({
    ...{ code: 'workspace.busy', message: 'XP is being set up.' },
  });
  await live.stop();
  await failed;
  expect(live.state()).toMatchObject({ phase: 'stopped', setUp: { phase: 'retry' } });
  const release = await live.holdDisk('is being copied');
  await expect(live.ensureReady()).rejects.toMatchObject({ code: 'workspace.busy' });
  release();
});

test('logging on begins no set-up that may have been put off', async () => {
  const { live, backend, setUp } = await liveRig();
  const workspaces = new LiveWorkspaces();
  workspaces.add(live);
  const changes = new ChangeSignal();
  const care = { changes } as unknown as WorkspaceCare;
  const display = { changes } as unknown as Display;
  const urls = { changes: new ChangeSignal(), broken: [], refused: [] } as unknown as UrlCare;
  const desktop = { switchTo: () => Promise.reject(new Error('not asked for')) };
  const parts = { workspaces, care, urls, display, desktop };
  const service = new Service({ ...parts, logFile: '', onQuit: () => undefined });
  await setUp.postpone(3_600_000);
  expect(await service.logOn({}, signal)).toEqual({ workspaces: [] });
  expect(setUp.active).toBe(false);
  expect(backend.calls).toEqual([]);
  await live.ensureReady();
  await live.stop({ force: true });
  expect(await service.logOn({}, signal)).toEqual({ workspaces: ['xp'] });
  await waitFor('the guest to run', () => live.state().phase === 'running');
});

test('whoever needs one that failed is told why, and nothing starts', async () => {
  const { live, backend } = await liveRig({ policy: { maxAttempts: 1 } });
  backend.agentOptions = { installer: 60 };
  await expect(live.ensureReady()).rejects.toMatchObject({ code: 'setup.installer-failed' });
  await expect(live.ensureReady()).rejects.toMatchObject({ code: 'setup.installer-failed' });
  expect(backend.specs).toHaveLength(1);
});

test('without a display nobody can attend: that is said before anything begins', async () => {
  const { live, backend } = await liveRig({ policy: { mode: 'attended' } });
  await expect(live.runSetUp({}, signal)).rejects.toMatchObject({ code: 'presenter.no-display' });
  expect(backend.calls).toEqual([]);
  expect(live.state().setUp?.phase).toBe('waiting');
});
