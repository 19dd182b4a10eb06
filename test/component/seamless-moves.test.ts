import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WireWindow } from '../../src/guest-bridge/protocol/from-guest.ts';
import type { ToGuest } from '../../src/guest-bridge/protocol/to-guest.ts';
import { SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

type Move = Extract<ToGuest, { type: 'window-move' }>;

describe.each(['openbox', 'xfwm4'] as const)('moves by the user, under %s', (windowManager) => {
  let desktop: XDesktop;
  let rig: SeamlessRig;

  beforeAll(async () => {
    desktop = await startXDesktop({ windowManager });
  });
  afterEach(async () => {
    await rig.stop();
    await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
  });
  afterAll(() => desktop.stop());

  const surface = () => rig.agent.windows.get(1)?.surface ?? expect.fail();
  const agree = (window: XWindow) =>
    waitFor('host and guest to agree', async () => {
      const content = await desktop.contentOf(window.id);
      return JSON.stringify(content) === JSON.stringify(surface()) ? content : undefined;
    });

  /** A guest that acts on each move only after a while, with sizes of its own liking. */
  async function openSlow(delayMs: number, limited = (wanted: Move['surface']) => wanted): Promise<XWindow> {
    rig = await SeamlessRig.start(desktop, (move) => {
      setTimeout(() => {
        const part: Partial<WireWindow> = { surface: limited(move.surface), geometrySerial: move.serial };
        if (rig.agent.windows.has(1)) rig.agent.changeWindow(1, part);
      }, delayMs);
    });
    const window = await rig.open(1, 'Slow', { surface: { x: 150, y: 150, width: 300, height: 200 } });
    await rig.focus(window, 1);
    return window;
  }

  async function grip(window: XWindow) {
    const { x, y, width, height } = await desktop.contentOf(window.id);
    const [left = 1, , top = 20] = (await desktop.property(window.id, '_NET_FRAME_EXTENTS'))
      .split(', ')
      .map(Number);
    const inset = Math.floor(left / 2);
    return {
      title: { x: x + 120, y: y - Math.floor(top / 2) },
      corner: { x: x + width + inset, y: y + height + inset },
    };
  }

  it('a fast drag ends where the user let go, however late the guest’s echoes are', async () => {
    // Longer than the host waits before it asks again: echoes come with serials of the past.
    const window = await openSlow(600);
    const before = await desktop.contentOf(window.id);
    const { title } = await grip(window);
    const watched: number[] = [];
    await desktop.drag(title, { x: title.x + 400, y: title.y + 250 }, 1, 40);
    // Every late echo is of a place further left: one that counted would move the window back.
    await waitFor('the last echo', async () => {
      watched.push((await desktop.contentOf(window.id)).x);
      return surface().x === before.x + 400;
    });
    expect(await agree(window)).toEqual({ ...before, x: before.x + 400, y: before.y + 250 });
    const settled = watched.indexOf(before.x + 400);
    expect(watched.slice(settled).every((x) => x === before.x + 400)).toBe(true);
    expect(rig.sent('window-move').length).toBeLessThan(20);
  });

  it('a drag by the content with Alt held ends there, too, and presses nothing in the guest', async () => {
    const window = await openSlow(100);
    const before = await desktop.contentOf(window.id);
    const from = { x: before.x + 100, y: before.y + 100 };
    rig.agent.received.length = 0;
    await desktop.keyHold('alt', true);
    await desktop.drag(from, { x: from.x + 200, y: from.y + 150 }, 1, 20);
    await desktop.keyHold('alt', false);
    expect(await agree(window)).toEqual({ ...before, x: before.x + 200, y: before.y + 150 });
    expect(rig.sent('pointer-button')).toEqual([]);
  });

  it('a resize below what the guest allows ends at the guest’s size on both', async () => {
    // The guest does not tell its limits: it only acts on them.
    const atLeast = (wanted: Move['surface']) => ({
      ...wanted,
      width: Math.max(wanted.width, 260),
      height: Math.max(wanted.height, 180),
    });
    const window = await openSlow(150, atLeast);
    const { corner } = await grip(window);
    await desktop.drag(corner, { x: corner.x - 200, y: corner.y - 150 }, 1, 25);
    await waitFor('the guest’s least', () => surface().width === 260 && surface().height === 180);
    expect(await agree(window)).toMatchObject({ width: 260, height: 180 });
    const asked = rig.sent('window-move').length;
    await rig.passed(1);
    expect(await agree(window)).toMatchObject({ width: 260, height: 180 });
    expect(rig.sent('window-move').length).toBe(asked);
  });

  it('a resize that the guest follows late ends at the user’s size', async () => {
    const window = await openSlow(250);
    const { corner } = await grip(window);
    await desktop.drag(corner, { x: corner.x + 180, y: corner.y + 120 }, 1, 30);
    await waitFor('the guest to follow', () => surface().width === 480 && surface().height === 320);
    expect(await agree(window)).toMatchObject({ width: 480, height: 320 });
  });

  it('an echo from before the last move moves nothing, whatever it says', async () => {
    const window = await openSlow(0);
    const before = await agree(window);
    await desktop.tool('xdotool', 'windowmove', String(window.id), '420', '330');
    const after = await waitFor('the guest to follow', async () => {
      const now = await agree(window);
      return now.x !== before.x ? now : undefined;
    });
    const last = rig.agent.windows.get(1)?.geometrySerial ?? 0;
    rig.agent.changeWindow(1, { surface: before, geometrySerial: last - 1 });
    await rig.passed(1);
    expect(await desktop.contentOf(window.id)).toEqual(after);
  });
});
