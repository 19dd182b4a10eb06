import { describe, expect, it } from 'vitest';
import type { Surface, SurfaceEvents, SurfaceSpec } from '../../../src/presenter/presenter.ts';
import { drawSquares, wordsOf } from '../../../src/presenter/squares.ts';
import { iconsInView } from '../../../src/presenter/view/view-icons.ts';
import { ViewPointer } from '../../../src/presenter/view/view-pointer.ts';
import { ViewSpace } from '../../../src/presenter/view/view-space.ts';
import { ViewSurface } from '../../../src/presenter/view/view-surface.ts';
import { Canvas } from '../../../src/presenter/x11/pixels/canvas.ts';
import { PixelView } from '../../../src/presenter/x11/pixels/pixel-view.ts';
import { preferredScale } from '../../../src/presenter/x11/preferred-scale.ts';
import { sizeHints } from '../../../src/presenter/x11/window/hints.ts';

const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe('squares', () => {
  it.each([2, 3, 4])('are %i pixels wide and high, at their place', (scale) => {
    const from = { words: Uint32Array.from([1, 2, 3, 4, 5, 6]), stride: 3 };
    const stride = 3 * scale + 2;
    const words = new Uint32Array(stride * (2 * scale + 1));
    drawSquares({ words, stride }, rect(1, 1, 2 * scale, 2 * scale), from, scale);
    const wanted = new Uint32Array(words.length);
    for (let y = 0; y < 2 * scale; y++) {
      for (let x = 0; x < 2 * scale; x++) {
        const pixel = 1 + Math.floor(x / scale) + 3 * Math.floor(y / scale);
        wanted[(y + 1) * stride + 1 + x] = pixel;
      }
    }
    expect(words).toEqual(wanted);
  });

  it('cost little: 800 by 600 doubled in a few milliseconds', () => {
    const from = { words: new Uint32Array(800 * 600).fill(7), stride: 800 };
    const to = { words: new Uint32Array(1600 * 1200), stride: 1600 };
    const timesMs = Array.from({ length: 40 }, () => {
      const start = performance.now();
      drawSquares(to, rect(0, 0, 1600, 1200), from, 2);
      return performance.now() - start;
    });
    // The machine may be busy; the code is not.
    expect(Math.min(...timesMs)).toBeLessThan(5);
  });

  it('come from bytes wherever these lie in memory', () => {
    const bytes = Buffer.from([9, 1, 0, 0, 0, 2, 0, 0, 0]).subarray(1);
    expect([...wordsOf(bytes)]).toEqual([1, 2]);
    expect([...wordsOf(Uint8Array.from([1, 0, 0, 0]))]).toEqual([1]);
  });
});

describe('the view of a window’s pixels', () => {
  const drawn = (view: PixelView, size: { width: number; height: number }, edge: number) => {
    const extent = view.extentOf(size);
    const canvas = new Canvas(Buffer.alloc(extent.width * extent.height * 4), extent.width, extent.height);
    const patches = [
      { kind: 'raw', rect: rect(0, 0, 3, 2), bgrx: Buffer.from(Uint32Array.of(1, 2, 3, 4, 5, 6).buffer) },
      { kind: 'fill', rect: rect(1, 1, 1, 1), bgrx: 9 },
      { kind: 'copy', rect: rect(0, 0, 2, 2), from: { x: 1, y: 0 } },
    ] as const;
    for (const patch of patches) {
      const placed = view.patchOf(size, patch);
      if (placed) canvas.apply(extent, placed);
    }
    return { extent, edge };
  };

  it('covers the edge and the squares', () => {
    const view = new PixelView({ scale: 2, edgePx: 4 });
    expect(drawn(view, { width: 3, height: 2 }, 4).extent).toEqual({ width: 10, height: 8 });
    expect(view.placeOf(rect(1, 0, 2, 2))).toEqual(rect(6, 4, 4, 4));
  });

  it('lets no patch reach outside of what is painted, over the edge', () => {
    const view = new PixelView({ scale: 1, edgePx: 2 });
    const size = { width: 10, height: 10 };
    const outside = [rect(-1, 0, 2, 2), rect(9, 0, 2, 2), rect(0, -2, 1, 1), rect(0, 9, 1, 2)];
    for (const each of outside) {
      expect(() => view.patchOf(size, { kind: 'fill', rect: each, bgrx: 0 })).toThrow(RangeError);
    }
    const copy = { kind: 'copy', rect: rect(0, 0, 2, 2), from: { x: -1, y: 0 } } as const;
    expect(() => view.patchOf(size, copy)).toThrow(RangeError);
    const short = { kind: 'raw', rect: rect(0, 0, 2, 2), bgrx: Buffer.alloc(12) } as const;
    expect(() => view.patchOf(size, short)).toThrow(RangeError);
  });

  it('keeps no more of an enlarged image than a screen can show', () => {
    const view = new PixelView({ scale: 3, edgePx: 0 });
    const size = { width: 8192, height: 8192 };
    expect(view.extentOf(size).width).toBeLessThanOrEqual(8192);
    expect(view.patchOf(size, { kind: 'fill', rect: rect(8000, 0, 10, 10), bgrx: 0 })).toBeUndefined();
    const cut = view.patchOf(size, { kind: 'fill', rect: rect(2700, 0, 100, 10), bgrx: 0 });
    expect(cut?.rect).toEqual(rect(8100, 0, 90, 30));
    const from = view.patchOf(size, { kind: 'copy', rect: rect(0, 0, 100, 10), from: { x: 2700, y: 0 } });
    expect(from).toEqual({ kind: 'copy', rect: rect(0, 0, 90, 30), from: { x: 8100, y: 0 } });
  });
});

describe('the view of the screen', () => {
  it.each([
    { scale: 1, edgePx: 3 },
    { scale: 2, edgePx: 4 },
    { scale: 3, edgePx: 0 },
  ])('is where its windows are, and back: %j', (view) => {
    const space = new ViewSpace(view);
    for (let x = -7; x < 7; x++) {
      const content = rect(x, 2 * x, 30 + x, 40);
      for (let offset = 0; offset < view.scale; offset++) {
        const window = space.windowOf(content, { x: offset, y: 0 });
        expect(space.contentOf(window)).toEqual(content);
        expect(space.offsetOf(window)).toEqual({ x: offset, y: 0 });
      }
    }
  });

  it('is filled by what fills the host’s, edge and all', () => {
    const space = new ViewSpace({ scale: 2, edgePx: 4 });
    const screen = rect(0, 0, 1025, 769);
    const view = space.screenOf({ size: screen, workArea: rect(0, 31, 1025, 738), monitors: [screen] });
    expect(space.contentOf(screen)).toEqual({ x: 0, y: 0, ...view.size });
    // No window in the view's work area reaches out of the host's.
    const { x, y, width, height } = space.windowOf(view.workArea, { x: 0, y: 0 });
    expect([x >= 0, y >= 31, x + width <= 1025, y + height <= 769]).toEqual([true, true, true, true]);
  });

  it('takes each pixel of a square for the same one', () => {
    const space = new ViewSpace({ scale: 3, edgePx: 6 });
    expect([5, 6, 8, 9].map((x) => space.pointIn({ x, y: 6 }).x)).toEqual([-1, 0, 0, 1]);
  });
});

describe('the pointer in a view', () => {
  const content = { width: 10, height: 10 };

  it('over the edge is over the nearest pixel, unless it drags', () => {
    const pointer = new ViewPointer(new ViewSpace({ scale: 2, edgePx: 4 }));
    expect(pointer.at({ x: 0, y: 25 }, content)).toEqual({ x: 0, y: 9 });
    expect(pointer.button('left', true, { x: 3, y: 3 }, content)).toEqual({ x: 0, y: 0 });
    expect(pointer.at({ x: 3, y: 3 }, content)).toEqual({ x: 0, y: 0 });
    expect(pointer.at({ x: -40, y: 31 }, content)).toEqual({ x: -21, y: 14 });
    expect(pointer.button('left', false, { x: -40, y: 31 }, content)).toEqual({ x: -21, y: 14 });
    expect(pointer.at({ x: -40, y: 30 }, content)).toEqual({ x: 0, y: 9 });
  });

  it('loses nothing of a way that comes in small steps', () => {
    const pointer = new ViewPointer(new ViewSpace({ scale: 3, edgePx: 0 }));
    let sum = 0;
    for (let step = 0; step < 30; step++) sum += pointer.way(-1, 0).dx;
    expect(sum).toBe(-10);
    pointer.way(2, 0);
    expect(pointer.way(0, 0)).toEqual({ dx: 0, dy: 0 });
    expect(pointer.way(1, 0).dx).toBe(0);
  });
});

describe('icons in a view', () => {
  it('are there as they are and enlarged, and stay the same objects', () => {
    const icon = { width: 1, height: 1, bgra: Uint8Array.of(1, 2, 3, 4) };
    const [first, second] = iconsInView([icon], 2);
    expect(first).toBe(icon);
    expect(second).toEqual({
      width: 2,
      height: 2,
      bgra: Uint8Array.from([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]),
    });
    expect(iconsInView([icon], 2)[1]).toBe(second);
    expect(iconsInView([icon], 1)).toEqual([icon]);
  });
});

describe('size hints in a view', () => {
  const look = { resizable: true, minSize: undefined, maxSize: undefined };

  it('let the user resize by whole squares, the edge aside', () => {
    const words = sizeHints(rect(0, 0, 608, 408), look, false, { scale: 2, edgePx: 4 });
    expect((words[0] ?? 0) & (64 | 256)).toBe(64 | 256);
    expect(words.slice(9, 11)).toEqual([2, 2]);
    expect(words.slice(15, 17)).toEqual([8, 8]);
  });

  it('are what they were without one', () => {
    const words = sizeHints(rect(0, 0, 600, 400), look);
    expect((words[0] ?? 0) & (64 | 256)).toBe(0);
    expect(words.length).toBe(18);
  });
});

describe('the scale that the desktop says', () => {
  it.each([
    ['', undefined, 1],
    ['Xft.dpi:\t96\n', undefined, 1],
    ['*a: b\nXft.dpi:\t192\nXft.hinting: 1\n', undefined, 2],
    ['Xft.dpi: 288', undefined, 3],
    ['Xft.dpi: 960', undefined, 3],
    ['Xft.dpi: 120', undefined, 1],
    ['Xft.dpi: 144', undefined, 2],
    ['Xft.dpi: 0', undefined, 1],
    ['Xft.dpi: many', undefined, 1],
    ['Xft.dpi: 192', '1', 1],
    ['', '2', 2],
    ['', '7', 3],
    ['Xft.dpi: 192', '1.5', 2],
    ['Xft.dpi: 192', '-1', 2],
  ])('%j and GDK_SCALE=%s: %i', (resources, gdkScale, scale) => {
    expect(preferredScale(resources, gdkScale === undefined ? {} : { GDK_SCALE: gdkScale })).toBe(scale);
  });
});

describe('files dropped on a window', () => {
  it('are where its own pixels say, also on the edge; without a taker it has none', async () => {
    const view = { scale: 2, edgePx: 5, edgeColour: 0 };
    const space = new ViewSpace(view);
    const given: SurfaceEvents[] = [];
    const dropped: unknown[] = [];
    const open = (fileDrops: SurfaceEvents['fileDrops']) => {
      const inner = { content: rect(100, 100, 90, 70) } as unknown as Surface;
      const take = (_: SurfaceSpec, events: SurfaceEvents) => {
        given.push(events);
        return inner;
      };
      const parts = { space, view, pointer: new ViewPointer(space), monitors: () => [], open: take };
      const spec = { content: rect(50, 50, 40, 30), owner: undefined } as unknown as SurfaceSpec;
      new ViewSurface(parts, spec, { fileDrops } as unknown as SurfaceEvents);
      return given.at(-1)?.fileDrops;
    };
    const drops = open({
      mayDrop: () => true,
      dropped: async (paths, at) => dropped.push({ paths, at }) > 0,
    });
    expect(drops?.mayDrop()).toBe(true);
    for (const at of [
      { x: 5 + 7, y: 5 + 4 },
      { x: 2, y: 69 },
    ])
      await drops?.dropped(['/a'], at);
    expect(dropped).toEqual([
      { paths: ['/a'], at: { x: 3, y: 2 } },
      { paths: ['/a'], at: { x: 0, y: 29 } },
    ]);
    expect(open(undefined)).toBeUndefined();
  });
});
