import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AgentClient } from './fixtures/agent-client.ts';
import type { SeenWindow } from './fixtures/guest-view.ts';
import { listeningPort, type RunningAgent, startAgent } from './fixtures/running-agent.ts';

/** The agent's notification area under Wine, with a real program that has an icon in it. */

const program = 'tray-program.exe';
let agent: RunningAgent;
let port: number;
let client: AgentClient;

beforeAll(async () => {
  agent = await startAgent();
  ({ port } = agent);
  await promisify(execFile)('i686-w64-mingw32-gcc-win32', [
    ...['-O1', '-Wall', '-Werror', '-mwindows', '-D_WIN32_WINNT=0x0501'],
    ...['-o', join(agent.guest.shared, program), join(import.meta.dirname, 'fixtures/tray-program.c')],
  ]);
}, 300_000);
afterAll(() => agent?.stop());

const connect = () => AgentClient.connect({ url: `ws://127.0.0.1:${port}/`, secret: agent.secret });
beforeEach(async () => {
  client = await connect();
});
afterEach(async () => {
  await agent.guest.shell(`"$WINE" taskkill /F /IM ${program}`);
  await client.until('an empty notification area', () => client.trayIcons.size === 0);
  await client.until('an empty desktop', () => client.view.windows.size === 0);
  await client.close();
});

/** Starts the program and gives its window and the id of its icon. */
async function start(version = 0): Promise<{ window: SeenWindow; trayId: number }> {
  agent.guest.start(program, [String(version)]);
  const window = await client.window('the program', ({ info }) => info.title.startsWith('told'));
  const [trayId] = await seen('its icon', () => [...client.trayIcons.keys()]);
  await client.until('it is active', () => client.view.activeId === window.info.windowId);
  if (version > 0) await hears(window, 'versioned');
  return { window, trayId: trayId ?? 0 };
}

async function seen<T>(what: string, find: () => readonly T[]): Promise<readonly T[]> {
  await client.until(what, () => find().length > 0);
  return find();
}

/** Types a letter into the program's window: one of its commands. */
function type(letter: string): void {
  client.send({ type: 'text', text: letter });
}

async function hears(window: SeenWindow, ...words: string[]): Promise<void> {
  const said = () => window.info.title.split(' ').slice(2);
  await client.until(`the program hears ${words}, not ${said()}`, () =>
    words.every((word) => said().includes(word)),
  );
}

function click(trayId: number, button: number, action: 'down' | 'up' | 'double', x = 500, y = 400): void {
  client.send({ type: 'tray-click', trayId, button, action, x, y });
}

test('an icon comes with its picture and tooltip, changes, hides, comes back, goes', async () => {
  const { trayId } = await start();
  expect(client.trayIcons.get(trayId)?.tooltip).toBe('A tool');
  const first = client.trayIcons.get(trayId)?.iconId ?? '';
  const picture = client.view.icons.get(first);
  expect(picture).toMatchObject({ width: 16, height: 16 });
  expect([...(picture?.bgra.slice(0, 2) ?? [])]).toEqual([0, 0xffd02030]);
  type('c');
  await client.until('the change', () => client.trayIcons.get(trayId)?.tooltip === 'Another tool');
  expect(client.trayIcons.get(trayId)?.iconId).not.toBe(first);
  type('h');
  await client.until('it to hide', () => client.trayIcons.size === 0);
  type('s');
  await client.until('it to come back', () => client.trayIcons.has(trayId));
  type('r');
  await client.until('it to go', () => client.trayIcons.size === 0);
});

test('clicks arrive as the shell sends them, by the version the program asked for', async () => {
  const old = await start();
  click(old.trayId, 1, 'down');
  click(old.trayId, 1, 'up');
  click(old.trayId, 1, 'double');
  await hears(old.window, 'left-down', 'left-up', 'left-double');
  expect(old.window.info.title).not.toContain('select');
  await agent.guest.shell(`"$WINE" taskkill /F /IM ${program}`);
  await client.until('the first to end', () => client.trayIcons.size === 0);
  await client.until('its window to end', () => client.view.windows.size === 0);
  const later = await start(3);
  click(later.trayId, 1, 'down');
  click(later.trayId, 1, 'up');
  await hears(later.window, 'left-down', 'left-up', 'select');
});

test('a menu opens where the click was, and takes a choice', async () => {
  const { window, trayId } = await start(3);
  click(trayId, 2, 'down');
  click(trayId, 2, 'up');
  const menu = await client.window('the menu', ({ info }) => info.kind === 'menu');
  expect(Math.abs(menu.info.frame.x - 500)).toBeLessThan(5);
  expect(Math.abs(menu.info.frame.y - 400)).toBeLessThan(5);
  await hears(window, 'right-down', 'right-up', 'context-menu');
  const at = { windowId: menu.info.windowId, x: 20, y: 12 };
  client.send({ type: 'pointer-button', ...at, button: 1, down: true });
  client.send({ type: 'pointer-button', ...at, button: 1, down: false });
  await hears(window, 'chosen');
});

test('a balloon comes, and its click goes to the program', async () => {
  const { window, trayId } = await start(3);
  type('b');
  await client.until('the balloon', () => client.balloons.length > 0);
  const said = { trayId, title: 'News', text: 'Something <b>happened</b>', kind: 'warning' };
  expect(client.balloons.at(-1)).toEqual({ type: 'balloon', ...said });
  await hears(window, 'balloon-shown');
  client.send({ type: 'balloon-click', trayId });
  await hears(window, 'balloon-clicked');
});

test('an icon whose program died goes; a flood stops at its limit; a host that comes later gets all', async () => {
  await start();
  type('f');
  await client.until('the limit', () => client.trayIcons.size === 64);
  await client.close();
  client = await connect();
  await client.until('all again', () => client.trayIcons.size === 64);
  // What is typed goes to the program again, once its window is active for this host.
  await client.window('the program', ({ info }) => info.title.startsWith('told'));
  type('x');
  await client.until('all to go', () => client.trayIcons.size === 0);
});

test('an agent that starts after the program learns of its icon; no tray of Wine’s own is seen', async () => {
  await start();
  const isWorker = "tr '\\0' ' ' < $p/cmdline | grep -q -- --worker";
  await agent.guest.shell(`for p in /proc/[0-9]*; do if ${isWorker}; then kill -9 \${p#/proc/}; fi; done`);
  port = await listeningPort(agent.log, 2);
  client = await connect();
  await client.until('the icon', () => client.trayIcons.size === 1);
  expect([...client.view.windows.values()].map(({ info }) => info.className)).toEqual(['XPaneTrayProgram']);
});
