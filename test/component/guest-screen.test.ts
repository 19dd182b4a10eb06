import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Rect, sameRect } from '../../src/shared/geometry.ts';
import { type GuestOnDesktop, startGuestOnDesktop } from './fixtures/guest-on-desktop.ts';
import { openPanel, setMonitors, setScreen } from './fixtures/host-screen.ts';
import { toggleState } from './fixtures/pager.ts';
import { pixelAt, waitFor, type XWindow } from './fixtures/x-desktop.ts';

const large = { width: 1600, height: 900 };
const small = { width: 1100, height: 700 };

let all: GuestOnDesktop;

beforeAll(async () => {
  all = await startGuestOnDesktop({ desktop: { size: large }, guest: large });
  all.build('shaped-windows');
}, 300_000);
afterAll(() => all?.stop());
beforeEach(async () => {
  await setMonitors(all.desktop, []);
  await setScreen(all.desktop, large);
  await guestHas(large);
});
afterEach(async () => {
  await all.agent.guest.shell('for p in notepad shaped-windows; do "$WINE" taskkill /F /IM $p.exe; done');
  await waitFor('an empty desktop', async () => (await all.desktop.windows()).length === 0);
});

const guestWindows = () => [...all.bridge.model.windows.values()];
const guestHas = ({ width, height }: typeof large) =>
  waitFor('the guest’s desktop to follow', () => {
    const { size } = all.bridge.model.desktop;
    return size.width === width && size.height === height;
  });
const surfaceOf = (title: string) => guestWindows().find((window) => window.title === title)?.surface;
const settled = (window: XWindow, title: string, fits: (content: Rect) => boolean = () => true) =>
  waitFor(`host and guest to agree on ${title}`, async () => {
    const content = await all.desktop.contentOf(window.id);
    const guest = surfaceOf(title);
    return guest && sameRect(content, guest) && fits(content) ? content : undefined;
  });
const shaped = async (kind: string, { x, y, width, height }: Rect) => {
  const window = await all.open(kind, 'shaped-windows.exe', [kind, ...[x, y, width, height].map(String)]);
  await settled(window, kind);
  await all.desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
  await waitFor('the guest to know', () => {
    const { activeId } = all.bridge.model.desktop;
    return all.bridge.model.windows.get(activeId)?.title === kind;
  });
  return window;
};
const menus = () => guestWindows().filter(({ kind }) => kind === 'menu');
const colourAt = async (x: number, y: number) =>
  pixelAt(await all.desktop.screenshot({ x, y, width: 1, height: 1 }), { x: 0, y: 0 });

function countOfDifferent(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 4) if (a.readUIntLE(i, 3) !== b.readUIntLE(i, 3)) count++;
  return count;
}

/** Places of this presenter's unmanaged windows on the host's screen. */
async function popupPlaces(): Promise<Rect[]> {
  const found = await all.desktop.tool('xdotool', 'search', '--onlyvisible', '--class', '^xpane-');
  const managed = new Set((await all.desktop.windows()).map(({ id }) => id));
  const ids = found.split('\n').filter(Boolean).map(Number);
  return await Promise.all(ids.filter((id) => !managed.has(id)).map((id) => all.desktop.contentOf(id)));
}

/** Menus are on the host just where the guest has them. */
async function areOnHost(...frames: Rect[]): Promise<void> {
  let places: Rect[] = [];
  await waitFor('menus on the host, where the guest has them', async () => {
    places = await popupPlaces();
    return frames.every((frame) => places.some((place) => sameRect(place, frame)));
  }).catch((error: unknown) => {
    throw new Error(`${error}: ${JSON.stringify({ frames, places, screen: all.presenter.screen })}`);
  });
}

describe('the guest’s desktop', () => {
  it('follows the host’s screen; Notepad is maximised to it, and works at its far end', async () => {
    const title = 'Untitled - Notepad';
    const window = await all.open(title, 'C:\\windows\\notepad.exe');
    await toggleState(all.desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await settled(window, title, ({ width }) => width > 1580);
    await setScreen(all.desktop, small);
    await guestHas(small);
    await settled(window, title, ({ width, height }) => width > 1080 && width <= 1100 && height <= 700);
    await setScreen(all.desktop, large);
    await guestHas(large);
    const { x, y, width } = await settled(window, title, (content) => content.width > 1580);
    // Beyond what the desktop was a moment ago: the guest takes the click, and the white text field is drawn there.
    await waitFor('its pixels', async () => (await colourAt(x + width - 60, y + 200)) === 0xffffff);
    const firstLine = { x: x + 2, y: y + 18, width: 80, height: 24 };
    const before = await all.desktop.screenshot(firstLine);
    await all.desktop.click({ x: x + width - 60, y: y + 200 });
    await all.desktop.type('far');
    await waitFor('the text', async () => {
      const now = await all.desktop.screenshot(firstLine);
      return countOfDifferent(before.bgrx, now.bgrx) > 30;
    });
    expect(await all.agent.log()).not.toContain('a press was dropped');
  });

  it('turns a menu round at the right edge of the second monitor, right to the pixel', async () => {
    await setMonitors(all.desktop, [
      { x: 0, y: 0, width: 800, height: 900 },
      { x: 800, y: 0, width: 800, height: 900 },
    ]);
    await waitFor('two monitors', () => all.presenter.screen.monitors.length === 2);
    await shaped('plain', { x: 1300, y: 600, width: 280, height: 220 });
    await all.desktop.type('p');
    const menu = await waitFor('the menu', () => menus()[0]);
    const { frame } = menu;
    expect(frame.x + frame.width).toBeLessThanOrEqual(1600);
    expect(frame.y + frame.height).toBeLessThanOrEqual(900);
    // Wine at times keeps the old end of the work area for good (ARCHITECTURE has it as a known gap): then it opens
    // the menu on the other monitor, and the host brings it to the near end of the window's own.
    const stale = frame.x < 800;
    await areOnHost(stale ? { ...frame, x: 800 } : frame);
    await all.desktop.key('Escape');
    if (stale) return;
    await waitFor('no menu', () => menus().length === 0);
    await all.desktop.type('s');
    await waitFor('the menu', () => menus().length === 1);
    await all.desktop.key('Down', 'Right');
    await waitFor('the inner menu', () => menus().length === 2);
    const [outer, inner] = menus();
    // There is no room on the right of the outer one.
    expect((inner?.frame.x ?? 0) < (outer?.frame.x ?? 0)).toBe(true);
    await areOnHost(...menus().map(({ frame: each }) => each));
    await all.desktop.key('Escape', 'Escape');
    await waitFor('no menu', () => menus().length === 0);
  });

  it('has the host’s work area: a menu ends above the panel, by the guest’s own doing', async () => {
    const takeAway = await openPanel(all.desktop, 'bottom', 60);
    await waitFor('the work area', () => all.presenter.screen.workArea.height === 840);
    await shaped('plain', { x: 300, y: 600, width: 280, height: 190 });
    const menu = await waitFor('a menu that knows of the panel', async () => {
      await all.desktop.type('p');
      const opened = await waitFor('the menu', () => menus()[0]);
      if (opened.frame.y + opened.frame.height <= 840) return opened;
      await all.desktop.key('Escape');
      await waitFor('no menu', () => menus().length === 0);
      return undefined;
    });
    await areOnHost(menu.frame);
    await all.desktop.key('Escape');
    takeAway();
    await waitFor('the whole screen', () => all.presenter.screen.workArea.height === 900);
  });
});

describe('a window that draws its own frame', () => {
  it('is dragged by it to where the user lets go', async () => {
    const start = { x: 300, y: 200, width: 240, height: 160 };
    const window = await shaped('frame', start);
    await waitFor('its bar', async () => (await colourAt(start.x + 100, start.y + 10)) === 0xff0000);
    const to = { x: start.x + 100 + 333, y: start.y + 10 + 177 };
    await all.desktop.drag({ x: start.x + 100, y: start.y + 10 }, to, 1, 40);
    await settled(window, 'frame', ({ x, y }) => x === start.x + 333 && y === start.y + 177);
  });
});

describe('layered windows', () => {
  const place = { x: 300, y: 200, width: 240, height: 160 };
  const share = (kind: string) => {
    const found = guestWindows().find(({ title }) => title === kind);
    const rects = found?.shape ?? [{ width: 0, height: 0 }];
    return rects.reduce((sum, { width, height }) => sum + width * height, 0) / (240 * 160);
  };

  it('show only what is not of the key’s colour, and follow it', async () => {
    await shaped('key', place);
    await waitFor('the ellipse', () => Math.abs(share('key') - Math.PI / 4) < 0.01);
    await waitFor('its pixels', async () => (await colourAt(420, 280)) === 0x0000ff);
    expect(await colourAt(303, 203)).toBe(0);
    await all.desktop.type('m');
    await waitFor('the smaller one', () => share('key') < 0.2 && share('key') > 0.05);
  });

  it('show what is at least half there', async () => {
    await shaped('pixels', place);
    await waitFor('two thirds', () => Math.abs(share('pixels') - 2 / 3) < 0.01);
    await waitFor('its pixels', async () => (await colourAt(310, 280)) === 0x0000ff);
    expect(await colourAt(520, 280)).toBe(0);
  });
});
