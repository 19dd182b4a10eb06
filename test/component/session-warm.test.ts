import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { XPaneError } from '../../src/shared/errors.ts';
import type { BorrowedSecret } from '../../src/vm/vm-backend.ts';
import type { FakeAgentOptions } from './fixtures/fake-agent.ts';
import { ScriptedBackend } from './fixtures/scripted-backend.ts';
import { type ScriptedSessionParts, scriptedSession } from './fixtures/scripted-session.ts';

const borrowedSecret = 'b0'.repeat(32);

/** A session whose new guest is a copy; with `keep` the one that is to be copied. */
function prepared(part: Partial<ScriptedSessionParts> = {}, agentOptions: FakeAgentOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-warm-'));
  const backend = new ScriptedBackend('qemu');
  backend.agentOptions = agentOptions;
  backend.borrowed = { secret: borrowedSecret, discard: () => void backend.calls.push('discarded') };
  let bridges = 0;
  const onBridge = () => {
    bridges++;
  };
  const session = scriptedSession({ folder, backend, onBridge, warmStart: true, ...part });
  onTestFinished(async () => {
    await session.stop({ force: true });
    await Promise.all(backend.guests.map(({ agent }) => agent.stop()));
    rmSync(folder, { recursive: true, force: true });
  });
  const agent = (index = 0) => backend.guests[index]?.agent;
  const keep = (how: NonNullable<BorrowedSecret['keep']>) => {
    if (backend.borrowed) backend.borrowed = { ...backend.borrowed, keep: how };
  };
  return { folder, backend, session, agent, keep, bridges: () => bridges };
}

test('a copy gets its own secret before it is anybody’s guest, and the time', async () => {
  const { folder, backend, session, agent, bridges } = prepared();
  await session.ensureReady();
  expect(session.phase).toEqual({ name: 'running' });
  expect(backend.calls).toEqual(['reclaim', 'start']);
  expect(bridges()).toBe(1);
  await agent()?.waitFor('set-time');
  // The first connection ended with the new secret.
  expect(agent()?.connections).toBe(2);
  // How long a boot takes is not known from this.
  expect(existsSync(join(folder, 'start.json'))).toBe(false);
});

test('the first guest is copied when it is ready, as nobody’s yet, and runs on with its own secret', async () => {
  const { folder, backend, session, agent, keep, bridges } = prepared();
  keep(async () => {
    backend.calls.push('keep');
    expect(agent()?.received.map(({ type }) => type)).toContain('welcome');
    expect(bridges()).toBe(0);
  });
  await session.ensureReady();
  expect(backend.calls).toEqual(['reclaim', 'start', 'keep']);
  expect(bridges()).toBe(1);
  expect(existsSync(join(folder, 'start.json'))).toBe(true);
});

test('a guest that could not be copied is used as it is', async () => {
  const { session, keep } = prepared();
  keep(async () => {
    throw new XPaneError('vm.disk-full', 'Full.', 'Free some space.');
  });
  await session.ensureReady();
  expect(session.phase).toEqual({ name: 'running' });
});

test('a stop while the guest is being copied ends both, and what is a copy of it is not to blame', async () => {
  const { backend, session, keep } = prepared();
  const copying = Promise.withResolvers<void>();
  keep(async (_, signal) => {
    copying.resolve();
    await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  });
  const ready = session.ensureReady();
  ready.catch(() => undefined);
  await copying.promise;
  await session.stop();
  await expect(ready).rejects.toMatchObject({ code: 'session.start-cancelled' });
  expect(session.phase).toEqual({ name: 'stopped' });
  expect(backend.calls).toEqual(['reclaim', 'start', 'kill']);
});

test('a copy that does not take its secret boots instead, and nobody gets it again', async () => {
  const { backend, session } = prepared({}, { keepsSecret: false });
  await session.ensureReady();
  expect(session.phase).toEqual({ name: 'running' });
  expect(backend.calls).toEqual(['reclaim', 'start', 'kill', 'discarded', 'start']);
  expect(backend.specs.map(({ warmStart }) => warmStart)).toEqual([true, false]);
});

test('a stop ends a copy that does not answer yet, which is no fault of what it is a copy of', async () => {
  const { backend, session, agent } = prepared({}, { takeOver: () => true });
  const ready = session.ensureReady();
  ready.catch(() => undefined);
  await expect.poll(() => agent()?.connections).toBe(1);
  await session.stop();
  await expect(ready).rejects.toMatchObject({ code: 'session.start-cancelled' });
  expect(session.phase).toEqual({ name: 'stopped' });
  expect(backend.calls).toEqual(['reclaim', 'start', 'kill']);
});

test('a revertible guest gets no disk of its own, and is switched off as soon as its applications are closed', async () => {
  const { backend, session } = prepared({ revertible: true, warmStart: false });
  await session.ensureReady();
  expect(backend.specs[0]).toMatchObject({ revertible: true });
  await session.stop();
  expect(backend.calls).toEqual(['reclaim', 'start', 'kill']);
});

test('a revertible guest that writes to another disk is shut down in order', async () => {
  const { backend, session } = prepared({ revertible: true, warmStart: false, writesElsewhere: true });
  await session.ensureReady();
  await session.stop();
  expect(backend.calls).toEqual(['reclaim', 'start', 'powerOff']);
});
