import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { DesktopView } from '../../src/desktop-view/desktop-view.ts';
import { silentLog } from '../../src/shared/log.ts';
import { greeting, pseudo, raw, rectangle, update } from '../unit/desktop-view/rfb-bytes.ts';
import { type PresenterRig, startPresenterRig } from './fixtures/presenter-rig.ts';
import { flood, ScreenServer } from './fixtures/screen-server.ts';
import { waitFor } from './fixtures/x-desktop.ts';

const title = '[XP] Desktop of Test';
let rig: PresenterRig;
let server: ScreenServer | undefined;
let view: DesktopView | undefined;

beforeAll(async () => {
  rig = await startPresenterRig();
});
afterEach(async () => {
  view?.close();
  view = undefined;
  await server?.stop();
  await waitFor('all windows to be gone', async () => (await rig.desktop.windows()).length === 0);
});
afterAll(() => rig.stop());

async function openTo(speak: (client: Socket) => void, signal?: AbortSignal): Promise<DesktopView> {
  server = await ScreenServer.start(speak);
  const { presenter } = rig;
  view = await DesktopView.open({
    ...{ socket: server.socket, presenter, view: undefined, title, applicationClass: 'xpane-screen-test' },
    ...{ focus: 'last-input', log: silentLog, ...(signal ? { signal } : {}) },
  });
  return view;
}

function ours() {
  return rig.desktop.waitForWindow((window) => window.title === title);
}

/** The longest time the event loop was held up while `work` went on. */
async function longestHoldUpMs(work: Promise<unknown>): Promise<number> {
  let longestMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }, 5);
  await work.finally(() => clearInterval(timer));
  return longestMs;
}

const pauseMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('a screen that breaks the protocol loses its window; other windows stay', async () => {
  const other = await rig.show({ title: 'Other' });
  const shown = await openTo((client) => {
    client.write(greeting(64, 48));
    client.write(update(raw({ x: 0, y: 0, width: 64, height: 48 })));
  });
  await ours();
  server?.clients[0]?.write(update(rectangle({ x: 60, y: 0, width: 5, height: 1 }, 0)));
  expect(await shown.ended).toMatchObject({ code: 'desktop.bad-screen' });
  await waitFor('one window', async () => (await rig.desktop.windows()).length === 1);
  other.surface.close();
});

it('one that breaks it at once gets no window', async () => {
  await expect(openTo((client) => client.write(greeting(9000, 9000)))).rejects.toMatchObject({
    code: 'desktop.bad-screen',
  });
});

it('one that says nothing can be given up', async () => {
  const giveUp = new AbortController();
  const opening = openTo(() => giveUp.abort(new Error('enough')), giveUp.signal);
  await expect(opening).rejects.toThrow('enough');
  await waitFor('its connection to be closed', () => server?.clients[0]?.closed === true);
});

it('one that changes its size at once has its window where the window manager put it, in the new size', async () => {
  await openTo((client) => {
    client.write(greeting(640, 480));
    client.write(update(pseudo(-223, 0, 0, 500, 300), raw({ x: 0, y: 0, width: 500, height: 300 })));
  });
  const { id } = await ours();
  const content = await waitFor('the new size', async () => {
    const now = await rig.desktop.contentOf(id);
    return now.width === 500 && now.height === 300 && now;
  });
  // openbox centres a lone window.
  expect(content.x).toBeGreaterThan(100);
  expect(content.y).toBeGreaterThan(100);
});

it('a server hears that what is held has gone up, before it is left', async () => {
  let heard = Buffer.alloc(0);
  const shown = await openTo((client) => {
    client.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes]);
    });
    client.write(Buffer.concat([greeting(64, 48), update(pseudo(-258), pseudo(-257, 1))]));
  });
  const { id } = await ours();
  await rig.desktop.tool('xdotool', 'windowactivate', '--sync', String(id));
  const { x, y } = await rig.desktop.contentOf(id);
  const shift = { keycode: 50, down: 'ff0000010000' + '00000000002a', up: 'ff0000000000' + '00000000002a' };
  await rig.desktop.keyEvents(shift.keycode);
  await rig.desktop.moveTo({ x: x + 9, y: y + 7 });
  await rig.desktop.button(1, true);
  const button = { down: '050100090007', up: '050000090007' };
  await waitFor('both to be down', () => heard.toString('hex').includes(button.down));
  expect(heard.toString('hex')).toContain(shift.down);
  const before = heard.length;
  shown.close();
  await waitFor('the end', () => server?.clients[0]?.readableEnded);
  expect(heard.subarray(before).toString('hex')).toBe(shift.up + button.up);
  await rig.desktop.button(1, false);
  await rig.desktop.keyEvents(-shift.keycode);
});

it('a quiet one is kept awake: each second it hears that a key is up which never was down', async () => {
  let heard = Buffer.alloc(0);
  await openTo((client) => {
    client.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes]);
    });
    client.write(Buffer.concat([greeting(64, 48), update(pseudo(-258))]));
  });
  await waitFor('a word', () => heard.includes(Buffer.from('ff0000000000000000000076', 'hex')), 3_000);
});

it.each([
  ['bells', Buffer.alloc(65_536, 2)],
  ['pictures', update(raw({ x: 0, y: 0, width: 640, height: 480 }))],
  ['sizes', Buffer.concat([update(pseudo(-223, 0, 0, 320, 200)), update(pseudo(-223, 0, 0, 640, 480))])],
  ['mice', Buffer.concat([update(pseudo(-257, 0)), update(pseudo(-257, 1))])],
  [
    'pointers',
    Buffer.concat(
      [1, 2].map((fill) =>
        update(
          rectangle({ x: 0, y: 0, width: 64, height: 64 }, -239, Buffer.alloc(64 * 64 * 4 + 8 * 64, fill)),
        ),
      ),
    ),
  ],
])('one that floods us with %s waits: the service goes on, and so does the user', async (_, chunk) => {
  const shown = await openTo((client) => {
    client.write(greeting(640, 480));
    flood(client, chunk);
  });
  await ours();
  const usedMs = process.cpuUsage().user / 1000;
  expect(await longestHoldUpMs(pauseMs(700))).toBeLessThan(250);
  expect(process.cpuUsage().user / 1000 - usedMs).toBeLessThan(600);
  shown.close();
  expect(await shown.ended).toBeUndefined();
});
