import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionPhase } from '../../src/service/session-phase.ts';
import { WorkspaceSession } from '../../src/service/workspace-session.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { VmBackend, VmExit, VmInstance } from '../../src/vm/vm-backend.ts';
import { FakeAgent, fakeSecret } from './fixtures/fake-agent.ts';
import { waitFor } from './fixtures/x-desktop.ts';

/** A backend whose guests are fake agents; the test says what goes wrong. */
class ScriptedBackend implements VmBackend {
  readonly kind = 'sandbox';
  readonly capabilities = { ownKernel: false, bootsImages: false };
  readonly calls: string[] = [];
  readonly guests: { agent: FakeAgent; end: (exit: VmExit) => void }[] = [];
  missing: { code: string; message: string; hint: string } | undefined;
  startFails: XPaneError | undefined;
  agentOptions: Parameters<typeof FakeAgent.start>[0] = {};

  async obstacle() {
    return this.missing;
  }

  async prepareDisk() {
    this.calls.push('prepareDisk');
  }

  async reclaim() {
    this.calls.push('reclaim');
  }

  async start(): Promise<VmInstance> {
    this.calls.push('start');
    if (this.startFails) throw this.startFails;
    const agent = await FakeAgent.start(this.agentOptions);
    const exited = Promise.withResolvers<VmExit>();
    const end = (exit: VmExit) => {
      void agent.stop();
      exited.resolve(exit);
    };
    this.guests.push({ agent, end });
    const finish = async (how: string) => {
      this.calls.push(how);
      end({ expected: true, detail: '' });
      return exited.promise;
    };
    return {
      endpoint: agent.endpoint,
      processIds: [],
      exited: exited.promise,
      powerOff: () => finish('powerOff'),
      kill: () => finish('kill'),
    };
  }
}

let folder: string;
let backend: ScriptedBackend;
let session: WorkspaceSession;
let phases: SessionPhase[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xpane-session-'));
  backend = new ScriptedBackend();
  session = new WorkspaceSession({
    workspaceId: 'test',
    guestSource: () => ({ backend, agentFile: '/nowhere/xpane-agent.exe' }),
    disk: join(folder, 'disk'),
    secretFile: join(folder, 'secret'),
    secret: fakeSecret,
    runtimeFolder: join(folder, 'run'),
    memoryMiB: 256,
    desktop: () => ({ width: 800, height: 600 }),
    onBridge: () => undefined,
    log: silentLog,
  });
  phases = [];
  session.changes.listen(() => phases.push(session.phase));
});

afterEach(async () => {
  await session.stop();
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
  });

  it('shuts the guest down in order', async () => {
    await session.ensureReady();
    await session.stop();
    expect(backend.calls.at(-1)).toBe('powerOff');
    expect(session.phase).toEqual({ name: 'stopped' });
    expect(session.bridge).toBeUndefined();
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
    for (let violation = 0; violation < 3; violation++) {
      const agent = backend.guests[0]?.agent;
      await waitFor(
        'the connection',
        () => session.bridge?.state === 'ready' || session.phase.name === 'failed',
      );
      agent?.sendText('{"type":"nonsense"}');
      await waitFor('the violation to be noticed', () => session.bridge?.state !== 'ready');
    }
    await waitFor('the session to give up', () => session.phase.name === 'failed');
    expect(backend.calls.at(-1)).toBe('kill');
  });
});
