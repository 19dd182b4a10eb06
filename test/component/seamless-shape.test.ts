import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leastOpacity } from '../../src/seamless/visibility.ts';
import { blue, green, SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const lower = { x: 150, y: 120, width: 500, height: 400 };
const upper = { x: 250, y: 200, width: 300, height: 200 };
/** The left half. */
const half = [{ x: 0, y: 0, width: 150, height: 200 }];
const sizeOf = ({ width, height }: { width: number; height: number }) => ({ width, height });
const left = { x: upper.x + 60, y: upper.y + 100 };
const right = { x: upper.x + 240, y: upper.y + 100 };

describe.each(['openbox', 'xfwm4'] as const)(
  'guest windows that are not all there, under %s',
  (windowManager) => {
    let desktop: XDesktop;
    let rig: SeamlessRig;
    beforeAll(async () => {
      desktop = await startXDesktop({ windowManager });
    });
    beforeEach(async () => {
      rig = await SeamlessRig.start(desktop);
      const below = await rig.open(1, 'Below', { surface: lower });
      await rig.focus(below, 1);
      rig.agent.sendFill(1, sizeOf(lower), green);
    });
    afterEach(async () => {
      await rig.stop();
      await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
    });
    afterAll(() => desktop.stop());

    const colours = async () => [await rig.colourAt(left.x, left.y), await rig.colourAt(right.x, right.y)];
    const shows = (what: string, ...wanted: number[]) =>
      waitFor(what, async () => JSON.stringify(await colours()) === JSON.stringify(wanted));
    /** Clicks, and gives the window that the guest hears of. */
    const clicked = async (at: { x: number; y: number }) => {
      rig.agent.received.length = 0;
      await desktop.click(at);
      await waitFor('the click', () => rig.sent('pointer-button').length >= 2);
      return rig.sent('pointer-button')[0]?.windowId;
    };
    const openUpper = async (part: Parameters<SeamlessRig['open']>[2] = {}) => {
      const window = await rig.open(2, 'Above', { surface: upper, decorated: false, frame: upper, ...part });
      await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
      return window;
    };

    it('a shaped one shows and takes what is its own, and changes', async () => {
      await openUpper({ shape: half });
      await shows('the left half', blue, green);
      expect(await clicked(left)).toBe(2);
      expect(await clicked(right)).toBe(1);
      const [above] = (await desktop.windows()).filter(({ title }) => title.includes('Above'));
      await desktop.tool('xdotool', 'windowactivate', '--sync', String(above?.id));
      rig.agent.changeWindow(2, { shape: undefined });
      await shows('all of it', blue, blue);
      expect(await clicked(right)).toBe(2);
    });

    it('one without opacity is not there, and lets clicks through', async () => {
      const window = await openUpper({ opacity: 255 });
      await shows('it', blue, blue);
      rig.agent.changeWindow(2, { opacity: 0 });
      await shows('what is below', green, green);
      expect(await clicked(left)).toBe(1);
      rig.agent.changeWindow(2, { opacity: 1 });
      await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
      await shows('it again', blue, blue);
      expect(await clicked(left)).toBe(2);
      const told = Number(await desktop.property(window.id, '_NET_WM_WINDOW_OPACITY'));
      expect(told).toBe(Math.round((leastOpacity / 255) * 0xffff_ffff));
    });

    it('a menu fades in from nothing', async () => {
      const place = { x: upper.x, y: upper.y, width: 280, height: 150 };
      rig.popup(3, place, { ownerId: 1, opacity: 0 });
      rig.agent.sendFill(3, sizeOf(place), blue);
      await rig.passed(1);
      // A window without pixels is held back a quarter of a second; this one has some.
      await rig.passed(1);
      expect(await colours()).toEqual([green, green]);
      rig.agent.changeWindow(3, { opacity: 90 });
      await shows('the menu', blue, blue);
      rig.agent.changeWindow(3, { opacity: 255, shape: half });
      await shows('its shape', blue, green);
    });
  },
);
