import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AgentClient } from './fixtures/agent-client.ts';
import type { SeenWindow } from './fixtures/guest-view.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';

const program = 'shaped-windows.exe';
const frame = { x: 300, y: 200, width: 240, height: 160 };

let agent: RunningAgent;
let client: AgentClient;

beforeAll(async () => {
  agent = await startAgent();
  const source = join(import.meta.dirname, 'fixtures', 'shaped-windows.c');
  await promisify(execFile)('i686-w64-mingw32-gcc-win32', [
    ...['-O1', '-Wall', '-Werror', '-mwindows', '-D_WIN32_WINNT=0x0501'],
    ...['-o', join(agent.guest.shared, program), source, '-lgdi32'],
  ]);
  client = await AgentClient.connect({ url: `ws://127.0.0.1:${agent.port}/`, secret: agent.secret });
}, 300_000);
afterEach(async () => {
  await agent.guest.shell(`"$WINE" taskkill /F /IM ${program}`);
  await client.until('an empty desktop', () => client.view.windows.size === 0);
});
afterAll(async () => {
  await client?.close();
  await agent?.stop();
});

async function open(kind: string): Promise<SeenWindow> {
  agent.guest.start(program, [kind, ...[frame.x, frame.y, frame.width, frame.height].map(String)]);
  const window = await client.window(kind, ({ info }) => info.title === kind);
  await client.until('it is active', () => client.view.activeId === window.info.windowId);
  return window;
}

const type = (text: string) => client.send({ type: 'text', text });

/** Pixels of the surface that the shape covers. */
function covered({ info }: SeenWindow): number {
  const { width, height } = info.surface;
  return (info.shape ?? [{ width, height }]).reduce((sum, rect) => sum + rect.width * rect.height, 0);
}

function isIn({ info }: SeenWindow, x: number, y: number): boolean {
  const inside = (rect: { x: number; y: number; width: number; height: number }) =>
    x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
  return info.shape?.some(inside) ?? true;
}

describe('a window with a region', () => {
  test('is told with it, loses it and gets it back', async () => {
    const window = await open('ellipse');
    await client.until('its shape', () => window.info.shape !== undefined);
    expect(window.info).toMatchObject({ decorated: false, surface: frame });
    expect(covered(window) / (240 * 160)).toBeCloseTo(Math.PI / 4, 2);
    expect([isIn(window, 2, 2), isIn(window, 120, 1), isIn(window, 120, 80)]).toEqual([false, true, true]);
    type('r');
    await client.until('the rectangle', () => window.info.shape === undefined);
    type('e');
    await client.until('the ellipse', () => window.info.shape !== undefined);
  });

  test('that leaves its caption out gets none of the host’s', async () => {
    const window = await open('cut');
    await client.until('its shape', () => window.info.shape !== undefined);
    expect(window.info).toMatchObject({ decorated: false, surface: window.info.frame });
    expect(window.info.shape).toEqual([{ x: 8, y: 40, width: 224, height: 112 }]);
    type('r');
    await client.until('its caption again', () => window.info.decorated);
    expect(window.info.shape).toBeUndefined();
  });

  test('of more rectangles than the protocol takes is simplified, and misses nothing', async () => {
    const window = await open('comb');
    await client.until('its shape', () => window.info.shape !== undefined);
    expect(window.info.shape?.length).toBeLessThanOrEqual(512);
    for (let y = 0; y < 160; y += 4) for (let x = 0; x < 240; x += 8) expect(isIn(window, x, y)).toBe(true);
  });
});

describe('a layered window', () => {
  test('is told with its opacity', async () => {
    const window = await open('alpha');
    await client.until('its opacity', () => window.info.opacity === 128);
    type('o');
    await client.until('opaque', () => window.info.opacity === undefined);
    type('t');
    await client.until('invisible', () => window.info.opacity === 0);
  });
});
