import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DesktopView } from '../../src/desktop-view/desktop-view.ts';
import type { SurfaceView } from '../../src/presenter/presenter.ts';
import type { XPaneError } from '../../src/shared/errors.ts';
import type { Rect, Size } from '../../src/shared/geometry.ts';
import { silentLog } from '../../src/shared/log.ts';
import { closeWindow } from './fixtures/pager.ts';
import { type PresenterRig, startPresenterRig } from './fixtures/presenter-rig.ts';
import { barColours, ScreenGuest, wrongPixels } from './fixtures/screen-guest.ts';
import { pixelAt, waitFor, type XWindow } from './fixtures/x-desktop.ts';

const title = '[XP] Desktop of Test';
const oneToOne: SurfaceView = { scale: 1, edgePx: 0, edgeColour: 0 };
const text = { width: 720, height: 400 };
/** X keycodes are scan codes plus 8. */
const keycode = { shift: 50 } as const;

let rig: PresenterRig;
let guest: ScreenGuest;
let view: DesktopView | undefined;

beforeAll(async () => {
  [rig, guest] = await Promise.all([
    startPresenterRig({ size: { width: 1600, height: 1000 } }),
    ScreenGuest.start(),
  ]);
});
afterEach(async () => {
  view?.close();
  view = undefined;
  await waitFor('all windows to be gone', async () => (await rig.desktop.windows()).length === 0);
});
afterAll(async () => {
  await guest.stop();
  await rig.stop();
});

async function open(surfaceView = oneToOne): Promise<DesktopView> {
  const { presenter } = rig;
  view = await DesktopView.open({
    ...{ socket: guest.socket, presenter, view: surfaceView, title, applicationClass: 'xpane-screen-test' },
    ...{ focus: presenter.userAct(), log: silentLog },
  });
  return view;
}

function ours(): Promise<XWindow> {
  return rig.desktop.waitForWindow((window) => window.title.startsWith(title));
}

/** The window once it has this size and shows the bars. */
async function bars(size: Size): Promise<Rect> {
  const window = await ours();
  return await waitFor(`bars of ${size.width}x${size.height}`, async () => {
    const content = await rig.desktop.contentOf(window.id);
    if (content.width !== size.width || content.height !== size.height) return undefined;
    return wrongPixels(await rig.desktop.screenshot(content)) === 0 ? content : undefined;
  });
}

async function titleEnds(words: string): Promise<void> {
  await waitFor(`the title to end with "${words}"`, async () => (await ours()).title === title + words);
}

async function focused(): Promise<void> {
  const { id } = await ours();
  await waitFor('the focus', async () => {
    const active = await rig.desktop.property('root', '_NET_ACTIVE_WINDOW');
    return Number(/0x[0-9a-f]+/.exec(active)?.[0]) === id;
  });
}

/** Presses a key of the guest and waits until it has come. */
async function press(name: string): Promise<void> {
  await focused();
  guest.forget();
  await rig.desktop.key(name);
  await waitFor(`${name} in the guest`, () => guest.keys.split(' ').length >= 2);
}

describe('the view', () => {
  it('shows every pixel of a screen of text, in a window of its size that cannot be resized', async () => {
    await open();
    await bars(text);
    const { id } = await ours();
    const hints = await rig.desktop.tool('xprop', '-id', String(id), 'WM_NORMAL_HINTS');
    expect(hints).toMatch(/minimum size: 720 by 400/);
    expect(hints).toMatch(/maximum size: 720 by 400/);
  });

  it('follows the guest into other modes and back', async () => {
    await open();
    await bars(text);
    await press('g');
    await bars({ width: 640, height: 400 });
    await press('v');
    const { id } = await ours();
    await waitFor('600 lines', async () => (await rig.desktop.contentOf(id)).height === 600);
    await waitFor('two colours', async () => {
      const shot = await rig.desktop.screenshot(await rig.desktop.contentOf(id));
      return (
        shot.width === 800 &&
        pixelAt(shot, { x: 400, y: 79 }) === barColours[2] &&
        pixelAt(shot, { x: 400, y: 84 }) === barColours[0]
      );
    });
    await press('t');
    await bars(text);
  });

  it('shows larger pixels and an edge around them, as the guest’s windows have them', async () => {
    await open({ scale: 2, edgePx: 6, edgeColour: 0xe8590c });
    const { id } = await ours();
    const content = await rig.desktop.contentOf(id);
    expect(content).toMatchObject({ width: 2 * 720 + 12, height: 2 * 400 + 12 });
    const inner = { x: content.x + 6, y: content.y + 6, width: 2 * 720, height: 2 * 400 };
    await waitFor('the bars', async () => wrongPixels(await rig.desktop.screenshot(inner)) === 0);
    const whole = await rig.desktop.screenshot(content);
    for (const at of [
      { x: 2, y: 300 },
      { x: 1449, y: 300 },
      { x: 700, y: 1 },
      { x: 700, y: 809 },
    ]) {
      expect(pixelAt(whole, at)).toBe(0xe8590c);
    }
  });

  it('goes when the user closes it, and the guest runs on, with no key held', async () => {
    const first = await open();
    await bars(text);
    await focused();
    guest.forget();
    await rig.desktop.keyEvents(keycode.shift);
    await guest.untilKeys('2a');
    await closeWindow(rig.desktop, (await ours()).id);
    expect(await first.ended).toBeUndefined();
    await guest.untilKeys('2a aa');
    await rig.desktop.keyEvents(-keycode.shift);
    await open();
    await bars(text);
  });
});

describe('keys', () => {
  it('come as they are pressed: letters, arrows, and those that the host has for itself', async () => {
    await open();
    await bars(text);
    await focused();
    guest.forget();
    await rig.desktop.key('b');
    await guest.untilKeys('30 b0');
    guest.forget();
    await rig.desktop.key('Left');
    await guest.untilKeys('e0 4b e0 cb');
    guest.forget();
    await rig.desktop.key('ctrl+alt+End');
    await guest.untilKeys('1d 38 e0 53 9d b8 e0 d3');
    guest.forget();
    await rig.desktop.key('ctrl+c');
    await guest.untilKeys('1d 2e 9d ae');
  });

  it('have the guest’s layout, whatever the host’s is', async () => {
    await open();
    await bars(text);
    await focused();
    await rig.desktop.tool('setxkbmap', 'de');
    try {
      guest.forget();
      // Y on an American keyboard, Z on a German one.
      await rig.desktop.pressKeycodes(0x15 + 8);
      await guest.untilKeys('15 95');
    } finally {
      await rig.desktop.tool('setxkbmap', 'us');
    }
  });

  it('that are held when the focus goes are let go of', async () => {
    await open();
    await bars(text);
    await focused();
    guest.forget();
    await rig.desktop.keyEvents(keycode.shift);
    await guest.untilKeys('2a');
    const other = await rig.show({ title: 'Other', content: { x: 10, y: 600, width: 200, height: 100 } });
    await rig.desktop.tool('xdotool', 'windowactivate', '--sync', String(other.id));
    await guest.untilKeys('2a aa');
    await rig.desktop.keyEvents(-keycode.shift);
    other.surface.close();
    expect(guest.keys).toBe('2a aa');
  });
});

describe('the pointer', () => {
  it('is the guest’s mouse from a click on until the user frees it', async () => {
    await open();
    const { x, y } = await bars(text);
    const centre = { x: x + 360, y: y + 200 };
    await titleEnds(' (click to use the mouse)');
    guest.forget();
    await rig.desktop.click(centre);
    await titleEnds(' (Ctrl+Alt+Shift+P frees the mouse)');
    // That click was the host's.
    expect(guest.mouse).toEqual([]);
    await rig.desktop.tool('xdotool', 'mousemove_relative', '--', '12', '-7');
    const way = (axis: 'dx' | 'dy') => guest.mouse.reduce((sum, report) => sum + report[axis], 0);
    // Up is positive to a PS/2 mouse.
    await waitFor('the way', () => way('dx') === 12 && way('dy') === 7);
    await rig.desktop.button(3, true);
    await waitFor('the right button', () => guest.mouse.at(-1)?.buttons === 2);
    await rig.desktop.button(3, false);
    await waitFor('no button', () => guest.mouse.at(-1)?.buttons === 0);
    await rig.desktop.key('ctrl+alt+shift+p');
    await waitFor('a free pointer', () => rig.desktop.pointerIsFree());
    await rig.desktop.moveTo({ x: centre.x + 5, y: centre.y });
    await titleEnds(' (click to use the mouse)');
    guest.forget();
    await rig.desktop.moveTo({ x: centre.x + 50, y: centre.y + 50 });
    await press('b');
    expect(guest.mouse).toEqual([]);
  });

  it('is a place where the guest can tell places', async () => {
    await open();
    const { x, y } = await bars(text);
    await press('a');
    await titleEnds('');
    await rig.desktop.moveTo({ x: x + 10, y: y + 10 });
    guest.forget();
    await rig.desktop.moveTo({ x: x + 180, y: y + 300 });
    const near = (at: { x: number; y: number } | undefined) =>
      at !== undefined && Math.abs(at.x - 180 / 720) < 0.003 && Math.abs(at.y - 300 / 400) < 0.003;
    await waitFor('the place', () => near(guest.pointer.at(-1)));
    await rig.desktop.button(1, true);
    await waitFor(
      'the left button',
      () => near(guest.pointer.at(-1)) && guest.pointer.at(-1)?.buttons === 0x20,
    );
    const other = await rig.show({ title: 'Other', content: { x: 10, y: 700, width: 200, height: 100 } });
    await rig.desktop.tool('xdotool', 'windowactivate', '--sync', String(other.id));
    await waitFor('no button', () => guest.pointer.at(-1)?.buttons === 0);
    await rig.desktop.button(1, false);
    other.surface.close();
  });
});

describe('the end of the guest', () => {
  it('closes the window and says so', async () => {
    const shown = await open();
    await bars(text);
    guest.kill();
    const error: XPaneError | undefined = await shown.ended;
    expect(error).toMatchObject({ code: 'desktop.screen-gone' });
  });

  it('leaves nothing to open', async () => {
    await expect(open()).rejects.toMatchObject({ code: 'desktop.screen-gone' });
    expect(await rig.desktop.windows()).toEqual([]);
  });
});
