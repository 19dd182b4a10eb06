import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { cursorShapes } from '../../src/guest-bridge/protocol/from-guest.ts';
import { encodeCursor } from './fixtures/agent-encoding.ts';
import {
  type HostPointer,
  hostTheme,
  isSame,
  isThemes,
  readHostPointer,
  showsNothing,
} from './fixtures/host-pointer.ts';
import { SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

type Shape = (typeof cursorShapes)[number];

const idOf = (index: number) => index.toString(16).padStart(16, '0');

describe.each(['openbox', 'xfwm4'] as const)(
  'the guest’s pointer on the host’s, under %s',
  (windowManager) => {
    let desktop: XDesktop;
    let rig: SeamlessRig;
    let window: XWindow;
    const before = { ...process.env };

    beforeAll(async () => {
      Object.assign(process.env, { XCURSOR_PATH: hostTheme.path, XCURSOR_THEME: hostTheme.name });
      desktop = await startXDesktop({ windowManager });
    });
    beforeEach(async () => {
      rig = await SeamlessRig.start(desktop);
      window = await rig.open(1, 'Pointed');
      const { x, y } = await rig.focus(window, 1);
      await desktop.moveTo({ x: x + 100, y: y + 100 });
    });
    afterEach(async () => {
      await rig.stop();
      await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
    });
    afterAll(async () => {
      await desktop.stop();
      for (const name of ['XCURSOR_PATH', 'XCURSOR_THEME']) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    });

    const point = (shape: Shape, index?: number, windowId = 1) =>
      rig.agent.send({
        type: 'cursor',
        windowId,
        shape,
        ...(index === undefined ? {} : { cursorId: idOf(index) }),
      });
    const untilShown = (what: string, fits: (pointer: HostPointer) => boolean) =>
      waitFor(what, async () => fits(await readHostPointer(desktop.client)));

    it('has the host theme’s own drawing of Windows’ shapes, over guest windows only', async () => {
      const shapes: readonly (readonly [Shape, string])[] = [
        ...([
          ['text', 'text'],
          ['wait', 'wait'],
          ['cross', 'crosshair'],
          ['size-nwse', 'nwse-resize'],
        ] as const),
        ...([
          ['size-nesw', 'nesw-resize'],
          ['size-we', 'ew-resize'],
          ['size-ns', 'ns-resize'],
        ] as const),
        ...([
          ['size-all', 'size_all'],
          ['no', 'not-allowed'],
          ['hand', 'pointer'],
          ['help', 'help'],
        ] as const),
        ...([
          ['app-starting', 'progress'],
          ['up-arrow', 'sb_up_arrow'],
          ['arrow', 'default'],
        ] as const),
      ];
      for (const [shape, name] of shapes) {
        point(shape);
        await untilShown(shape, (pointer) => isThemes(pointer, name));
      }
      point('text');
      await untilShown('text', (pointer) => isThemes(pointer, 'text'));
      const { x, y } = await desktop.contentOf(window.id);
      await desktop.moveTo({ x: x - 60, y: y + 100 });
      await untilShown('the desktop’s', (pointer) => !isThemes(pointer, 'text'));
    });

    it('shows a program’s own picture pixel by pixel, and nothing for one that hides it', async () => {
      // Opaque blue, half of red, nothing; it points at the last of them.
      const bgra = Buffer.from('ff0000ff0000ff80000000000102030c', 'hex');
      rig.agent.sendBinary(encodeCursor(idOf(7), { width: 2, height: 2 }, { x: 1, y: 1 }, bgra));
      point('custom', 7);
      const wanted = {
        width: 2,
        height: 2,
        hotX: 1,
        hotY: 1,
        pixels: [0xff0000ff, 0x80800000, 0, 0x0c000000],
      };
      await untilShown('the picture', (pointer) => isSame(pointer, wanted));
      point('hidden');
      await untilShown('nothing', showsNothing);
      point('custom', 8);
      await untilShown('an arrow for one that never came', (pointer) => isThemes(pointer, 'default'));
    });

    it('is remembered for each window', async () => {
      const other = await rig.open(2, 'Other', { surface: { x: 600, y: 400, width: 200, height: 150 } });
      point('text');
      point('hand', undefined, 2);
      await untilShown('text', (pointer) => isThemes(pointer, 'text'));
      const at = await desktop.contentOf(other.id);
      await desktop.moveTo({ x: at.x + 50, y: at.y + 50 });
      await untilShown('a hand', (pointer) => isThemes(pointer, 'pointer'));
    });

    it('a guest with thousands of pictures and changes is kept up with, and ends with the newest', async () => {
      const picture = (index: number) =>
        encodeCursor(
          idOf(index),
          { width: 64, height: 64 },
          { x: 0, y: 0 },
          Buffer.alloc(64 * 64 * 4, 128 + (index % 100)),
        );
      for (let index = 1; index <= 2_000; index++) {
        rig.agent.sendBinary(picture(index));
        point('custom', index);
      }
      const last = { width: 64, height: 64, hotX: 0, hotY: 0 };
      const newest = picture(2_000).readUInt8(20);
      await untilShown('the newest', ({ pixels, ...size }) => {
        const weighed = Math.round((newest * newest) / 255);
        const word = (newest * 0x100_0000 + weighed * 0x1_0101) >>> 0;
        return JSON.stringify(size) === JSON.stringify(last) && pixels.every((pixel) => pixel === word);
      });
      expect(rig.bridge.state).toBe('ready');
      expect(rig.warnings).toContain('the guest changes its pointer too often to show every change');
    });
  },
);
