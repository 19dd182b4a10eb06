import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WireWindow } from '../../src/guest-bridge/protocol/from-guest.ts';
import type { Rect } from '../../src/shared/geometry.ts';
import { toggleState } from './fixtures/pager.ts';
import { rawPatch } from './fixtures/presenter-rig.ts';
import { SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

const edgeColour = 0xe8590c;
const views = [
  { scale: 2, edgePx: 0, edgeColour },
  { scale: 3, edgePx: 0, edgeColour },
  { scale: 1, edgePx: 2, edgeColour },
  { scale: 2, edgePx: 6, edgeColour },
] as const;
const cases = (['openbox', 'xfwm4'] as const).flatMap((windowManager) =>
  views.map((view) => ({ windowManager, ...view })),
);

describe.each(cases)(
  'guest windows at $scale, edge $edgePx, under $windowManager',
  ({ windowManager, ...view }) => {
    const { scale, edgePx } = view;
    let desktop: XDesktop;
    let rig: SeamlessRig;
    beforeAll(async () => {
      // No multiple of anything.
      desktop = await startXDesktop({ windowManager, size: { width: 1025, height: 769 } });
    });
    beforeEach(async () => {
      rig = await SeamlessRig.start(desktop, undefined, { view });
    });
    afterEach(async () => {
      await rig.stop();
      await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
    });
    afterAll(() => desktop.stop());

    const surface = (windowId = 1) => rig.agent.windows.get(windowId)?.surface ?? expect.fail();
    const inGuest = (length: number) => Math.floor((length - 2 * edgePx) / scale);
    const place: Rect = { x: 70, y: 60, width: 120, height: 70 };

    async function open(part: Partial<WireWindow> = {}): Promise<XWindow> {
      const window = await rig.open(1, 'View', { surface: place, ...part });
      await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
      await waitFor('activation in the guest', () => rig.agent.activeId === 1);
      await agree(window);
      return window;
    }

    /** Waits until the guest's surface is what the host's window has room for, and gives that window's place. */
    function agree(window: XWindow): Promise<Rect> {
      return waitFor('host and guest to agree', async () => {
        const { x, y, width, height } = await desktop.contentOf(window.id);
        const now = surface();
        const at = now.x === Math.floor(x / scale) && now.y === Math.floor(y / scale);
        const sized = now.width === inGuest(width) && now.height === inGuest(height);
        return at && sized ? { x, y, width, height } : undefined;
      });
    }

    it('have windows with room for their pixels, by whole squares', async () => {
      const window = await open({ minSize: { width: 50, height: 40 }, maxSize: { width: 200, height: 150 } });
      const content = await agree(window);
      expect(content).toMatchObject({ width: 120 * scale + 2 * edgePx, height: 70 * scale + 2 * edgePx });
      const hints = await desktop.tool('xprop', '-id', String(window.id), 'WM_NORMAL_HINTS');
      const words = (what: string) =>
        new RegExp(`${what}: (\\d+) by (\\d+)`).exec(hints)?.slice(1).map(Number);
      expect(words('program specified minimum size')).toEqual([
        50 * scale + 2 * edgePx,
        40 * scale + 2 * edgePx,
      ]);
      expect(words('program specified maximum size')).toEqual([
        200 * scale + 2 * edgePx,
        150 * scale + 2 * edgePx,
      ]);
      expect(words('program specified resize increment')).toEqual(scale > 1 ? [scale, scale] : undefined);
    });

    it('know a desktop and a work area in their own pixels', async () => {
      const configure = rig.sent('desktop-configure').at(-1);
      const size = { width: inGuest(1025), height: inGuest(769) };
      expect(rig.agent.desktop).toEqual(size);
      expect(configure?.workArea).toEqual({ x: 0, y: 0, ...size });
    });

    it('get the pointer where it is: every corner, each pixel of a square, and a drag outside', async () => {
      const window = await open();
      const { x, y, width, height } = await agree(window);
      const [left, top] = [x + edgePx, y + edgePx];
      const [right, bottom] = [x + width - edgePx - 1, y + height - edgePx - 1];
      const spots = [
        [left, top, 0, 0],
        [right, top, 119, 0],
        [left, bottom, 0, 69],
        [right, bottom, 119, 69],
        [left + 31 * scale, top + 17 * scale, 31, 17],
        [left + 32 * scale - 1, top + 18 * scale - 1, 31, 17],
        // The edge, where there is one: the nearest pixel.
        [x, y + Math.floor(height / 2), 0, Math.floor((Math.floor(height / 2) - edgePx) / scale)],
      ] as const;
      for (const [hostX, hostY, guestX, guestY] of spots) {
        rig.agent.received.length = 0;
        await desktop.click({ x: hostX, y: hostY });
        await waitFor('the click', () => rig.sent('pointer-button').length === 2);
        for (const event of rig.sent('pointer-button')) expect(event).toMatchObject({ x: guestX, y: guestY });
      }
      rig.agent.received.length = 0;
      await desktop.moveTo({ x: left, y: top });
      await desktop.button(1, true);
      await desktop.moveTo({ x: left - 5 * scale, y: bottom + 4 * scale });
      await desktop.button(1, false);
      await waitFor('the drag', () => rig.sent('pointer-button').length === 2);
      expect(rig.sent('pointer-button')[1]).toMatchObject({ x: -5, y: 73, down: false });
      rig.agent.received.length = 0;
      await desktop.click({ x: right, y: bottom }, 4);
      await waitFor('the wheel', () => rig.sent('wheel').length > 0);
      expect(rig.sent('wheel')[0]).toMatchObject({ x: 119, y: 69, vertical: 120 });
    });

    it('follow the host’s window to any place and size; what is over is filled', async () => {
      const window = await open();
      await desktop.tool('xdotool', 'windowmove', String(window.id), '301', '202');
      await waitFor('the new place', async () => (await desktop.contentOf(window.id)).x >= 301);
      await agree(window);
      // An application may ask for any size, whatever increments its hints name.
      const odd = {
        width: 130 * scale + 2 * edgePx + scale - 1,
        height: 80 * scale + 2 * edgePx + scale - 1,
      };
      await desktop.tool('xdotool', 'windowsize', String(window.id), String(odd.width), String(odd.height));
      await waitFor('the guest’s size', () => surface().width === 130 && surface().height === 80);
      const content = await agree(window);
      rig.agent.sendFill(1, { width: 130, height: 80 }, 0x00ff00);
      await waitFor('the last pixel', async () => {
        const lastX = content.x + edgePx + 130 * scale - 1;
        return (await rig.colourAt(lastX, content.y + edgePx)) === 0x00ff00;
      });
      if (content.width > 130 * scale + 2 * edgePx) {
        const over = await rig.colourAt(content.x + content.width - edgePx - 1, content.y + edgePx + 1);
        expect([over, over === edgeColour]).not.toEqual([0x00ff00, true]);
      }
      expect(rig.warnings).toEqual([]);
    });

    it('take their host window along when they move or resize by themselves', async () => {
      const window = await open();
      const before = await agree(window);
      const at = surface();
      rig.agent.changeWindow(1, { surface: { ...at, x: at.x + 13, y: at.y + 7, width: 141, height: 90 } });
      await waitFor('the host to follow', async () => {
        const now = await desktop.contentOf(window.id);
        const moved = now.x === before.x + 13 * scale && now.y === before.y + 7 * scale;
        return moved && now.width === 141 * scale + 2 * edgePx && now.height === 90 * scale + 2 * edgePx;
      });
      await rig.passed(1);
      await agree(window);
    });

    it('have their popups to the pixel where the guest wants them, wherever the window lies', async () => {
      const window = await open();
      await desktop.tool('xdotool', 'windowmove', String(window.id), '211', '122');
      await waitFor('the new place', async () => (await desktop.contentOf(window.id)).x >= 211);
      const { x, y } = await agree(window);
      const owner = surface();
      rig.popup(2, { x: owner.x + 9, y: owner.y + 20, width: 40, height: 50 }, { ownerId: 1 });
      rig.agent.sendFrame(2, {
        size: { width: 40, height: 50 },
        patches: [rawPatch({ x: 0, y: 0, width: 40, height: 50 })],
      });
      const at = { x: x + edgePx + 9 * scale, y: y + edgePx + 20 * scale };
      const first = rawPatch({ x: 0, y: 0, width: 40, height: 50 });
      const pixel = (column: number, row: number) =>
        first.kind === 'raw' ? Buffer.from(first.bgrx).readUIntLE((row * 40 + column) * 4, 3) : -1;
      await waitFor('its last pixel', async () => {
        const found = await rig.colourAt(at.x + 40 * scale - 1, at.y + 50 * scale - 1);
        return found === pixel(39, 49);
      });
      expect(await rig.colourAt(at.x, at.y)).toBe(pixel(0, 0));
      expect(await rig.colourAt(at.x + scale, at.y + scale - 1)).toBe(pixel(1, 0));
      if (edgePx > 0) {
        expect(await rig.colourAt(at.x - 1, at.y + 3)).toBe(edgeColour);
        expect(await rig.colourAt(at.x + 40 * scale, at.y + 3)).toBe(edgeColour);
      }
      rig.agent.received.length = 0;
      await desktop.click({ x: at.x + 3 * scale, y: at.y + 6 * scale });
      await waitFor('the click', () => rig.sent('pointer-button').length === 2);
      expect(rig.sent('pointer-button')[0]).toMatchObject({ windowId: 2, x: 3, y: 6 });
    });

    it('have popups at the screen’s end with all of their edge on it', async () => {
      const window = await open();
      await desktop.tool('xdotool', 'windowmove', String(window.id), '601', '402');
      await waitFor('the new place', async () => (await desktop.contentOf(window.id)).x >= 601);
      await agree(window);
      rig.popup(2, { x: surface().x + 20, y: inGuest(769) - 10, width: 60, height: 40 }, { ownerId: 1 });
      await waitFor('the popup', async () => (await rig.greenShare()) > 0);
      const shot = await desktop.screenshot();
      let [endX, endY, count] = [0, 0, 0];
      for (let at = 0; at < shot.bgrx.length; at += 4) {
        if (shot.bgrx.readUIntLE(at, 3) !== 0x00ff00) continue;
        count++;
        endX = Math.max(endX, (at / 4) % shot.width);
        endY = Math.max(endY, Math.floor(at / 4 / shot.width));
      }
      expect(count).toBe(60 * 40 * scale * scale);
      expect(endX).toBeLessThan(1025 - edgePx);
      expect(endY).toBeLessThan(769 - edgePx);
      if (edgePx > 0) expect(await rig.colourAt(endX, endY + edgePx)).toBe(edgeColour);
    });

    it('fill the screen when they are full screen, and the guest knows them so', async () => {
      const window = await open();
      await agree(window);
      const whole = { x: 0, y: 0, ...rig.agent.desktop };
      rig.agent.received.length = 0;
      rig.agent.changeWindow(1, { state: 'full-screen', decorated: false, surface: whole, frame: whole });
      await waitFor('the whole screen', async () => {
        const { x, y, width, height } = await desktop.contentOf(window.id);
        return x === 0 && y === 0 && width === 1025 && height === 769;
      });
      await rig.passed(1);
      // Nothing is asked of it: it is the guest's full screen to the pixel.
      expect(rig.sent('window-move')).toEqual([]);
      rig.agent.sendFill(1, rig.agent.desktop, 0x00ff00);
      await waitFor('its pixels', async () => (await rig.colourAt(500, 400)) === 0x00ff00);
      if (edgePx > 0) {
        for (const [x, y] of [
          [0, 300],
          [1024, 300],
          [500, 0],
          [500, 768],
        ] as const) {
          expect(await rig.colourAt(x, y)).toBe(edgeColour);
        }
      }
    });

    it('fill the work area when the user maximises them, and come back', async () => {
      const window = await open();
      const before = await agree(window);
      rig.agent.onMessage((message) => {
        if (message.type === 'window-state') rig.agent.changeWindow(1, { state: message.state });
      });
      await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
      await waitFor('maximised', () => rig.agent.windows.get(1)?.state === 'maximised');
      const content = await waitFor('the guest as wide as the host', async () => {
        const now = await desktop.contentOf(window.id);
        return now.width > 1000 && surface().width === inGuest(now.width) ? now : undefined;
      });
      expect(content.width).toBeGreaterThan(1025 - 24 - scale);
      await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
      await waitFor('restored', () => rig.agent.windows.get(1)?.state === 'normal');
      await waitFor('its old size on both', async () => {
        const { width, height } = await agree(window);
        return width === before.width && height === before.height;
      });
    });

    it('get a mouse’s way in their own pixels when the user locks it to them', async () => {
      const window = await open();
      const { x, y, width, height } = await agree(window);
      await desktop.moveTo({ x: x + (width >> 1), y: y + (height >> 1) });
      await desktop.key('ctrl+alt+shift+p');
      await waitFor('the lock', () => rig.sent('pointer-relative').length > 0);
      rig.agent.received.length = 0;
      const steps = Array.from({ length: 12 }, () => [
        'mousemove_relative',
        '--',
        '1',
        '-1',
        'sleep',
        '0.01',
      ]);
      await desktop.tool('xdotool', ...steps.flat());
      const way = () => rig.sent('pointer-relative').reduce((sum, { dx }) => sum + dx, 0);
      await waitFor('the way', () => way() === 12 / scale);
      await desktop.key('ctrl+alt+shift+p');
    });
  },
);
