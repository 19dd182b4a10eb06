import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { fromGuest } from '../../src/guest-bridge/protocol/from-guest.ts';
import { AgentClient } from './fixtures/agent-client.ts';
import type { SeenWindow } from './fixtures/guest-view.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';

const program = 'wilful-window.exe';

let agent: RunningAgent;
let client: AgentClient;
let first: SeenWindow;
let second: SeenWindow;

beforeAll(async () => {
  agent = await startAgent();
  const source = join(import.meta.dirname, 'fixtures', 'wilful-window.c');
  await promisify(execFile)('i686-w64-mingw32-gcc-win32', [
    ...['-O1', '-Wall', '-Werror', '-mwindows', '-D_WIN32_WINNT=0x0501'],
    ...['-o', join(agent.guest.shared, program), source],
  ]);
}, 300_000);
afterAll(() => agent?.stop());

beforeEach(async () => {
  client = await AgentClient.connect({ url: `ws://127.0.0.1:${agent.port}/`, secret: agent.secret });
  agent.guest.start(program);
  const named = (name: string) => client.window(name, ({ info }) => info.title === name);
  [first, second] = await Promise.all([named('first'), named('second')]);
  await client.until('the first is active', () => client.view.activeId === first.info.windowId);
});
afterEach(async () => {
  await agent.guest.shell(`"$WINE" taskkill /F /IM ${program}`);
  await client.until('an empty desktop', () => client.view.windows.size === 0);
  await client.close();
});

const type = (text: string) => client.send({ type: 'text', text });

describe('an application', () => {
  test('that hangs is known to within seconds, and ended when asked, not before', async () => {
    const end = () => client.send({ type: 'window-end', windowId: first.info.windowId });
    end();
    type('h');
    await client.until('it hangs', () => first.info.responding === false, 15_000);
    // Both windows are of the thread that hangs.
    await client.until('all of it', () => second.info.responding === false);
    expect(client.view.destroyed.has(first.info.windowId)).toBe(false);
    end();
    await client.until('its end', () => client.view.destroyed.has(first.info.windowId));
    await client.until('both', () => client.view.destroyed.has(second.info.windowId));
    expect(await agent.log()).toContain('wilful-window.exe does not answer, ended');
  });

  test('that comes back answers again', async () => {
    type('s');
    await client.until('it does not answer', () => first.info.responding === false, 15_000);
    await client.until('it answers', () => first.info.responding !== false, 15_000);
  });

  test('that flashes its window in the background has the mark until that is active', async () => {
    type('f');
    await client.until('the mark', () => second.info.attention === true);
    expect(first.info.attention).toBeUndefined();
    client.send({ type: 'window-activate', windowId: second.info.windowId });
    await client.until('no mark', () => second.info.attention === undefined);
    await client.until('it is active', () => client.view.activeId === second.info.windowId);
  });

  test('that leaves the keyboard to nobody gives it back to whom the host sees focused', async () => {
    client.send({ type: 'window-activate', windowId: second.info.windowId });
    await client.until('it is active', () => client.view.activeId === second.info.windowId);
    const control = vi.spyOn(client.view, 'control');
    type('d');
    await client.until('nobody', () => control.mock.calls.some(([text]) => /"activeId":0/.test(text)));
    await client.until('it again', () => client.view.activeId === second.info.windowId);
    // The host's user has gone: nobody it is.
    client.send({ type: 'deactivate' });
    await client.until('nobody now', () => client.view.activeId === 0);
  });

  test('that is slow to take its place is told of in its new state only there', async () => {
    const { windowId } = first.info;
    const control = vi.spyOn(client.view, 'control');
    type('l');
    for (const state of ['maximised', 'normal', 'maximised', 'normal'] as const) {
      client.send({ type: 'window-state', windowId, state });
      await client.until(state, () => first.info.state === state);
    }
    const told = control.mock.calls
      .map(([text]) => fromGuest.parse(JSON.parse(text)))
      .filter((message) => message.type === 'window-changed')
      .filter(({ window }) => window.windowId === windowId);
    expect(told.length).toBeGreaterThanOrEqual(4);
    for (const { window } of told) expect(window.surface.width > 900).toBe(window.state === 'maximised');
  });

  test('that covers the screen without a caption is in full screen', async () => {
    type('w');
    await client.until('full screen', () => first.info.state === 'full-screen');
    expect(first.info).toMatchObject({ decorated: false, surface: { x: 0, y: 0, width: 1024, height: 768 } });
    type('n');
    await client.until('normal', () => first.info.state === 'normal' && first.info.decorated);
  });
});
