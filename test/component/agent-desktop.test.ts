import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AgentClient } from './fixtures/agent-client.ts';
import { DisplayPicture } from './fixtures/display-picture.ts';
import type { SeenWindow } from './fixtures/guest-view.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { until } from './fixtures/until.ts';

/** Scan codes, set 1. */
const scancode = { escape: 0x01, ctrl: 0x1d, shift: 0x2a, alt: 0x38, a: 0x1e, b: 0x30, c: 0x2e, o: 0x18 };

let agent: RunningAgent;
let witness: DisplayPicture;
let client: AgentClient;

beforeAll(async () => {
  agent = await startAgent();
  witness = await DisplayPicture.open(agent.guest.display);
}, 300_000);
afterAll(async () => {
  witness?.close();
  await agent?.stop();
});

const connect = (options: { frameWindow?: number; acknowledgeFrames?: boolean } = {}) =>
  AgentClient.connect({ url: `ws://127.0.0.1:${agent.port}/`, secret: agent.secret, ...options });

beforeEach(async () => {
  client = await connect();
});
// Every test leaves the desktop as it found it: empty.
afterEach(async () => {
  await agent.guest.shell('for p in notepad winemine; do "$WINE" taskkill /F /IM $p.exe; done');
  await client.until('an empty desktop', () => client.view.windows.size === 0);
  await client.close();
});

async function openNotepad(): Promise<SeenWindow> {
  const before = new Set(client.view.windows.keys());
  agent.guest.start('C:\\windows\\notepad.exe');
  const window = await client.window(
    'Notepad',
    ({ info }) => info.className === 'Notepad' && !before.has(info.windowId),
  );
  await client.until('Notepad is active', () => client.view.activeId === window.info.windowId);
  await looksRight(window);
  return window;
}

const idOf = (window: SeenWindow) => window.info.windowId;

/** The reassembled pixels become those on the guest's screen, byte for byte. The window must be uncovered. */
async function looksRight(window: SeenWindow): Promise<void> {
  await until(`window ${idOf(window)} looks as on the guest's screen`, 5000, async () => {
    const { surface } = window.info;
    const seen = await witness.take(surface);
    return window.width === surface.width && differing(window.pixels, seen) === 0;
  });
}

/** Nothing but a caret has changed for a while. */
function quiet(window: SeenWindow): Promise<void> {
  const caretBytes = 300;
  const lastAt = () => window.frames.findLast(({ sizeBytes }) => sizeBytes > caretBytes)?.at ?? 0;
  return client.until('it changes no more', () => performance.now() - lastAt() > 400);
}

function differing(a: Uint32Array, b: Uint32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((count, pixel, i) => count + (pixel === b[i] ? 0 : 1), 0);
}

function key(code: number, extended = false): void {
  client.send({ type: 'key', scancode: code, extended, down: true });
  client.send({ type: 'key', scancode: code, extended, down: false });
}

function withKey(modifier: number, code: number): void {
  client.send({ type: 'key', scancode: modifier, extended: false, down: true });
  key(code);
  client.send({ type: 'key', scancode: modifier, extended: false, down: false });
}

/** `x` and `y` within the surface. */
function click(window: SeenWindow, x: number, y: number): void {
  const at = { windowId: idOf(window), x, y };
  client.send({ type: 'pointer-move', ...at });
  client.send({ type: 'pointer-button', ...at, button: 1, down: true });
  client.send({ type: 'pointer-button', ...at, button: 1, down: false });
}

const menus = () => [...client.view.windows.values()].filter(({ info }) => info.kind === 'menu');
const dialog = (owner: SeenWindow) =>
  client.window('a dialog', ({ info }) => info.kind === 'dialog' && info.ownerId === idOf(owner));

const frameCount = (window: SeenWindow) => window.frames.at(-1)?.sequence ?? 0;

describe('a window', () => {
  test('is told of before its pixels, decorated, without its caption', async () => {
    const { info, frames } = await openNotepad();
    expect(client.hello).toMatchObject({
      captureBackend: 'redirected',
      desktop: { width: 1024, height: 768 },
    });
    expect(info).toMatchObject({
      kind: 'normal',
      decorated: true,
      resizable: true,
      state: 'normal',
      ownerId: 0,
    });
    expect(info.executable.toLowerCase()).toBe('c:\\windows\\notepad.exe');
    expect(info.title).toContain('Notepad');
    expect(info.surface.y - info.frame.y).toBeGreaterThanOrEqual(20);
    expect(info.frame.width - info.surface.width).toBe(2 * (info.surface.x - info.frame.x));
    expect(frames[0]).toMatchObject({ whole: true, sequence: 1 });
    await client.until('icon and smallest size', () => {
      const now = client.view.window(info.windowId).info;
      return now.iconId !== undefined && now.minSize.width > 50;
    });
    const icon = client.view.icons.get(client.view.window(info.windowId).info.iconId ?? '');
    expect(icon).toMatchObject({ width: 32, height: 32 });
  });

  test('shows what is typed, by scan code and as Unicode', async () => {
    const window = await openNotepad();
    const before = window.pixels.slice();
    for (const code of [scancode.a, scancode.b, scancode.c]) key(code);
    withKey(scancode.shift, scancode.a);
    client.send({ type: 'text', text: 'Grüße €' });
    await looksRight(window);
    await until('the text is there', 3000, () => differing(before, window.pixels) > 100);
    // Typing sends small frames, not whole windows; all letters at once have some 60 by 16 pixels.
    expect(window.frames.at(-1)?.whole).toBe(false);
    const smallest = Math.min(...window.frames.slice(-8).map(({ sizeBytes }) => sizeBytes));
    expect(smallest).toBeLessThan(window.pixels.length / 20);
  });

  test('moves and resizes its surface, and echoes the last serial only', async () => {
    const window = await openNotepad();
    for (let i = 1; i <= 40; i++) {
      const surface = { x: 60 + i, y: 50 + i, width: 400 + i, height: 300 };
      client.send({ type: 'window-move', windowId: idOf(window), surface, serial: i });
    }
    await client.until('serial 40', () => window.info.geometrySerial === 40);
    expect(window.info.surface).toEqual({ x: 100, y: 90, width: 440, height: 300 });
    await looksRight(window);
    await client.until('the smallest size is known', () => window.info.minSize.width > 0);
    const tiny = { x: 100, y: 90, width: 5, height: 200 };
    client.send({ type: 'window-move', windowId: idOf(window), surface: tiny, serial: 41 });
    await client.until('serial 41', () => window.info.geometrySerial === 41);
    // Notepad does not get that small, and the host learns what became of it.
    expect(window.info.surface).toEqual({ ...tiny, width: window.info.minSize.width });
    await looksRight(window);
  });

  test('maximises, minimises and restores', async () => {
    const window = await openNotepad();
    const { surface } = window.info;
    const ask = (state: 'normal' | 'minimised' | 'maximised') => {
      client.send({ type: 'window-state', windowId: idOf(window), state });
      return client.until(state, () => window.info.state === state);
    };
    await ask('maximised');
    await client.until('the whole screen', () => window.info.surface.width === 1024);
    await looksRight(window);
    await ask('normal');
    await client.until('its old place', () => window.info.surface.width === surface.width);
    await looksRight(window);
    await quiet(window);
    const shown = window.pixels.slice();
    await ask('minimised');
    expect(window.info.surface).toEqual(surface);
    expect(differing(window.pixels, shown)).toBeLessThan(50);
    await ask('normal');
    expect(window.info.surface).toEqual(surface);
    await looksRight(window);
  });

  test('closes, and its id never comes again', async () => {
    const first = await openNotepad();
    client.send({ type: 'window-close', windowId: idOf(first) });
    await client.until('it is gone', () => client.view.destroyed.has(idOf(first)));
    const second = await openNotepad();
    expect(idOf(second)).toBeGreaterThan(idOf(first));
  });

  test('is complete though others cover it', async () => {
    const below = await openNotepad();
    client.send({ type: 'text', text: 'below' });
    await looksRight(below);
    const { surface } = below.info;
    const above = await openNotepad();
    client.send({ type: 'window-move', windowId: idOf(above), surface, serial: 1 });
    await client.until('it covers the first', () => above.info.geometrySerial === 1);
    expect(client.view.zOrder).toEqual([idOf(above), idOf(below)]);
    // Resized while covered: nobody can see it on the guest's screen, the agent can.
    const wider = { ...surface, width: surface.width - 40 };
    client.send({ type: 'window-move', windowId: idOf(below), surface: wider, serial: 2 });
    await client.until('the new size', () => below.width === wider.width);
    await quiet(below);
    const covered = below.pixels.slice();
    client.send({ type: 'window-activate', windowId: idOf(below) });
    await client.until('it is in front', () => client.view.zOrder[0] === idOf(below));
    expect(client.view.activeId).toBe(idOf(below));
    await looksRight(below);
    expect(differing(covered, below.pixels)).toBeLessThan(50); // a caret
  });

  test('comes to the front by a click meant for it', async () => {
    const below = await openNotepad();
    const above = await openNotepad();
    const { surface } = below.info;
    client.send({ type: 'window-move', windowId: idOf(above), surface, serial: 1 });
    await client.until('it covers the first', () => above.info.geometrySerial === 1);
    click(below, 200, 200);
    await client.until('the click arrived', () => client.view.activeId === idOf(below));
    await client.until('it is in front', () => client.view.zOrder[0] === idOf(below));
    client.send({ type: 'text', text: 'x' });
    await looksRight(below);
  });
});

describe('the hook', () => {
  /** Processes of the guest that have the agent's DLL loaded, by name. */
  const hooked = async () => {
    const { output } = await agent.guest.shell(
      'for p in /proc/[0-9]*; do grep -qs xpane-hook- $p/maps && cat $p/comm; done; true',
    );
    return output.split('\n').map((name) => name.trim());
  };

  test('is in every program that has windows; one that is killed while it paints harms nobody', async () => {
    const doomed = await openNotepad();
    expect(await hooked()).toContain('notepad.exe');
    for (let i = 0; i < 40; i++) client.send({ type: 'text', text: 'paint' });
    await agent.guest.shell('"$WINE" taskkill /F /IM notepad.exe');
    await client.until('it is gone', () => !client.view.windows.has(idOf(doomed)));
    await openNotepad();
    expect(await agent.log()).not.toMatch(/hook: (refused|not available)|worker ended/);
  });
});

describe('what belongs to a window', () => {
  test('a menu is a window of its own, in the right place, until it is dismissed', async () => {
    const window = await openNotepad();
    click(window, 15, 8);
    const menu = await client.window('the menu', ({ info }) => info.kind === 'menu');
    expect(menu.info).toMatchObject({ ownerId: idOf(window), decorated: false, className: '#32768' });
    expect(menu.info.surface).toEqual(menu.info.frame);
    expect(Math.abs(menu.info.frame.x - window.info.surface.x)).toBeLessThan(4);
    expect(client.view.zOrder.indexOf(idOf(menu))).toBeLessThan(client.view.zOrder.indexOf(idOf(window)));
    await looksRight(menu);
    expect(menu.frames[0]?.whole).toBe(true);
    client.send({ type: 'dismiss-menus' });
    await client.until('no menu', () => menus().length === 0);
    await looksRight(window);
  });

  test('a dialog has its owner, which is disabled meanwhile; a drop-down of it can be dismissed', async () => {
    const window = await openNotepad();
    withKey(scancode.ctrl, scancode.o);
    const open = await dialog(window);
    await client.until('the owner is disabled', () => !window.info.enabled);
    expect(open.info).toMatchObject({ title: 'Open', enabled: true, className: '#32770' });
    await looksRight(open);
    // "Files of type" is in the dialog's last row but one.
    click(open, 300, open.info.surface.height - 60);
    const list = await client.window('the list', ({ info }) => info.className === 'ComboLBox');
    expect(list.info).toMatchObject({ kind: 'menu', ownerId: idOf(open) });
    await until('the list looks right', 5000, async () => {
      const seen = await witness.takeWindow(list.info.frame);
      return seen !== undefined && differing(list.pixels, seen) === 0;
    });
    client.send({ type: 'dismiss-menus' });
    await client.until('no list', () => menus().length === 0);
    expect(client.view.windows.has(idOf(open))).toBe(true);
    key(scancode.escape);
    await client.until('no dialog', () => client.view.destroyed.has(idOf(open)));
    await client.until('the owner is enabled', () => window.info.enabled);
    await looksRight(window);
  });
});

describe('the connection', () => {
  test('has no more frames under way than allowed, then the newest content', async () => {
    const window = await openNotepad();
    client.acknowledgeFrames = false;
    const before = frameCount(window);
    for (let i = 0; i < 40; i++) {
      client.send({ type: 'text', text: 'w' });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(frameCount(window) - before).toBe(2);
    client.acknowledgeFrames = true;
    client.send({ type: 'frame-ack', windowId: idOf(window), sequence: frameCount(window) });
    await looksRight(window);
  });

  test('another host gets every window anew, whole, and the guest’s keys are up', async () => {
    const window = await openNotepad();
    client.send({ type: 'key', scancode: scancode.shift, extended: false, down: true });
    client.send({ type: 'text', text: 'kept' });
    await looksRight(window);
    await client.close();
    client = await connect();
    const again = await client.window('Notepad', ({ info }) => info.className === 'Notepad');
    expect(idOf(again)).toBe(idOf(window));
    await looksRight(again);
    expect(again.frames[0]).toMatchObject({ whole: true, sequence: 1 });
    const width = () => again.frames.at(-1)?.rects[0]?.width ?? 0;
    key(scancode.a);
    await client.until('a small letter', () => frameCount(again) > 1 && width() > 0);
  });

  test('a refresh brings the whole surface', async () => {
    const window = await openNotepad();
    window.pixels.fill(0x12_3456);
    client.send({ type: 'refresh', windowId: idOf(window) });
    await looksRight(window);
    expect(window.frames.some(({ whole, sequence }) => whole && sequence > 1)).toBe(true);
  });

  test('with frame: guest the whole window comes', async () => {
    const window = await openNotepad();
    const workArea = { x: 0, y: 0, width: 1024, height: 740 };
    client.send({ type: 'desktop-configure', workArea, frame: 'guest' });
    await client.until('the whole window', () => window.width === window.info.frame.width);
    expect(window.info).toMatchObject({ decorated: false, surface: window.info.frame });
    await looksRight(window);
    client.send({ type: 'desktop-configure', workArea, frame: 'host' });
    await client.until('without caption', () => window.info.decorated);
    await looksRight(window);
  });

  test('when no window of the host has the focus, none of the guest has', async () => {
    const window = await openNotepad();
    client.send({ type: 'deactivate' });
    await client.until('nobody is active', () => client.view.activeId === 0);
    await quiet(window);
    const before = window.pixels.slice();
    key(scancode.a);
    client.send({ type: 'window-activate', windowId: idOf(window) });
    await client.until('active again', () => client.view.activeId === idOf(window));
    await looksRight(window);
    expect(differing(before, window.pixels)).toBeLessThan(50);
  });
});
