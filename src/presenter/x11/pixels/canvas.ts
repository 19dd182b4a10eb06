import type { Point, Rect, Size } from '../../../shared/geometry.ts';
import type { PixelPatch } from '../../presenter.ts';
import { drawSquares, type PixelRows } from '../../squares.ts';

/** What a canvas can draw: patches, and pixels enlarged to squares, as many as `rect` has room for. */
export type CanvasPatch =
  | PixelPatch
  | {
      readonly kind: 'squares';
      readonly rect: Rect;
      readonly source: PixelRows;
      readonly scale: number;
    };

/** Pixels in memory: 32-bit BGRX, top-down, rows `stride` pixels apart. */
export class Canvas {
  readonly stride: number;
  readonly rows: number;
  readonly #bytes: Buffer;
  readonly #words: Uint32Array;

  constructor(bytes: Buffer, stride: number, rows: number) {
    this.#bytes = bytes;
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, stride * rows);
    this.stride = stride;
    this.rows = rows;
  }

  /** Draws a patch. Throws RangeError, having drawn nothing, if it does not lie inside `size`. */
  apply(size: Size, patch: CanvasPatch): void {
    const { rect } = patch;
    checkInside(size, rect);
    if (patch.kind === 'fill') this.fill(rect, patch.bgrx);
    else if (patch.kind === 'raw') this.#raw(rect, patch.bgrx);
    else if (patch.kind === 'squares') {
      drawSquares({ words: this.#words, stride: this.stride }, rect, patch.source, patch.scale);
    } else {
      checkInside(size, { ...patch.from, width: rect.width, height: rect.height });
      this.#copy(rect, patch.from);
    }
  }

  fill(rect: Rect, bgrx: number): void {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const start = y * this.stride + rect.x;
      this.#words.fill(bgrx >>> 0, start, start + rect.width);
    }
  }

  /** Takes over what another canvas shows in its top left corner. */
  takeFrom(other: Canvas, size: Size): void {
    for (let y = 0; y < size.height; y++) {
      const start = y * other.stride;
      this.#words.set(other.#words.subarray(start, start + size.width), y * this.stride);
    }
  }

  #raw(rect: Rect, bgrx: Uint8Array): void {
    const rowBytes = rect.width * 4;
    if (bgrx.length !== rowBytes * rect.height)
      throw new RangeError('a patch has too few or too many pixels');
    if (rect.width === this.stride) {
      this.#bytes.set(bgrx, rect.y * rowBytes);
      return;
    }
    for (let row = 0; row < rect.height; row++) {
      const target = ((rect.y + row) * this.stride + rect.x) * 4;
      this.#bytes.set(bgrx.subarray(row * rowBytes, (row + 1) * rowBytes), target);
    }
  }

  /** Source and target may overlap: rows go in the order that never reads a row already written. */
  #copy(rect: Rect, from: Point): void {
    const downwards = rect.y > from.y;
    for (let i = 0; i < rect.height; i++) {
      const row = downwards ? rect.height - 1 - i : i;
      const source = (from.y + row) * this.stride + from.x;
      this.#words.copyWithin((rect.y + row) * this.stride + rect.x, source, source + rect.width);
    }
  }
}

/** Throws RangeError unless `rect` is of whole pixels and inside of `size`. */
export function checkInside(size: Size, rect: Rect): void {
  const whole = [rect.x, rect.y, rect.width, rect.height].every(Number.isInteger);
  const inside =
    rect.x >= 0 &&
    rect.y >= 0 &&
    rect.width >= 0 &&
    rect.height >= 0 &&
    rect.x + rect.width <= size.width &&
    rect.y + rect.height <= size.height;
  if (!whole || !inside) throw new RangeError('a patch lies outside of its surface');
}
