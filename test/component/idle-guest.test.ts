import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { ChangeSignal } from '../../src/service/change-signal.ts';
import type { Display } from '../../src/service/display.ts';
import type { GuestEnd } from '../../src/service/guest-end.ts';
import { LiveWorkspace } from '../../src/service/live-workspace.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Catalogue } from '../../src/workspace/catalogue.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { noFiles } from './fixtures/no-files.ts';
import { ScriptedBackend } from './fixtures/scripted-backend.ts';
import { scriptedSession } from './fixtures/scripted-session.ts';

/** 60 ms. */
const idleMinutes = 0.001;

/** A guest that runs, shows no window, and is of no use to anybody. */
async function unused(part: Partial<Workspace>, beforeEnd?: (end: () => GuestEnd) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-idle-'));
  const { backend: kind = 'qemu', revertible = false } = part;
  const backend = new ScriptedBackend(kind);
  const before = beforeEnd ? { beforeEnd } : {};
  const onBridge = (bridge: GuestBridge) => live.adopt(bridge);
  const session = scriptedSession({ folder, backend, onBridge, revertible, ...before });
  const live = new LiveWorkspace({
    workspace: { ...usual, ...part } as Workspace,
    session,
    catalogue: { known: false, applications: [], replace: async () => undefined } as unknown as Catalogue,
    display: { changes: new ChangeSignal() } as unknown as Display,
    files: noFiles(),
    log: silentLog,
  });
  onTestFinished(async () => {
    await session.stop({ force: true });
    await Promise.all(backend.guests.map(({ agent }) => agent.stop()));
    rmSync(folder, { recursive: true, force: true });
  });
  await live.ensureReady();
  return { backend, session };
}

const usual = {
  id: 'test',
  name: 'Test',
  backend: 'qemu',
  idleMinutes,
  closeAction: 'suspend',
  start: 'first-use',
};

test.each<[string, Partial<Workspace>, string, string]>([
  ['is suspended', {}, 'suspend', 'suspended'],
  ['is shut down', { closeAction: 'shutdown' }, 'powerOff', 'stopped'],
  ['is turned off', { closeAction: 'turn-off' }, 'kill', 'stopped'],
  ['is turned off when nothing of it is kept', { revertible: true }, 'kill', 'stopped'],
  ['is shut down in a sandbox, too', { backend: 'sandbox', closeAction: 'shutdown' }, 'powerOff', 'stopped'],
])('a guest that nobody uses %s', async (_, part, how, phase) => {
  const { backend, session } = await unused(part);
  await expect.poll(() => session.phase.name).toBe(phase);
  expect(backend.calls.at(-1)).toBe(how);
});

test('one of which nothing is kept runs on while files are only there', async () => {
  const ends: GuestEnd[] = [];
  const { session } = await unused({ revertible: true }, async (end) => {
    ends.push(end());
    // As `RedirectedFiles.settle`, whom force overrules.
    if (end() === 'stop' && ends.length < 3)
      throw new XPaneError('files.only-in-guest', 'It is there.', 'Save.');
  });
  await expect.poll(() => session.phase.name).toBe('stopped');
  expect(ends).toEqual(['stop', 'stop', 'stop']);
});

test('one whose window is open runs on, until that is closed', async () => {
  const { backend, session } = await unused({ closeAction: 'shutdown', idleMinutes: 0.005 });
  const agent = backend.guests[0]?.agent;
  agent?.addWindow({ windowId: 1 });
  await new Promise((later) => setTimeout(later, 500));
  expect(session.phase.name).toBe('running');
  agent?.destroyWindow(1);
  await expect.poll(() => session.phase.name).toBe('stopped');
});
