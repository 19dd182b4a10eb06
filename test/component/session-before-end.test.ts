import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuestEnd } from '../../src/service/guest-end.ts';
import type { WorkspaceSession } from '../../src/service/workspace-session.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { ScriptedBackend } from './fixtures/scripted-backend.ts';
import { scriptedSession } from './fixtures/scripted-session.ts';
import { waitFor } from './fixtures/x-desktop.ts';

let folder: string;
let backend: ScriptedBackend;
let session: WorkspaceSession;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xpane-session-'));
  backend = new ScriptedBackend('qemu');
});

afterEach(async () => {
  await session.stop({ force: true });
  await Promise.all(backend.guests.map(({ agent }) => agent.stop()));
  await rm(folder, { recursive: true, force: true });
});

describe('what is to be brought before a guest ends or rests', () => {
  let asked: (() => GuestEnd)[];
  let going: PromiseWithResolvers<void>;

  /** `session` waits before each end until it is told to go on, or to fail. */
  beforeEach(async () => {
    asked = [];
    going = Promise.withResolvers();
    const beforeEnd = async (end: () => GuestEnd) => {
      asked.push(end);
      if (end() !== 'force') await going.promise;
    };
    session = scriptedSession({ folder, backend, onBridge: () => {}, beforeEnd });
    await session.ensureReady();
  });
  const isAsked = () => waitFor('it is asked', () => asked.length > 0);

  it.each(['suspend', 'stop'] as const)('is waited for by a %s', async (what) => {
    const work = session[what]();
    await isAsked();
    expect([session.phase.name, asked[0]?.()]).toEqual([what === 'stop' ? 'running' : 'suspending', what]);
    expect(backend.calls).not.toContain('suspend');
    going.resolve();
    await work;
    expect(session.phase.name).toBe(what === 'stop' ? 'stopped' : 'suspended');
  });

  it('keeps a guest running whose content would be gone', async () => {
    going.reject(new XPaneError('files.only-in-guest', 'It did not work.', 'Try again.'));
    await expect(session.stop()).rejects.toMatchObject({ code: 'files.only-in-guest' });
    expect(session.phase).toEqual({ name: 'running' });
    await session.stop({ force: true });
    expect(session.phase).toEqual({ name: 'stopped' });
  });

  it('keeps a guest running that was to rest, where it fails', async () => {
    going.reject(new XPaneError('files.any', 'It did not work.', 'Try again.'));
    await expect(session.suspend()).rejects.toMatchObject({ code: 'files.any' });
    expect(session.phase).toEqual({ name: 'running' });
    expect(backend.calls).not.toContain('suspend');
    await session.stop({ force: true });
    expect(session.phase).toEqual({ name: 'stopped' });
  });

  it('is hurried by force', async () => {
    const stopping = session.stop();
    await isAsked();
    const forced = session.stop({ force: true });
    expect(asked[0]?.()).toBe('force');
    going.resolve();
    await Promise.all([stopping, forced]);
  });

  it('is hurried by the end of the service', async () => {
    const ending = session.end();
    await isAsked();
    expect(asked[0]?.()).toBe('hurry');
    going.resolve();
    await ending;
    expect(session.phase.name).toBe('suspended');
  });
});

describe('how a guest was left', () => {
  let log: string[];

  beforeEach(() => {
    log = [];
    session = scriptedSession({
      ...{ folder, backend },
      onBridge: (_, { resumed }) => log.push(resumed ? 'goes on' : 'begins'),
      afterEnd: async (how) => void log.push(`${how} while ${session.phase.name}`),
    });
  });

  it('is told of one that shut down, or rests, and of one that goes on', async () => {
    await session.ensureReady();
    await session.suspend();
    await session.ensureReady();
    await session.stop();
    expect(log).toEqual(['begins', 'rests while suspending', 'goes on', 'ended while stopping']);
  });

  it('is told of one that the user shut down', async () => {
    await session.ensureReady();
    backend.guests[0]?.end({ expected: true, inOrder: true, detail: '' });
    await waitFor('it is told', () => log.length === 2);
    expect(log).toEqual(['begins', 'ended while stopped']);
  });

  it('is not told of one that was switched off, did not shut down, or broke off', async () => {
    await session.ensureReady();
    await session.stop({ atOnce: true });
    backend.hangs = true;
    await session.ensureReady();
    await session.stop();
    await session.ensureReady();
    backend.guests.at(-1)?.end({ expected: false, detail: 'killed' });
    await waitFor('its end', () => session.phase.name === 'failed');
    await session.stop();
    expect(log).toEqual(['begins', 'begins', 'begins']);
  });

  it('is a new one where what rested is discarded, or boots instead', async () => {
    await session.ensureReady();
    await session.suspend();
    await session.stop({ force: true });
    await session.ensureReady();
    await session.suspend();
    backend.bootsInstead = true;
    await session.ensureReady();
    expect(log.filter((each) => !each.startsWith('rests'))).toEqual(['begins', 'begins', 'begins']);
  });
});
