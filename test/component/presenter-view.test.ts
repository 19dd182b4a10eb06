import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PixelPatch, SurfaceView } from '../../src/presenter/presenter.ts';
import { createPresenter } from '../../src/presenter/x11/create-presenter.ts';
import { Canvas } from '../../src/presenter/x11/pixels/canvas.ts';
import type { Rect, Size } from '../../src/shared/geometry.ts';
import { silentLog } from '../../src/shared/log.ts';
import { differences, type PresenterRig, rawPatch, startPresenterRig } from './fixtures/presenter-rig.ts';
import { type Screenshot, startXDesktop, waitFor } from './fixtures/x-desktop.ts';

const edgeColour = 0xff7f00;
const painted: Size = { width: 150, height: 101 };
const patches: readonly PixelPatch[] = [
  rawPatch({ x: 0, y: 0, ...painted }),
  { kind: 'fill', rect: { x: 20, y: 30, width: 50, height: 40 }, bgrx: 0x00ff8800 },
  rawPatch({ x: 33, y: 41, width: 17, height: 9 }, 5),
  { kind: 'copy', rect: { x: 10, y: 20, width: 120, height: 70 }, from: { x: 13, y: 16 } },
  { kind: 'copy', rect: { x: 5, y: 30, width: 100, height: 60 }, from: { x: 1, y: 33 } },
  { kind: 'fill', rect: { x: 149, y: 100, width: 1, height: 1 }, bgrx: 0x00010203 },
];

/** What the patches make at 1:1, enlarged the simple way, with the edge around it. */
function expected({ scale, edgePx }: SurfaceView): { size: Size; pixels: Buffer } {
  const plain = Buffer.alloc(painted.width * painted.height * 4);
  const canvas = new Canvas(plain, painted.width, painted.height);
  for (const patch of patches) canvas.apply(painted, patch);
  const size = { width: painted.width * scale + 2 * edgePx, height: painted.height * scale + 2 * edgePx };
  const pixels = Buffer.alloc(size.width * size.height * 4);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const [column, row] = [Math.floor((x - edgePx) / scale), Math.floor((y - edgePx) / scale)];
      const inside = column >= 0 && row >= 0 && column < painted.width && row < painted.height;
      const pixel = inside ? plain.readUInt32LE((row * painted.width + column) * 4) : edgeColour;
      pixels.writeUInt32LE(pixel, (y * size.width + x) * 4);
    }
  }
  return { size, pixels };
}

describe.each(['mapped-memory', 'server-memory', 'socket'] as const)('a view of pixels by %s', (path) => {
  let rig: PresenterRig;
  beforeAll(async () => {
    rig = await startPresenterRig({ path });
  });
  afterAll(() => rig.stop());

  it.each([
    { scale: 2, edgePx: 0, edgeColour },
    { scale: 3, edgePx: 0, edgeColour },
    { scale: 1, edgePx: 2, edgeColour },
    { scale: 2, edgePx: 6, edgeColour },
  ])('shows each pixel as a square, exactly, and the edge around all: %j', async (view) => {
    const { size, pixels } = expected(view);
    const content = { x: 120, y: 140, ...size };
    const made = rig.open({ content, view });
    for (const patch of patches) await made.surface.paint(painted, [patch]);
    const looks = async () => differences(await rig.desktop.screenshot(made.surface.content), pixels);
    await waitFor('its pixels', async () => (await looks()) === 0);
    // Once more in one frame, over what is there.
    const rect = { x: 0, y: 0, ...painted };
    await made.surface.paint(painted, [{ kind: 'fill', rect, bgrx: 0x123456 }]);
    await made.surface.paint(painted, patches);
    expect(await looks()).toBe(0);
    made.surface.close();
  });
});

describe('the edge', () => {
  let rig: PresenterRig;
  beforeAll(async () => {
    rig = await startPresenterRig();
  });
  afterEach(async () => {
    await waitFor('an empty desktop', async () => (await rig.desktop.windows()).length === 0);
  });
  afterAll(() => rig.stop());
  const view = { scale: 1, edgePx: 3, edgeColour };

  /** Number of pixels of the outermost `edgePx` that have another colour. */
  function gaps(shot: Screenshot, edgePx: number): number {
    let count = 0;
    for (let y = 0; y < shot.height; y++) {
      for (let x = 0; x < shot.width; x++) {
        const fromEnd = Math.min(x, y, shot.width - 1 - x, shot.height - 1 - y);
        if (fromEnd < edgePx && shot.bgrx.readUIntLE((y * shot.width + x) * 4, 3) !== edgeColour) count++;
      }
    }
    return count;
  }
  const gapsNow = async (content: Rect) => gaps(await rig.desktop.screenshot(content), view.edgePx);

  it('is whole at every size a window takes, before a pixel of that size has come', async () => {
    const made = await rig.show({ content: { x: 100, y: 100, width: 206, height: 156 }, view }, 0x00aa00);
    for (const side of [300, 130, 411, 90]) {
      made.surface.place({ x: 100, y: 100, width: side, height: side });
      await waitFor('the new size', async () => {
        const now = await rig.desktop.contentOf(made.id);
        return now.width === side && made.surface.content.width === side;
      });
      expect(await gapsNow(made.surface.content)).toBe(0);
    }
    made.surface.close();
  });

  it('cannot be painted over by more pixels than the window has room for', async () => {
    const made = await rig.show({ content: { x: 100, y: 100, width: 206, height: 156 }, view }, 0x00aa00);
    const huge = { width: 900, height: 700 };
    await made.surface.paint(huge, [{ kind: 'fill', rect: { x: 0, y: 0, ...huge }, bgrx: 0xffffff }]);
    expect(await gapsNow(made.surface.content)).toBe(0);
    expect((await rig.desktop.screenshot({ x: 103, y: 103, width: 1, height: 1 })).bgrx[0]).toBe(255);
    made.surface.close();
  });

  it.each([
    ['a menu', { kind: 'menu' }, undefined],
    ['a tooltip', { kind: 'tooltip' }, undefined],
    ['a window without decoration', { decorated: false }, undefined],
    ['full screen', {}, 'full-screen'],
  ] as const)('is around %s', async (_, spec, state) => {
    const made = await rig.show({ content: { x: 300, y: 200, width: 106, height: 86 }, view, ...spec });
    if (state) {
      made.surface.setState(state);
      await waitFor('the whole screen', () => made.surface.content.width === 1024);
    }
    expect(await gapsNow(made.surface.content)).toBe(0);
    made.surface.close();
  });

  it('takes the window’s presses', async () => {
    const made = await rig.show({ content: { x: 100, y: 100, width: 206, height: 156 }, view });
    const { x, y } = made.surface.content;
    await rig.desktop.click({ x: x + 1, y: y + 80 });
    const { at } = await made.waitFor('button', ({ down }) => !down);
    expect(at).toEqual({ x: 1, y: 80 });
    made.surface.close();
  });
});

describe('the pointer during a drag', () => {
  it('counts from where the window was, however the window moves', async () => {
    const rig = await startPresenterRig();
    const made = await rig.show({ decorated: false, content: { x: 100, y: 100, width: 300, height: 200 } });
    const { desktop } = rig;
    await desktop.moveTo({ x: 150, y: 120 });
    await desktop.button(1, true);
    await made.waitFor('button');
    await desktop.moveTo({ x: 170, y: 140 });
    await made.waitFor('move', ({ at }) => at.x === 70 && at.y === 40);
    made.surface.place({ x: 120, y: 120, width: 300, height: 200 });
    await waitFor('the move', async () => (await desktop.contentOf(made.id)).x === 120);
    await desktop.moveTo({ x: 180, y: 150 });
    await made.waitFor('move', ({ at }) => at.x === 80 && at.y === 50);
    await desktop.button(1, false);
    expect((await made.waitFor('button', ({ down }) => !down)).at).toEqual({ x: 80, y: 50 });
    made.forget();
    await desktop.moveTo({ x: 181, y: 150 });
    expect((await made.waitFor('move')).at).toEqual({ x: 61, y: 30 });
    await rig.stop();
  });
});

describe('the wish for larger pixels', () => {
  it('is read from the desktop’s resources, and from the environment first', async () => {
    const desktop = await startXDesktop({ windowManager: 'none' });
    const scaleWith = async (env: NodeJS.ProcessEnv) => {
      const events = { onScreenChanged: () => undefined, onLost: () => undefined };
      const { display } = desktop;
      const presenter = await createPresenter({ display, log: silentLog, events, env });
      const { preferredScale } = presenter;
      await presenter.close();
      return preferredScale;
    };
    expect(await scaleWith({})).toBe(1);
    const resources = 'Xcursor.size: 48\nXft.dpi: 192\nXft.hinting: 1\n';
    await desktop.tool(
      'xprop',
      '-root',
      '-format',
      'RESOURCE_MANAGER',
      '8s',
      '-set',
      'RESOURCE_MANAGER',
      resources,
    );
    expect(await scaleWith({})).toBe(2);
    expect(await scaleWith({ GDK_SCALE: '3' })).toBe(3);
    await desktop.stop();
  });
});
