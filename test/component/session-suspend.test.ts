import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { ChangeSignal } from '../../src/service/change-signal.ts';
import type { Display } from '../../src/service/display.ts';
import { LiveWorkspace } from '../../src/service/live-workspace.ts';
import type { SessionPhase } from '../../src/service/session-phase.ts';
import type { WorkspaceSession } from '../../src/service/workspace-session.ts';
import { pause } from '../../src/shared/deadline.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Catalogue } from '../../src/workspace/catalogue.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { noFiles } from './fixtures/no-files.ts';
import { ScriptedBackend } from './fixtures/scripted-backend.ts';
import { type ScriptedSessionParts, scriptedSession } from './fixtures/scripted-session.ts';
import { waitFor } from './fixtures/x-desktop.ts';

let folder: string;
let backend: ScriptedBackend;
let session: WorkspaceSession;
let phases: SessionPhase[];
let bridge: GuestBridge | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xpane-session-'));
  backend = new ScriptedBackend('qemu');
  session = openSession();
});

/** A session over `backend`, as a service makes it when it starts. */
function openSession(parts: Partial<ScriptedSessionParts> = {}): WorkspaceSession {
  const onBridge = (opened: GuestBridge) => {
    bridge = opened;
  };
  const made = scriptedSession({ folder, backend, onBridge, ...parts });
  phases = [];
  bridge = undefined;
  made.changes.listen(() => phases.push(made.phase));
  return made;
}

afterEach(async () => {
  backend.startFails = undefined;
  await session.stop({ force: true });
  await Promise.all(backend.guests.map(({ agent }) => agent.stop()));
  await rm(folder, { recursive: true, force: true });
});

const names = () => phases.map(({ name }) => name);
const failing = (code: string) => new XPaneError(code, 'It did not work.', 'Try again.');

async function suspended(): Promise<void> {
  await session.ensureReady();
  await session.suspend();
  expect(session.phase).toEqual({ name: 'suspended' });
  phases.length = 0;
}

describe('the disk of a suspended guest', () => {
  /** The workspace of `session`, as far as its disk goes. */
  const live = (endLeft = async () => {}) =>
    new LiveWorkspace({
      endLeft,
      workspace: { name: 'Test', backend: 'qemu', idleMinutes: 0 } as Workspace,
      session,
      catalogue: {} as Catalogue,
      display: {
        changes: new ChangeSignal(),
        open: async () => ({ userAct: () => 0 }),
      } as unknown as Display,
      files: noFiles(),
      log: silentLog,
    });

  it('is in use: nobody copies or changes it', async () => {
    await suspended();
    await expect(live().holdDisk('is being copied')).rejects.toMatchObject({ code: 'workspace.running' });
    expect(backend.kept).toBe(true);
  });

  it('is in use, too, when the guest could not go on just now', async () => {
    await suspended();
    backend.startFails = failing('vm.host-memory-short');
    await expect(session.ensureReady()).rejects.toMatchObject({ code: 'vm.host-memory-short' });
    expect(session.phase).toMatchObject({ name: 'failed' });
    expect(session.keepsGuest).toBe(true);
    await expect(live().holdDisk('is being changed')).rejects.toMatchObject({
      code: 'workspace.running',
      message: expect.stringContaining('(suspended)'),
    });
    expect(backend.kept).toBe(true);
  });

  it('may be thrown away, and the guest with it, without being woken', async () => {
    await suspended();
    const release = await live().holdDisk('is being reset', { away: true });
    expect(session.phase).toEqual({ name: 'stopped' });
    expect(backend.kept).toBe(false);
    expect(backend.guests).toHaveLength(1);
    release();
  });

  it('is kept from a guest that is only to be looked at, too', async () => {
    const workspace = live();
    const release = await workspace.holdDisk('is being copied');
    const opening = workspace.screen.open({}, AbortSignal.timeout(5_000));
    await expect(opening).rejects.toMatchObject({ code: 'workspace.busy' });
    expect(backend.calls).not.toContain('start');
    release();
  });

  it('is nobody else’s while it is waited for that what is left on it ends', async () => {
    const endsLeft = Promise.withResolvers<void>();
    const workspace = live(() => endsLeft.promise);
    const first = workspace.holdDisk('is being reset', { away: true });
    const busy = { code: 'workspace.busy' };
    await expect(workspace.holdDisk('is being copied')).rejects.toMatchObject(busy);
    await expect(workspace.ensureReady()).rejects.toMatchObject(busy);
    endsLeft.reject(failing('vm.machine-left'));
    await expect(first).rejects.toMatchObject({ code: 'vm.machine-left' });
    (await workspace.holdDisk('is being copied'))();
    await workspace.ensureReady();
  });

  it('is looked at as it is then: a guest that runs by then keeps it', async () => {
    await suspended();
    const endsLeft = Promise.withResolvers<void>();
    const holding = live(() => endsLeft.promise).holdDisk('is being reset', { away: true });
    await session.ensureReady();
    endsLeft.resolve();
    await expect(holding).rejects.toMatchObject({ code: 'workspace.running' });
    expect(session.phase).toEqual({ name: 'running' });
  });
});

describe('a session whose guest can be suspended', () => {
  it('suspends it and goes on with it; the guest is told the time', async () => {
    await session.ensureReady();
    expect(backend.guests[0]?.agent.received.some(({ type }) => type === 'set-time')).toBe(false);
    const first = bridge;
    await session.suspend();
    expect(names().slice(-2)).toEqual(['suspending', 'suspended']);
    expect(first?.state).toBe('closed');
    phases.length = 0;
    const before = Date.now();
    const resumed = await session.ensureReady();
    expect(resumed).not.toBe(first);
    expect(phases.slice(0, -1).every((phase) => 'resuming' in phase && phase.resuming)).toBe(true);
    expect(session.phase).toEqual({ name: 'running' });
    const agent = backend.guests[1]?.agent;
    const told = await waitFor('the time', () => agent?.received.find(({ type }) => type === 'set-time'));
    expect(told).toEqual({ type: 'set-time', unixMs: expect.any(Number) });
    expect('unixMs' in told && told.unixMs).toBeGreaterThanOrEqual(before);
  });

  it('is found suspended by the next service', async () => {
    await suspended();
    session = openSession();
    expect(session.phase).toEqual({ name: 'suspended' });
  });

  it('says so when the guest has to boot all the same', async () => {
    await suspended();
    backend.bootsInstead = true;
    await session.ensureReady();
    expect(phases.at(-2)).toMatchObject({ name: 'starting' });
    expect(phases.at(-2)).not.toHaveProperty('resuming');
    const { received } = backend.guests[1]?.agent ?? {};
    expect(received?.some(({ type }) => type === 'set-time')).toBe(false);
  });

  it('suspends once, however many want it, and a launch meanwhile resumes it', async () => {
    const wait = Promise.withResolvers<void>();
    backend.suspendTakes = wait.promise;
    await session.ensureReady();
    const both = [session.suspend(), session.suspend()];
    const launch = session.ensureReady();
    expect(session.phase.name).toBe('suspending');
    wait.resolve();
    await Promise.all(both);
    expect(await launch).toBe(bridge);
    expect(backend.calls.filter((call) => call === 'suspend')).toHaveLength(1);
    expect(session.phase).toEqual({ name: 'running' });
  });

  it('waits for a start before it suspends, and leaves a stopped guest alone', async () => {
    await session.suspend();
    expect(session.phase).toEqual({ name: 'stopped' });
    const starting = session.ensureReady();
    await session.suspend();
    await starting;
    expect(session.phase).toEqual({ name: 'suspended' });
  });

  it('has the guest run on when it cannot be suspended: same bridge, same windows', async () => {
    await session.ensureReady();
    const before = bridge;
    backend.suspendFails = failing('vm.suspend-no-room');
    await expect(session.suspend()).rejects.toMatchObject({ code: 'vm.suspend-no-room' });
    expect(session.phase).toEqual({ name: 'running' });
    expect(await session.ensureReady()).toBe(before);
    expect(before?.state).toBe('ready');
    backend.suspendFails = undefined;
    await session.suspend();
    expect(session.phase).toEqual({ name: 'suspended' });
  });

  it('has failed when the guest ended while it was suspended', async () => {
    await session.ensureReady();
    backend.suspendFails = failing('vm.qmp-closed');
    await expect(session.suspend()).rejects.toMatchObject({ code: 'vm.qmp-closed' });
    expect(session.phase).toMatchObject({ name: 'failed', failure: { code: 'session.guest-ended' } });
    await session.ensureReady();
    expect(backend.calls.slice(-4)).toEqual(['kill', 'reclaim', 'prepareDisk', 'start']);
  });

  it('asks the applications of a suspended guest before it shuts that down', async () => {
    await suspended();
    await session.stop();
    expect(names()).toEqual([...Array(3).fill('starting'), 'running', 'stopping', 'stopped']);
    expect(backend.calls.at(-1)).toBe('powerOff');
    expect(backend.calls).not.toContain('discard');
  });

  it('throws a suspended guest away when it is forced', async () => {
    await suspended();
    await session.stop({ force: true });
    expect(names()).toEqual(['stopped']);
    expect(backend.calls.at(-1)).toBe('discard');
  });

  it('keeps a suspended guest that could not go on just now', async () => {
    await suspended();
    backend.startFails = failing('vm.accelerator-failed');
    await expect(session.ensureReady()).rejects.toMatchObject({ code: 'vm.accelerator-failed' });
    await expect(session.stop()).rejects.toMatchObject({ code: 'vm.accelerator-failed' });
    expect(backend.kept).toBe(true);
    backend.startFails = undefined;
    await session.ensureReady();
    expect(backend.calls.at(-1)).toBe('start');
  });

  it('does not cancel a resume for a stop: what is open in the guest would be lost', async () => {
    await suspended();
    backend.agentOptions = { getsReady: false };
    const resuming = session.ensureReady();
    await waitFor('the guest to go on', () => backend.guests[1]?.agent.connected);
    const stopping = session.stop();
    backend.guests[1]?.agent.ready();
    await Promise.all([resuming, stopping]);
    expect(backend.calls.at(-1)).toBe('powerOff');
    expect(session.phase).toEqual({ name: 'stopped' });
  });
});

describe('while the computer sleeps', () => {
  it('a guest that runs stands still, and is told the time when it goes on', async () => {
    await session.ensureReady();
    await session.pause();
    expect(backend.calls.at(-1)).toBe('pause');
    expect(session.phase).toEqual({ name: 'running' });
    expect(backend.guests[0]?.agent.received.some(({ type }) => type === 'set-time')).toBe(false);
    await session.goOn();
    expect(backend.calls.at(-1)).toBe('goOn');
    await backend.guests[0]?.agent.waitFor('set-time');
  });

  it('one that starts is told the time when it is ready', async () => {
    backend.agentOptions = { getsReady: false };
    const ready = session.ensureReady();
    await expect.poll(() => backend.guests[0]?.agent.connected).toBe(true);
    const { agent } = backend.guests[0] ?? expect.fail();
    await session.pause();
    await session.goOn();
    expect(backend.calls).not.toContain('goOn');
    agent.ready();
    await ready;
    await agent.waitFor('set-time');
    // The next start has nothing to do with it.
    await session.stop({ force: true });
    backend.agentOptions = {};
    const bridge = await session.ensureReady();
    bridge.send({ type: 'release-all' });
    await backend.guests[1]?.agent.waitFor('release-all');
    expect(backend.guests[1]?.agent.received.some(({ type }) => type === 'set-time')).toBe(false);
  });

  it('one whose connection the sleep has cut is told the time when it is back', async () => {
    await session.ensureReady();
    const { agent } = backend.guests[0] ?? expect.fail();
    await session.pause();
    agent.drop();
    await expect.poll(() => bridge?.state).toBe('connecting');
    await session.goOn();
    await agent.waitFor('set-time');
    expect(agent.connections).toBe(2);
  });

  it('one of VirtualBox, which stands still by itself, is told the time, too', async () => {
    backend = new ScriptedBackend('virtualbox');
    session = openSession();
    await session.ensureReady();
    await session.goOn();
    await backend.guests[0]?.agent.waitFor('set-time');
  });

  it('one that is suspended is left alone', async () => {
    await suspended();
    const before = backend.calls.length;
    await session.pause();
    await session.goOn();
    expect(backend.calls).toHaveLength(before);
  });
});

describe('at the end of the service', () => {
  it('a guest that runs is suspended', async () => {
    await session.ensureReady();
    await session.end();
    expect(session.phase).toEqual({ name: 'suspended' });
  });

  it('has as long for that as its backend needs', async () => {
    backend = new ScriptedBackend('virtualbox');
    session = openSession();
    await session.ensureReady();
    await session.end();
    expect(backend.suspendDeadlinesMs).toEqual([60_000]);
  });

  it('a save under way is waited for, though it is late', async () => {
    session = openSession({ suspendMs: 20 });
    await session.ensureReady();
    backend.suspendTakes = pause(200);
    await session.end();
    expect(session.phase).toEqual({ name: 'suspended' });
  });

  it('one that cannot be ended has failed, and can be started again', async () => {
    await session.ensureReady();
    const refused = Promise.reject(failing('vm.still-running'));
    refused.catch(() => undefined);
    backend.killTakes = refused;
    await expect(session.stop({ force: true })).rejects.toMatchObject({ code: 'vm.still-running' });
    expect(session.phase).toMatchObject({ name: 'failed', failure: { code: 'vm.still-running' } });
    backend.killTakes = Promise.resolve();
    await session.ensureReady();
    expect(session.phase).toEqual({ name: 'running' });
  });

  it('one that is suspended, or does not run, is left alone', async () => {
    await session.end();
    expect(backend.calls).toEqual([]);
    await suspended();
    await session.end();
    expect(session.phase).toEqual({ name: 'suspended' });
  });

  it('one that cannot be suspended is shut down without asking', async () => {
    await session.ensureReady();
    backend.suspendFails = failing('vm.suspend-no-room');
    await session.end();
    expect(backend.calls.slice(-2)).toEqual(['suspend', 'powerOff']);
    expect(session.phase).toEqual({ name: 'stopped' });
  });

  it('one that boots is not waited for', async () => {
    backend.agentOptions = { getsReady: false };
    const starting = session.ensureReady().catch((error: unknown) => error);
    await waitFor('the guest to start', () => backend.guests.length === 1);
    await session.end();
    expect(await starting).toMatchObject({ code: 'session.start-cancelled' });
    expect(backend.calls.at(-1)).toBe('kill');
  });

  it('one without a virtual machine is shut down, and cannot be suspended before either', async () => {
    backend = new ScriptedBackend('sandbox');
    session = openSession();
    await session.ensureReady();
    await expect(session.suspend()).rejects.toMatchObject({ code: 'workspace.cannot-suspend' });
    expect(session.phase).toEqual({ name: 'running' });
    await session.end();
    expect(backend.calls.slice(-1)).toEqual(['powerOff']);
  });
});
