import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkspaceSession } from '../../src/service/workspace-session.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { ScriptedBackend } from './fixtures/scripted-backend.ts';
import { type ScriptedSessionParts, scriptedSession } from './fixtures/scripted-session.ts';
import { waitFor } from './fixtures/wait-for.ts';

let folder: string;
let backend: ScriptedBackend;
let session: WorkspaceSession;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xpane-session-'));
  backend = new ScriptedBackend('qemu');
  session = openSession();
});

function openSession(parts: Partial<ScriptedSessionParts> = {}): WorkspaceSession {
  return scriptedSession({ folder, backend, onBridge: () => undefined, ...parts });
}

afterEach(async () => {
  await session.stop({ force: true });
  await Promise.all(backend.guests.map(({ agent }) => agent.stop()));
  await rm(folder, { recursive: true, force: true });
});

const failing = (code: string) => new XPaneError(code, 'It did not work.', 'Try again.');

describe('a stop', () => {
  it('leaves a guest alone that waits for room on the disk, unless it is forced', async () => {
    let room = false;
    const trouble = () =>
      room ? undefined : { code: 'vm.waits-for-room', message: 'No room.', hint: 'Make some.' };
    session = openSession({ trouble });
    await session.ensureReady();
    await expect(session.stop()).rejects.toMatchObject({
      code: 'workspace.stop-held',
      message: expect.stringContaining(folder),
    });
    expect(session.phase).toEqual({ name: 'running' });
    await session.stop({ force: true });
    await session.ensureReady();
    room = true;
    await session.stop();
    expect(session.phase).toEqual({ name: 'stopped' });
  });

  it('rejects while what was started may still run, and throws nothing of it away', async () => {
    let refusals = 2;
    const endLeft = async () => {
      if (refusals-- > 0) throw failing('vm.machine-left');
    };
    session = openSession({ endLeft });
    await session.ensureReady();
    backend.kept = true;
    for (const _ of [1, 2]) {
      await expect(session.stop({ force: true })).rejects.toMatchObject({ code: 'vm.machine-left' });
      expect(session.phase).toMatchObject({ name: 'failed', failure: { code: 'vm.machine-left' } });
      expect(backend.kept).toBe(true);
    }
    await session.stop({ force: true });
    expect([session.phase, backend.kept]).toEqual([{ name: 'stopped' }, false]);
  });

  it('rejects when the start that it cancels leaves its guest behind', async () => {
    backend.agentOptions = { getsReady: false };
    const starting = session.ensureReady().catch((error: XPaneError) => error.code);
    await waitFor('the guest', () => session.bridge !== undefined);
    const refused = Promise.reject(failing('vm.still-running'));
    refused.catch(() => undefined);
    backend.killTakes = refused;
    await expect(session.stop()).rejects.toMatchObject({ code: 'vm.still-running' });
    expect(await starting).toBe('session.start-cancelled');
    expect(session.phase).toMatchObject({ name: 'failed' });
    backend.killTakes = Promise.resolve();
  });
});

it('a start that failed says why, though its guest cannot be ended', async () => {
  backend.agentOptions = { getsReady: false };
  const silence = () => failing('session.agent-silent');
  session = openSession({ patience: { readyMs: 100, silence } });
  const refused = Promise.reject(failing('vm.still-running'));
  refused.catch(() => undefined);
  backend.killTakes = refused;
  await expect(session.ensureReady()).rejects.toMatchObject({ code: 'session.agent-silent' });
  expect(session.phase).toMatchObject({ name: 'failed', failure: { code: 'session.agent-silent' } });
});
