import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Point, Rect } from '../../src/shared/geometry.ts';
import { startWineDesktop, type WineDesktop } from './fixtures/wine-desktop.ts';
import { waitFor, type XWindow } from './fixtures/x-desktop.ts';

/** Notepad of Wine on a host desktop, in looks other than the ordinary one: what the user does and sees. */
let wine: WineDesktop;
let window: XWindow;
const edgeColour = 0xe8590c;

const content = () => wine.desktop.contentOf(window.id);
const guestState = () => [...wine.bridge.model.windows.values()][0]?.state;
const hostState = () => wine.desktop.property(window.id, '_NET_WM_STATE');

async function closeNotepad(): Promise<void> {
  await wine.agent.guest.shell('"$WINE" taskkill /F /IM notepad.exe');
  await waitFor('an empty desktop', async () => (await wine.desktop.windows()).length === 0);
}

/** The pixels of a host window are the guest's, each a square, with the edge around them. */
async function looksAsInTheGuest(
  onHost: () => Promise<Rect>,
  inGuest: () => Rect,
  { scale, edgePx }: { readonly scale: number; readonly edgePx: number },
): Promise<void> {
  // A caret blinks: both are looked at together, and again if need be.
  await waitFor('the host to show the guest’s pixels', async () => {
    const surface = inGuest();
    const guest = await wine.guestScreen.take(surface);
    const at = await onHost();
    const host = await wine.desktop.screenshot(at);
    let wrong = 0;
    for (let y = 0; y < surface.height * scale + 2 * edgePx; y++) {
      for (let x = 0; x < surface.width * scale + 2 * edgePx; x++) {
        const [column, row] = [Math.floor((x - edgePx) / scale), Math.floor((y - edgePx) / scale)];
        const inside = column >= 0 && row >= 0 && column < surface.width && row < surface.height;
        const wanted = inside ? (guest[row * surface.width + column] ?? 0) & 0xffffff : edgeColour;
        if (host.bgrx.readUIntLE((y * host.width + x) * 4, 3) !== wanted) wrong++;
      }
    }
    return wrong === 0;
  });
}

describe('Notepad with its own frame', () => {
  const view = { scale: 1, edgePx: 2, edgeColour };
  beforeAll(async () => {
    wine = await startWineDesktop({ frame: 'guest', view }, { size: { width: 1200, height: 900 } });
  }, 120_000);
  beforeEach(async () => {
    window = await wine.notepad();
    await agree();
  });
  afterEach(closeNotepad);
  afterAll(() => wine?.stop());

  const agree = () =>
    waitFor('host and guest to agree', async () => {
      const now = await content();
      const { x, y, width, height } = wine.surface();
      const same = now.x === x && now.y === y && now.width === width + 4 && now.height === height + 4;
      return same ? now : undefined;
    });
  /** The caption's buttons, from the right: close, maximise, minimise. */
  const button = async (fromRight: number, y = 13): Promise<Point> => {
    const now = await content();
    return { x: now.x + now.width - 2 - fromRight, y: now.y + 2 + y };
  };

  it('is there whole, and marked by the edge', async () => {
    const info = [...wine.bridge.model.windows.values()][0] ?? expect.fail();
    expect(info.surface).toEqual(info.frame);
    expect(await wine.desktop.property(window.id, '_MOTIF_WM_HINTS')).toMatch(/^0x2, 0x0, 0x0/);
    await looksAsInTheGuest(content, () => wine.surface(), view);
  });

  it('is moved by its caption, to the pixel, and never goes back on the way', async () => {
    const before = await agree();
    const from = { x: before.x + 200, y: before.y + 14 };
    const seen: Rect[] = [];
    let over = false;
    const watching = (async () => {
      while (!over) seen.push(await content());
    })();
    try {
      await wine.desktop.drag(from, { x: from.x + 163, y: from.y + 91 }, 1, 40);
      await waitFor('its new place', async () => (await content()).x >= before.x + 163);
      expect(await agree()).toEqual({ ...before, x: before.x + 163, y: before.y + 91 });
    } finally {
      over = true;
      await watching;
    }
    const backwards = seen.filter((at, index) => at.x < (seen[index - 1]?.x ?? before.x));
    expect(backwards).toEqual([]);
    expect(new Set(seen.map(({ x }) => x)).size).toBeGreaterThan(4);
    await looksAsInTheGuest(content, () => wine.surface(), view);
  });

  it('is resized by its corner', async () => {
    const before = await agree();
    const from = { x: before.x + before.width - 4, y: before.y + before.height - 4 };
    await wine.desktop.drag(from, { x: from.x - 150, y: from.y - 120 }, 1, 30);
    const wanted = { ...before, width: before.width - 150, height: before.height - 120 };
    await waitFor('its new size', async () => (await content()).width === wanted.width);
    expect(await agree()).toEqual(wanted);
    await looksAsInTheGuest(content, () => wine.surface(), view);
  });

  it('is maximised and restored by its own button, and by a double click', async () => {
    const before = await agree();
    const maximised = async () => {
      await waitFor('maximised', async () => (await hostState()).includes('MAXIMIZED_VERT'));
      await waitFor('all of the work area', async () => {
        const { width, height } = await content();
        return width === 1200 && height === 900 && guestState() === 'maximised';
      });
      await looksAsInTheGuest(content, () => wine.surface(), view);
    };
    const restored = async () => {
      await waitFor('restored', async () => !(await hostState()).includes('MAXIMIZED_VERT'));
      await waitFor('its old place', async () => JSON.stringify(await agree()) === JSON.stringify(before));
    };
    await wine.desktop.click(await button(33));
    await maximised();
    await wine.desktop.click(await button(29, 9));
    await restored();
    await wine.desktop.doubleClick({ x: before.x + 200, y: before.y + 14 });
    await maximised();
    await wine.desktop.doubleClick({ x: 200, y: 10 });
    await restored();
  });

  it('is minimised by its own button, and comes back by the host’s means', async () => {
    const before = await agree();
    await wine.desktop.click(await button(49));
    await waitFor('the icon', async () => (await hostState()).includes('HIDDEN'));
    expect(guestState()).toBe('minimised');
    await wine.desktop.tool('xdotool', 'windowactivate', String(window.id));
    await waitFor('the guest to know', () => guestState() === 'normal');
    await waitFor('its old place', async () => JSON.stringify(await agree()) === JSON.stringify(before));
    await looksAsInTheGuest(content, () => wine.surface(), view);
  });

  it('is closed by its own button', async () => {
    await wine.desktop.click(await button(14));
    await waitFor('it to go', async () => (await wine.desktop.windows()).length === 0);
  });
});

describe('Notepad in pixels of two by two, with an edge', () => {
  const view = { scale: 2, edgePx: 4, edgeColour };
  beforeAll(async () => {
    wine = await startWineDesktop({ view }, { size: { width: 1601, height: 1201 } });
  }, 120_000);
  beforeEach(async () => {
    window = await wine.notepad();
  });
  afterEach(closeNotepad);
  afterAll(() => wine?.stop());

  it('shows what the guest shows, at any place and size', async () => {
    await looksAsInTheGuest(content, () => wine.surface(), view);
    await wine.desktop.tool('xdotool', 'windowmove', String(window.id), '101', '77');
    await wine.desktop.tool('xdotool', 'windowsize', String(window.id), '905', '703');
    await waitFor('the guest to follow', () => wine.surface().width === 448);
    await wine.desktop.type('two by two');
    await looksAsInTheGuest(content, () => wine.surface(), view);
  });

  it('has its menu right below its menu bar, and takes a click in it', async () => {
    const at = await content();
    await wine.desktop.click({ x: at.x + 4 + 2 * 15, y: at.y + 4 + 2 * 8 });
    const menu = await waitFor('the menu', async () => (await wine.menus())[0]);
    const inGuest = () => [...wine.bridge.model.windows.values()].find(({ kind }) => kind === 'menu');
    const surface = inGuest()?.surface ?? expect.fail();
    const owner = wine.surface();
    expect(menu).toEqual({
      x: at.x + 2 * (surface.x - owner.x),
      y: at.y + 2 * (surface.y - owner.y),
      width: 2 * surface.width + 8,
      height: 2 * surface.height + 8,
    });
    await looksAsInTheGuest(
      async () => menu,
      () => surface,
      view,
    );
    // The last entry but one separator: Exit.
    await wine.desktop.click({ x: menu.x + menu.width / 2, y: menu.y + menu.height - 4 - 2 * 10 });
    await waitFor('it to go', async () => (await wine.desktop.windows()).length === 0);
  });
});
