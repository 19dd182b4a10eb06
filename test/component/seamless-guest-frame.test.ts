import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ToGuest } from '../../src/guest-bridge/protocol/to-guest.ts';
import type { Point, Rect } from '../../src/shared/geometry.ts';
import { SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

const captionPx = 20;
/** As long as a busy guest takes to move its window. */
const delayMs = 60;
const place: Rect = { x: 150, y: 140, width: 320, height: 200 };

/**
 * What Windows does with a press on a caption or a corner: the window follows the pointer until the button is up.
 * Acts on everything a while later.
 */
function dragsByItsFrame(rig: SeamlessRig): void {
  let begun: { surface: Rect; at: Point; resizes: boolean } | undefined;
  const act = (message: ToGuest) => {
    const surface = rig.agent.windows.get(1)?.surface;
    if (!surface) return;
    if (message.type === 'pointer-button') {
      const { x, y, down } = message;
      const resizes = x > surface.width - 6 && y > surface.height - 6;
      begun = down && (y < captionPx || resizes) ? { surface, at: { x, y }, resizes } : undefined;
    } else if (message.type === 'pointer-move' && begun) {
      const { surface: from, at, resizes } = begun;
      const [dx, dy] = [message.x - at.x, message.y - at.y];
      const next = resizes
        ? { ...from, width: from.width + dx, height: from.height + dy }
        : { ...from, x: from.x + dx, y: from.y + dy };
      rig.agent.changeWindow(1, { surface: next, frame: next });
    }
  };
  rig.agent.onMessage((message) => void setTimeout(() => act(message), delayMs));
}

describe.each([
  ['openbox', 1, 0],
  ['xfwm4', 1, 3],
  ['openbox', 2, 4],
] as const)(
  'windows with the guest’s own frame, under %s, at %i, edge %i',
  (windowManager, scale, edgePx) => {
    let desktop: XDesktop;
    let rig: SeamlessRig;
    let window: XWindow;
    let start: Rect;
    beforeAll(async () => {
      desktop = await startXDesktop({ windowManager });
    });
    beforeEach(async () => {
      const view = { scale, edgePx, edgeColour: 0xe8590c };
      rig = await SeamlessRig.start(desktop, undefined, { frame: 'guest', view });
      const at = { ...place, x: place.x / scale, y: place.y / scale };
      window = await rig.open(1, 'Framed', { surface: at, frame: at, decorated: false });
      await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
      await waitFor('activation in the guest', () => rig.agent.activeId === 1);
      start = await agree();
      dragsByItsFrame(rig);
      rig.agent.received.length = 0;
    });
    afterEach(async () => {
      await rig.stop();
      await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
    });
    afterAll(() => desktop.stop());

    const surface = () => rig.agent.windows.get(1)?.surface ?? expect.fail();
    /** Host and guest have the window at the same place and size. */
    const agree = () =>
      waitFor('host and guest to agree', async () => {
        const { x, y, width, height } = await desktop.contentOf(window.id);
        const now = surface();
        const at = now.x === Math.floor(x / scale) && now.y === Math.floor(y / scale);
        const sized = width === now.width * scale + 2 * edgePx && height === now.height * scale + 2 * edgePx;
        return at && sized ? { x, y, width, height } : undefined;
      });
    const inWindow = (x: number, y: number) => ({
      x: start.x + edgePx + x * scale,
      y: start.y + edgePx + y * scale,
    });

    /** Drags, and gives each place that the window was seen at. */
    async function watchedDrag(from: Point, to: Point): Promise<Rect[]> {
      const seen: Rect[] = [];
      let over = false;
      const watching = (async () => {
        while (!over) {
          const now = await desktop.contentOf(window.id);
          if (JSON.stringify(seen.at(-1)) !== JSON.stringify(now)) seen.push(now);
        }
      })();
      try {
        await desktop.drag(from, to, 1, 40);
        await waitFor('the release', () => rig.sent('pointer-button').length === 2);
        // The guest acts a while later, on the release too.
        await new Promise((resolve) => setTimeout(resolve, 2 * delayMs));
        await agree();
      } finally {
        over = true;
        await watching;
      }
      return seen;
    }

    it('have no other', async () => {
      expect(rig.sent('desktop-configure').every(({ frame }) => frame === 'guest')).toBe(true);
      expect(await desktop.property(window.id, '_MOTIF_WM_HINTS')).toMatch(/^0x2, 0x0, 0x0/);
      expect(await desktop.property(window.id, '_NET_FRAME_EXTENTS')).toMatch(/^(0, 0, 0, 0)?$/);
    });

    it('follow the pointer by their caption without going back once, and end where it let go', async () => {
      const from = inWindow(100, 8);
      const way = { x: 240, y: 160 };
      const seen = await watchedDrag(from, { x: from.x + way.x, y: from.y + way.y });
      expect(await agree()).toEqual({ ...start, x: start.x + way.x, y: start.y + way.y });
      expect(seen.length).toBeGreaterThan(5);
      seen.forEach((at, index) => {
        const before = seen[index - 1] ?? start;
        expect(at.x).toBeGreaterThanOrEqual(before.x);
        expect(at.y).toBeGreaterThanOrEqual(before.y);
        expect(at.x).toBeLessThanOrEqual(start.x + way.x);
      });
      expect(rig.sent('window-move')).toEqual([]);
    });

    it('follow it by their border, and the host’s window with them', async () => {
      const from = inWindow(place.width - 2, place.height - 2);
      const way = { x: 120, y: 80 };
      const seen = await watchedDrag(from, { x: from.x + way.x, y: from.y + way.y });
      const { width, height } = start;
      expect(await agree()).toEqual({ ...start, width: width + way.x, height: height + way.y });
      seen.forEach((at, index) => {
        expect(at.width).toBeGreaterThanOrEqual(seen[index - 1]?.width ?? width);
        expect([at.x, at.y]).toEqual([start.x, start.y]);
      });
    });

    it('are not pulled to and fro with who wants them elsewhere on the host', async () => {
      const from = inWindow(100, 8);
      await desktop.moveTo(from);
      await desktop.button(1, true);
      await desktop.moveTo({ x: from.x + 20, y: from.y + 20 });
      await waitFor('the drag', () => surface().x === Math.floor((start.x + 20) / scale));
      // As a window manager does that lets no window go there.
      await desktop.tool('xdotool', 'windowmove', String(window.id), '400', '300');
      await waitFor('the other place', async () => (await desktop.contentOf(window.id)).x === 400);
      await rig.passed(1);
      expect(rig.sent('window-move')).toEqual([]);
      await desktop.button(1, false);
      await waitFor('the guest to hear of it', () => rig.sent('window-move').length > 0);
      expect(await agree()).toMatchObject({ x: 400, y: 300 });
    });

    it('are moved by the host’s means, too', async () => {
      await desktop.tool('xdotool', 'windowmove', String(window.id), '420', '330');
      await waitFor('the new place', async () => (await desktop.contentOf(window.id)).x === 420);
      await agree();
      expect(surface().x).toBe(420 / scale);
    });

    it('are minimised, maximised and restored from either side', async () => {
      rig.agent.onMessage((message) => {
        if (message.type === 'window-state') rig.agent.changeWindow(1, { state: message.state });
      });
      const state = () => desktop.property(window.id, '_NET_WM_STATE');
      rig.agent.changeWindow(1, { state: 'minimised' });
      await waitFor('the icon', async () => (await state()).includes('HIDDEN'));
      await desktop.tool('xdotool', 'windowactivate', String(window.id));
      await waitFor('the guest to know', () => rig.agent.windows.get(1)?.state === 'normal');
      const before = surface();
      const whole = { x: 0, y: 0, ...rig.agent.desktop };
      rig.agent.received.length = 0;
      rig.agent.changeWindow(1, { state: 'maximised', surface: whole, frame: whole });
      await waitFor('maximised', async () => (await state()).includes('MAXIMIZED_VERT'));
      await waitFor('all of the screen', async () => (await desktop.contentOf(window.id)).width === 1024);
      await rig.passed(1);
      // It fills the work area as it is, and nothing is asked of it.
      expect(rig.sent('window-move')).toEqual([]);
      rig.agent.changeWindow(1, { state: 'normal', surface: before, frame: before });
      await waitFor('its old size', async () => (await desktop.contentOf(window.id)).width === start.width);
      await waitFor('restored', async () => !(await state()).includes('MAXIMIZED_VERT'));
      expect(rig.agent.windows.get(1)?.state).toBe('normal');
    });
  },
);
