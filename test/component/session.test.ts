import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import type { GuestPatience } from '../../src/service/session-guest.ts';
import type { SessionPhase } from '../../src/service/session-phase.ts';
import type { WorkspaceSession } from '../../src/service/workspace-session.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { type FakeAgent, fakeSecret } from './fixtures/fake-agent.ts';
import { ScriptedBackend } from './fixtures/scripted-backend.ts';
import { scriptedSession } from './fixtures/scripted-session.ts';
import { waitFor } from './fixtures/x-desktop.ts';

let folder: string;
let backend: ScriptedBackend;
let session: WorkspaceSession;
let phases: SessionPhase[];
let bridge: GuestBridge | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xpane-session-'));
  backend = new ScriptedBackend();
  session = sessionWith(fakeSecret);
});

function sessionWith(secret: string, patience?: GuestPatience): WorkspaceSession {
  const onBridge = (opened: GuestBridge) => {
    bridge = opened;
  };
  const made = scriptedSession({ folder, backend, secret, patience, onBridge });
  phases = [];
  bridge = undefined;
  made.changes.listen(() => phases.push(made.phase));
  return made;
}

afterEach(async () => {
  await session.stop({ force: true });
  await Promise.all(backend.guests.map(({ agent }) => agent.stop()));
  await rm(folder, { recursive: true, force: true });
});

const names = () => phases.map(({ name }) => name);

describe('a workspace session', () => {
  it('starts its guest once, however many want it', async () => {
    const bridges = await Promise.all([session.ensureReady(), session.ensureReady(), session.ensureReady()]);
    expect(new Set(bridges).size).toBe(1);
    expect(backend.calls).toEqual(['reclaim', 'prepareDisk', 'start']);
    expect(names()).toEqual(['starting', 'starting', 'starting', 'running']);
    expect(await session.ensureReady()).toBe(bridges[0]);
    expect(backend.specs).toMatchObject([{ memoryMiB: 256, sound: true }]);
  });

  it('gives no guest less network than it is to have, nor more', async () => {
    const nat = { kind: 'nat' } as const;
    const without = scriptedSession({ folder, backend, onBridge: () => {}, network: nat });
    await expect(without.ensureReady()).rejects.toMatchObject({ code: 'vm.network-unsupported' });
    expect(without.phase).toMatchObject({ name: 'failed' });
    expect(backend.calls).toEqual([]);
    backend = new ScriptedBackend('qemu');
    session = scriptedSession({ folder, backend, onBridge: () => {}, network: nat });
    await session.ensureReady();
    expect(backend.specs).toMatchObject([{ network: nat }]);
  });

  it('shuts the guest down in order', async () => {
    await session.ensureReady();
    await session.stop();
    expect(backend.calls.at(-1)).toBe('powerOff');
    expect(session.phase).toEqual({ name: 'stopped' });
    expect(bridge?.state).toBe('closed');
  });

  it('cancels a start that is stopped, and can be started again', async () => {
    backend.agentOptions = { getsReady: false };
    const starting = session.ensureReady().catch((error: unknown) => error);
    await waitFor('the guest to start', () => backend.guests.length === 1);
    await session.stop();
    expect(await starting).toMatchObject({ code: 'session.start-cancelled' });
    expect(session.phase).toEqual({ name: 'stopped' });
    expect(backend.calls.at(-1)).toBe('kill');
    backend.agentOptions = {};
    await session.ensureReady();
    expect(session.phase.name).toBe('running');
  });

  it('says what is missing, and starts once it is there', async () => {
    backend.missing = { code: 'vm.qemu-missing', message: 'QEMU is missing.', hint: 'Install it.' };
    await expect(session.ensureReady()).rejects.toMatchObject({
      code: 'vm.qemu-missing',
      hint: 'Install it.',
    });
    expect(session.phase).toEqual({ name: 'failed', failure: backend.missing });
    backend.missing = undefined;
    await session.ensureReady();
    expect(session.phase.name).toBe('running');
  });

  it('keeps the reason of a start that failed', async () => {
    backend.startFails = new XPaneError('vm.disk-full', 'The disk is full.', 'Make room.');
    await expect(session.ensureReady()).rejects.toMatchObject({ code: 'vm.disk-full' });
    expect(session.phase).toMatchObject({ name: 'failed', failure: { code: 'vm.disk-full' } });
  });

  it('fails at once when the guest ends before it is ready', async () => {
    backend.agentOptions = { getsReady: false };
    const starting = session.ensureReady().catch((error: unknown) => error);
    await waitFor('the guest to start', () => backend.guests.length === 1);
    backend.guests[0]?.end({ expected: false, detail: 'Kernel panic' });
    expect(await starting).toMatchObject({ code: 'session.guest-ended-early' });
    expect(session.phase.name).toBe('failed');
  });

  it('shuts a guest down in order whose agent is not there, and says what that means', async () => {
    const silence = (cause: unknown) =>
      new XPaneError('session.agent-silent', 'Silence.', 'Install it.', cause);
    session = sessionWith(fakeSecret, { readyMs: 500, silence });
    backend.agentOptions = { getsReady: false };
    const starting = session.ensureReady().catch((error: unknown) => error);
    await waitFor('the guest to start', () => backend.guests.length === 1);
    await backend.guests[0]?.agent.stop();
    expect(await starting).toMatchObject({ code: 'session.agent-silent', hint: 'Install it.' });
    expect(backend.calls.at(-1)).toBe('powerOff');
    expect(session.phase).toMatchObject({ name: 'failed', failure: { code: 'session.agent-silent' } });
  });

  it('says that a running guest ended by itself', async () => {
    await session.ensureReady();
    backend.guests[0]?.end({ expected: false, detail: 'killed' });
    await waitFor('the session to notice', () => session.phase.name === 'failed');
    expect(session.phase).toMatchObject({ failure: { code: 'session.guest-ended' } });
    await session.ensureReady();
    expect(backend.guests).toHaveLength(2);
  });

  it('can be stopped at the very moment its guest ends', async () => {
    await session.ensureReady();
    backend.guests[0]?.end({ expected: false, detail: 'killed' });
    await Promise.resolve();
    await session.stop();
    await waitFor('the session to come to rest', () => ['failed', 'stopped'].includes(session.phase.name));
    await session.ensureReady();
    expect(session.phase.name).toBe('running');
  });

  it('is simply stopped when the guest was shut down from inside', async () => {
    await session.ensureReady();
    backend.guests[0]?.end({ expected: true, detail: '' });
    await waitFor('the session to notice', () => session.phase.name === 'stopped');
  });

  it('ends a guest that breaks the protocol again and again', async () => {
    await session.ensureReady();
    await collapse();
    await session.stop();
    expect(backend.calls.at(-1)).toBe('kill');
    expect(session.phase.name).toBe('stopped');
  });

  it('starts the next guest only when the one that broke off is gone: both use one folder', async () => {
    await session.ensureReady();
    const gone = takeTimeToDie();
    await collapse();
    const next = session.ensureReady();
    setImmediate(gone);
    await next;
    expect(backend.calls.slice(3)).toEqual(['kill', 'gone', 'reclaim', 'prepareDisk', 'start']);
  });

  it('is stopped only when the guest that broke off is gone', async () => {
    await session.ensureReady();
    const gone = takeTimeToDie();
    await collapse();
    const stopping = session.stop().then(() => backend.calls.push('stopped'));
    setImmediate(gone);
    await stopping;
    expect(backend.calls.slice(3)).toEqual(['kill', 'gone', 'stopped']);
    expect(session.phase).toEqual({ name: 'stopped' });
  });

  it('lets one who waits for a shared start leave; the others get their guest', async () => {
    backend.agentOptions = { getsReady: false };
    const leave = new AbortController();
    const [first, second] = [session.ensureReady(leave.signal), session.ensureReady(leave.signal)];
    const third = session.ensureReady();
    await waitFor('the guest to start', () => backend.guests[0]?.agent.connected);
    leave.abort(new Error('no longer needed'));
    await expect(first).rejects.toThrow('no longer needed');
    await expect(second).rejects.toThrow('no longer needed');
    expect(session.phase.name).toBe('starting');
    backend.guests[0]?.agent.ready();
    expect(await third).toBe(bridge);
    expect(backend.calls).toEqual(['reclaim', 'prepareDisk', 'start']);
  });

  it('tells at once when the guest ends while it is being connected again', async () => {
    await session.ensureReady();
    const agent = backend.guests[0]?.agent;
    await agent?.stop();
    await waitFor('the loss', () => bridge?.state === 'connecting');
    const waiting = session.ensureReady().catch((error: unknown) => error);
    backend.guests[0]?.end({ expected: false, detail: 'killed' });
    expect(await waiting).toMatchObject({ code: 'session.guest-ended-early' });
  });

  it('notices a guest that ends at the very moment it is ready', async () => {
    backend.agentOptions = { getsReady: false };
    const starting = session.ensureReady();
    await waitFor('the guest to start', () => backend.guests[0]?.agent.connected);
    bridge?.on('ready', () => backend.guests[0]?.end({ expected: false, detail: 'killed' }));
    backend.guests[0]?.agent.ready();
    await starting.catch(() => undefined);
    await waitFor('the session to notice', () => session.phase.name === 'failed');
  });

  it('closes the applications before it shuts the guest down', async () => {
    const agent = await runningWithWindow();
    agent.onMessage((message) => message.type === 'window-close' && agent.destroyWindow(message.windowId));
    await session.stop();
    expect(agent.received.filter(({ type }) => type === 'window-close')).toHaveLength(1);
    expect(backend.calls.at(-1)).toBe('powerOff');
    expect(phases.some((phase) => 'notice' in phase)).toBe(false);
  });

  it('goes on while an application asks whether to save, and says which, until that is answered', async () => {
    const agent = await runningWithWindow();
    asksToSave(agent);
    const stopping = session.stop().catch((error: unknown) => error);
    await waitFor('the notice', () => 'notice' in session.phase);
    expect(session.phase).toEqual({ name: 'running', notice: '“Letter - Notepad” asks something' });
    expect(await stopping).toMatchObject({
      code: 'workspace.stop-held',
      message: 'The guest was not shut down: “Letter - Notepad” asks something.',
    });
    expect(backend.calls.at(-1)).toBe('start');
    expect(await session.ensureReady()).toBe(bridge);
    expect(session.phase).toHaveProperty('notice');
    agent.destroyWindow(2);
    await waitFor('the notice to go', () => !('notice' in session.phase));
    expect(session.phase).toEqual({ name: 'running' });
  });

  it('waits for the answer, and shuts down when it came', async () => {
    const agent = await runningWithWindow();
    asksToSave(agent);
    const stopping = session.stop();
    await waitFor('the notice', () => 'notice' in session.phase);
    agent.destroyWindow(2);
    agent.destroyWindow(1);
    await stopping;
    expect(backend.calls.at(-1)).toBe('powerOff');
    expect(session.phase).toEqual({ name: 'stopped' });
  });

  it('asks no application when it is forced', async () => {
    const agent = await runningWithWindow();
    asksToSave(agent);
    await session.stop({ force: true });
    expect(agent.received.some(({ type }) => type === 'window-close')).toBe(false);
    expect(backend.calls.at(-1)).toBe('powerOff');
  });

  it('waits for no application any more once it is forced', async () => {
    const agent = await runningWithWindow();
    ask(agent);
    await waitFor('the question', () => bridge?.model.windows.get(1)?.enabled === false);
    const stopping = session.stop();
    await waitFor('the notice', () => 'notice' in session.phase);
    // What asks already is not asked again.
    expect(agent.received.some(({ type }) => type === 'window-close')).toBe(false);
    await Promise.all([stopping, session.stop({ force: true })]);
    expect(session.phase).toEqual({ name: 'stopped' });
  });

  it('ends the stop when the guest ends instead of answering', async () => {
    asksToSave(await runningWithWindow());
    const stopping = session.stop();
    await waitFor('the notice', () => 'notice' in session.phase);
    backend.guests[0]?.end({ expected: false, detail: 'killed' });
    await stopping;
    expect(session.phase).toEqual({ name: 'stopped' });
  });

  it('tells how far a start is by the time the last one took', async () => {
    const file = join(folder, 'start.json');
    await session.ensureReady();
    expect(JSON.parse(await readFile(file, 'utf8')).durationMs).toBeLessThan(10_000);
    expect(phases.some((phase) => 'fraction' in phase)).toBe(false);
    await session.stop();
    await writeFile(file, '{"durationMs":20000}');
    backend.agentOptions = { getsReady: false };
    const starting = session.ensureReady();
    await waitFor('progress', () => 'fraction' in session.phase);
    const { phase } = session;
    const fraction = 'fraction' in phase ? (phase.fraction ?? 0) : 0;
    expect(fraction).toBeGreaterThan(0.02);
    expect(fraction).toBeLessThan(0.2);
    backend.guests[1]?.agent.ready();
    await starting;
    expect(session.phase).toEqual({ name: 'running' });
    expect(await readFile(file, 'utf8')).not.toContain('20000');
  });

  it('ends the guest it started when it cannot talk to it', async () => {
    session = sessionWith('no secret at all');
    await expect(session.ensureReady()).rejects.toMatchObject({ code: 'bridge.bad-secret' });
    expect(backend.calls.at(-1)).toBe('kill');
    expect(session.phase.name).toBe('failed');
  });
});

/** The guest breaks the protocol until the session gives it up. */
async function collapse(): Promise<void> {
  for (let violation = 0; violation < 3; violation++) {
    await waitFor('the connection', () => bridge?.state === 'ready');
    backend.guests[0]?.agent.sendText('{"type":"nonsense"}');
    await waitFor('the violation to be noticed', () => bridge?.state !== 'ready');
  }
  await waitFor('the session to give up', () => session.phase.name === 'failed');
}

/** Guests that are killed are gone only when the returned function is called. */
function takeTimeToDie(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  backend.killTakes = promise;
  return () => {
    backend.calls.push('gone');
    resolve();
  };
}

async function runningWithWindow(): Promise<FakeAgent> {
  await session.ensureReady();
  const agent = backend.guests[0]?.agent;
  if (!agent) throw new Error('no guest');
  agent.addWindow({ windowId: 1, title: 'Letter - Notepad' });
  await waitFor('the window', () => bridge?.model.windows.has(1));
  return agent;
}

/** Asks in a dialog instead of closing, as Notepad does. */
function asksToSave(agent: FakeAgent): void {
  agent.onMessage((message) => {
    if (message.type === 'window-close') ask(agent);
  });
}

function ask(agent: FakeAgent): void {
  agent.addWindow({ windowId: 2, ownerId: 1, kind: 'dialog', title: 'Notepad' });
  agent.changeWindow(1, { enabled: false });
}
