import { intersect, type Rect, type Size } from '../../../shared/geometry.ts';
import type { PixelPatch, SurfaceView } from '../../presenter.ts';
import { wordsOf } from '../../squares.ts';
import { type CanvasPatch, checkInside } from './canvas.ts';

/**
 * No enlarged image is kept larger than this in either direction, in pixels of the screen: what would lie beyond is on
 * no screen, and a guest that makes its windows as large as it may would cost gigabytes.
 */
const MAX_ENLARGED_PX = 8192;

/** Where painted pixels go in a window: one to one, or enlarged and beside an edge. */
export class PixelView {
  readonly #scale: number;
  readonly #edgePx: number;
  readonly #plain: boolean;
  /** Of the painted image, in its own pixels. */
  readonly #mostPx: number;

  constructor(view: Pick<SurfaceView, 'scale' | 'edgePx'> = { scale: 1, edgePx: 0 }) {
    this.#scale = view.scale;
    this.#edgePx = view.edgePx;
    this.#plain = view.scale === 1 && view.edgePx === 0;
    this.#mostPx = view.scale === 1 ? Number.POSITIVE_INFINITY : Math.floor(MAX_ENLARGED_PX / view.scale);
  }

  /** How much of a window an image of this size covers, from the window's corner on: with the edge left and above. */
  extentOf(size: Size): Size {
    const { width, height } = this.placeOf({ x: 0, y: 0, ...this.#kept(size) });
    return { width: width + this.#edgePx, height: height + this.#edgePx };
  }

  /** Where a part of the image is in the window. */
  placeOf(rect: Rect): Rect {
    const scale = this.#scale;
    return {
      x: rect.x * scale + this.#edgePx,
      y: rect.y * scale + this.#edgePx,
      width: rect.width * scale,
      height: rect.height * scale,
    };
  }

  /** The patch in pixels of the window; undefined: nothing of it is kept. Throws RangeError for one outside of `size`. */
  patchOf(size: Size, patch: PixelPatch): CanvasPatch | undefined {
    if (this.#plain) return patch;
    checkInside(size, patch.rect);
    const kept = { x: 0, y: 0, ...this.#kept(size) };
    const rect = intersect(patch.rect, kept);
    if (!rect) return undefined;
    if (patch.kind === 'fill') return { ...patch, rect: this.placeOf(rect) };
    if (patch.kind === 'raw') return this.#squares(patch, rect);
    checkInside(size, { ...patch.rect, ...patch.from });
    // What is not kept cannot be copied from either.
    const from = intersect({ ...rect, ...patch.from }, kept);
    if (!from) return undefined;
    const { x, y, width, height } = this.placeOf(from);
    return { kind: 'copy', rect: { ...this.placeOf(rect), width, height }, from: { x, y } };
  }

  #squares(patch: Extract<PixelPatch, { kind: 'raw' }>, rect: Rect): CanvasPatch {
    const { width, height } = patch.rect;
    if (patch.bgrx.length !== width * height * 4) {
      throw new RangeError('a patch has too few or too many pixels');
    }
    const source = { words: wordsOf(patch.bgrx), stride: width };
    return { kind: 'squares', rect: this.placeOf(rect), source, scale: this.#scale };
  }

  #kept({ width, height }: Size): Size {
    return { width: Math.min(width, this.#mostPx), height: Math.min(height, this.#mostPx) };
  }
}
