import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { intersect, type Rect } from '../../src/shared/geometry.ts';
import { AgentClient } from './fixtures/agent-client.ts';
import type { SeenWindow } from './fixtures/guest-view.ts';
import { PlacedRig } from './fixtures/placed-rig.ts';

const scancode = { escape: 0x01, ctrl: 0x1d, o: 0x18 };
const red = 0xc0_2020;
const green = 0x20_a020;
const blue = 0x20_20c0;
const white = 0xff_ffff;

let rig: PlacedRig;
beforeAll(async () => {
  rig = await PlacedRig.start();
}, 300_000);
afterAll(() => rig?.stop());
afterEach(async () => {
  const foreign = [...rig.foreign];
  await rig.clear();
  expect(foreign).toEqual([]);
});

const menus = () => [...rig.client.view.windows.values()].filter(({ info }) => info.kind === 'menu');

function key(code: number, down: boolean): void {
  rig.client.send({ type: 'key', scancode: code, extended: false, down });
}

async function openDialog(owner: SeenWindow): Promise<SeenWindow> {
  await rig.activate(owner);
  for (const [code, down] of [
    [scancode.ctrl, true],
    [scancode.o, true],
    [scancode.o, false],
    [scancode.ctrl, false],
  ] as const) {
    key(code, down);
  }
  const dialog = await rig.window('Open');
  expect(dialog.info).toMatchObject({ kind: 'dialog', ownerId: owner.info.windowId });
  return dialog;
}

/** Has the agent read every window now, whether it changed or not. */
async function lookAgain(windows: readonly SeenWindow[]): Promise<void> {
  const last = (window: SeenWindow) => window.frames.at(-1)?.sequence ?? 0;
  const before = windows.map(last);
  for (const { info } of windows) rig.client.send({ type: 'refresh', windowId: info.windowId });
  const again = () => windows.every((window, i) => last(window) > (before[i] ?? 0));
  await rig.until('every window again', again);
  // The answer to a refresh may be older pixels; what is read then comes with the next frames.
  const answered = performance.now();
  await rig.until('the look after it', () => performance.now() - answered > 300);
}

async function apartOnTheScreen(...windows: SeenWindow[]): Promise<void> {
  const places: Rect[] = [];
  for (const window of windows) places.push((await rig.physical(window)) ?? expect.fail('it is nowhere'));
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(0, i)) expect(intersect(a, b)).toBeUndefined();
  }
}

describe('a guest that cannot show covered windows', () => {
  test('says so; windows in one place are both complete, and both take keys and clicks', async () => {
    expect(rig.client.hello?.captureBackend).toBe('placed');
    const a = await rig.notepad('first');
    const b = await rig.notepad('second');
    const place = { x: 100, y: 80, width: 420, height: 300 };
    await rig.move(a, place, 1);
    await rig.move(b, place, 2);
    expect([a.info.surface, b.info.surface]).toEqual([place, place]);
    await rig.looksRight(a);
    await rig.looksRight(b);
    await apartOnTheScreen(a, b);
    for (const [window, text] of [
      [a, 'typed into the first'],
      [b, 'and into the second'],
    ] as const) {
      const before = window.pixels.slice();
      await rig.activate(window);
      rig.type(text);
      await rig.until('the text', () => window.pixels.some((pixel, i) => pixel !== before[i]));
      await rig.looksRight(window);
    }
    const before = a.pixels.slice();
    rig.click(a, 200, 100);
    await rig.until('a click activates', () => rig.client.view.activeId === a.info.windowId);
    rig.type('x');
    await rig.until('typed', () => a.pixels.some((pixel, i) => pixel !== before[i]));
    await rig.looksRight(a);
    await rig.looksRight(b);
    expect([a.info.surface, b.info.surface]).toEqual([place, place]);
  });

  test('a window goes wherever the host wants it, and gets the size it wants', async () => {
    const a = await rig.notepad('moved');
    for (const [serial, place] of [
      { x: -300, y: 40, width: 500, height: 300 },
      { x: 3000, y: 2000, width: 320, height: 240 },
      { x: 10, y: 10, width: 640, height: 400 },
    ].entries()) {
      await rig.move(a, place, serial + 1);
      expect(a.info.surface).toEqual(place);
      await rig.looksRight(a);
    }
    for (let i = 4; i <= 40; i++) {
      const surface = { x: 60 + i, y: 50 + i, width: 400 + i, height: 300 };
      rig.client.send({ type: 'window-move', windowId: a.info.windowId, surface, serial: i });
    }
    await rig.until('serial 40', () => a.info.geometrySerial === 40);
    expect(a.info.surface).toEqual({ x: 100, y: 90, width: 440, height: 300 });
    await rig.looksRight(a);
  });

  test('menus, dialogs and drop-downs are where they belong on the host', async () => {
    const other = await rig.notepad('other');
    const owner = await rig.notepad('owner');
    const place = { x: 700, y: 500, width: 420, height: 300 };
    await rig.move(other, place, 1);
    await rig.move(owner, place, 1);
    await rig.looksRight(owner);
    rig.click(owner, 15, 8);
    await rig.until('the menu', () => menus().length === 1);
    const [menu] = menus();
    if (!menu) throw new Error('no menu');
    expect(menu.info.ownerId).toBe(owner.info.windowId);
    expect(Math.abs(menu.info.surface.x - place.x)).toBeLessThan(4);
    expect(menu.info.surface.y - place.y).toBeGreaterThan(10);
    expect(menu.info.surface.y - place.y).toBeLessThan(30);
    await rig.until('its pixels', () => new Set(menu.pixels).size > 2);
    rig.client.send({ type: 'dismiss-menus' });
    await rig.until('no menu', () => menus().length === 0);
    await rig.looksRight(owner);

    const dialog = await openDialog(owner);
    await rig.until('the owner is disabled', () => !owner.info.enabled);
    // Over its owner for the user, beside it for whoever reads the screen.
    expect(intersect(dialog.info.surface, place)).toBeDefined();
    const { surface } = dialog.info;
    await rig.looksRight(dialog);
    await rig.looksRight(owner);
    await rig.looksRight(other);
    await apartOnTheScreen(dialog, owner, other);
    expect(dialog.info.surface).toEqual(surface);
    rig.click(dialog, 300, surface.height - 60);
    await rig.until('the list', () => menus().length === 1);
    const list = menus()[0] ?? expect.fail('no list');
    expect(list.info).toMatchObject({ className: 'ComboLBox', ownerId: dialog.info.windowId });
    expect(intersect(list.info.surface, { ...surface, height: surface.height + 200 })).toBeDefined();
    rig.client.send({ type: 'dismiss-menus' });
    await rig.until('no list', () => menus().length === 0);
    key(scancode.escape, true);
    key(scancode.escape, false);
    await rig.until('no dialog', () => rig.client.view.destroyed.has(dialog.info.windowId));
    await rig.until('the owner is enabled', () => owner.info.enabled);
    await rig.looksRight(owner);
    expect(owner.info.surface).toEqual(place);
  });

  test('ten windows that do not fit: each shows its own pixels only, and all of them once activated', async () => {
    const colours = Array.from({ length: 10 }, (_, i) => 0x10_3050 + i * 0x14_0a06);
    const windows: SeenWindow[] = [];
    for (const [i, colour] of colours.entries()) {
      windows.push(await rig.coloured(`ten ${i}`, colour, { x: 40, y: 40, width: 560, height: 420 }));
    }
    await lookAgain(windows);
    for (const index of [0, 5, 9, 3, 0]) {
      const window = windows[index] ?? expect.fail('no window');
      await rig.activate(window);
      await lookAgain(windows);
      await rig.looksRight(window);
      rig.type('w');
      await rig.until('all of it', () => rig.amount(window, colours[index] ?? 0) === 1);
    }
    for (const index of [7, 2, 4]) {
      const window = windows[index] ?? expect.fail('no window');
      const [x, y] = [500 - index * 10, 400 - index * 20];
      rig.click(window, x, y);
      await rig.until('the click arrives', () => rig.client.view.activeId === window.info.windowId);
      await rig.until('a dot', () => window.pixels[y * window.width + x] === white);
      await rig.looksRight(window);
    }
  });

  test('what a hanging window has not drawn is not shown, and is once it has', async () => {
    const large = { x: 20, y: 30, width: 800, height: 600 };
    const below = await rig.coloured('hangs', red, large);
    const above = await rig.coloured('covers', blue, large);
    await rig.activate(below);
    await rig.looksRight(below);
    rig.type('h'); // in a moment
    const typed = performance.now();
    await rig.activate(above);
    await rig.looksRight(above);
    await rig.until('it hangs', () => performance.now() - typed > 2000);
    rig.client.send({ type: 'window-close', windowId: above.info.windowId });
    await rig.until('the cover is gone', () => rig.client.view.destroyed.has(above.info.windowId));
    // The guest's screen shows the cover's last pixels now; the host never does.
    const place = await rig.physical(below);
    const seen = place && (await rig.screen.take(place));
    expect(seen?.includes(blue)).toBe(true);
    expect(rig.amount(below, red)).toBe(1);
    const asleep = performance.now();
    await rig.until('a while', () => performance.now() - asleep > 1500);
    expect(rig.amount(below, red)).toBe(1);
    await rig.until('it is awake and draws', () => rig.client.view.activeId === below.info.windowId, 15_000);
    rig.click(below, 400, 300);
    await rig.until('a dot', () => below.pixels[300 * below.width + 400] === white, 15_000);
    await rig.looksRight(below);
  });

  test('an application that moves its window moves it on the host, by as much', async () => {
    const other = await rig.coloured('stays', green, { x: 100, y: 100, width: 300, height: 200 });
    const window = await rig.coloured('goes', red, { x: 100, y: 100, width: 300, height: 200 });
    await rig.looksRight(window);
    await rig.looksRight(other);
    await rig.move(window, { x: 500, y: 400, width: 300, height: 200 }, 1);
    for (let step = 1; step <= 3; step++) {
      rig.type('m');
      await rig.until('it moved', () => window.info.surface.x === 500 + 40 * step);
      expect(window.info.surface).toEqual({
        x: 500 + 40 * step,
        y: 400 + 30 * step,
        width: 300,
        height: 200,
      });
      await rig.looksRight(window);
      await rig.looksRight(other);
    }
    rig.type('d');
    const owned = await rig.window('Owned', red ^ 0xff_ffff);
    await rig.looksRight(owned);
    await rig.looksRight(window);
    // 60,50 within the frame of its owner, as the program asked.
    expect(owned.info.frame.x - window.info.frame.x).toBe(60);
    expect(owned.info.frame.y - window.info.frame.y).toBe(50);
  });

  test('maximised, restored and minimised it comes back to where it was', async () => {
    const other = await rig.coloured('beside', green, { x: 10, y: 10, width: 300, height: 200 });
    const window = await rig.notepad('states');
    const place = { x: 333, y: 222, width: 420, height: 300 };
    await rig.move(window, place, 1);
    const ask = (state: 'normal' | 'minimised' | 'maximised') => {
      rig.client.send({ type: 'window-state', windowId: window.info.windowId, state });
      return rig.until(state, () => window.info.state === state);
    };
    await ask('maximised');
    await rig.until('the whole screen', () => window.info.surface.width === 1024);
    await rig.looksRight(window);
    await rig.activate(other); // hides below nothing: it comes up over the maximised one
    await rig.looksRight(other);
    await ask('normal');
    await rig.until('its old place', () => window.info.surface.width === place.width);
    expect(window.info.surface).toEqual(place);
    await ask('minimised');
    expect(window.info.surface).toEqual(place);
    await ask('normal');
    await rig.activate(window);
    expect(window.info.surface).toEqual(place);
    await rig.looksRight(window);
    await rig.looksRight(other);
  });

  test('a window larger than the guest’s desktop shows what it can', async () => {
    const window = await rig.coloured('large', blue, { x: 0, y: 0, width: 700, height: 500 });
    const place = { x: 50, y: 60, width: 1500, height: 1100 };
    await rig.move(window, place, 1);
    expect(window.info.surface).toEqual(place);
    const shown = (1024 * 768) / (1500 * 1100);
    await rig.until('a desktop full of it', () => {
      return window.width === 1500 && rig.amount(window, blue) > shown - 0.001;
    });
    expect(rig.amount(window, blue)).toBeCloseTo(shown, 2);
    rig.click(window, 1000, 700);
    await rig.until('a dot', () => window.pixels[700 * window.width + 1000] === white);
  });

  test('a window that grows never shows its old border within', async () => {
    const window = await rig.coloured('grows', blue, { x: 0, y: 0, width: 300, height: 200 });
    for (let round = 0; round < 10; round++) {
      await rig.move(window, { x: 50, y: 60, width: 900, height: 600 }, 2 * round + 1);
      await rig.until('all of the large one', () => window.width === 900 && rig.amount(window, blue) === 1);
      await rig.move(window, { x: 50, y: 60, width: 300, height: 200 }, 2 * round + 2);
      await rig.until('all of the small one', () => window.width === 300 && rig.amount(window, blue) === 1);
    }
  });

  test('another host gets the same places, and every window whole', async () => {
    const a = await rig.coloured('one', red, { x: 100, y: 100, width: 300, height: 200 });
    const b = await rig.coloured('two', green, { x: 100, y: 100, width: 300, height: 200 });
    await rig.move(a, { x: 900, y: 50, width: 300, height: 200 }, 1);
    await rig.looksRight(a);
    await rig.looksRight(b);
    const { port, secret } = rig.agent;
    await rig.client.close();
    const second = await AgentClient.connect({ url: `ws://127.0.0.1:${port}/`, secret });
    rig.client = second;
    const again = await rig.window('one', red);
    expect(again.info.surface).toEqual({ x: 900, y: 50, width: 300, height: 200 });
    await rig.until('red', () => rig.amount(again, red) === 1);
    const other = await rig.window('two', green);
    await rig.until('green', () => rig.amount(other, green) === 1);
  });
});
