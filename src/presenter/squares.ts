import type { Rect } from '../shared/geometry.ts';

/** Pixels in memory as 32-bit words, rows `stride` words apart. */
export interface PixelRows {
  readonly words: Uint32Array;
  readonly stride: number;
}

/**
 * Draws `from`'s top left corner into `rect` of `to`, each pixel as a square of `scale` x `scale`. `rect` is a whole
 * number of squares and lies inside of `to`; what it needs of `from` is there.
 */
export function drawSquares(to: PixelRows, rect: Rect, from: PixelRows, scale: number): void {
  const columns = rect.width / scale;
  for (let y = 0; y < rect.height; y += scale) {
    const start = (rect.y + y) * to.stride + rect.x;
    const source = (y / scale) * from.stride;
    if (scale === 2) doubleRow(to.words, start, from.words, source, columns);
    else spreadRow(to.words, start, from.words, source, columns, scale);
    for (let copy = 1; copy < scale; copy++) {
      to.words.copyWithin(start + copy * to.stride, start, start + rect.width);
    }
  }
}

function doubleRow(to: Uint32Array, start: number, from: Uint32Array, source: number, columns: number): void {
  let at = start;
  for (let x = source; x < source + columns; x++) {
    const pixel = from[x] ?? 0;
    to[at] = pixel;
    to[at + 1] = pixel;
    at += 2;
  }
}

function spreadRow(
  to: Uint32Array,
  start: number,
  from: Uint32Array,
  source: number,
  columns: number,
  scale: number,
): void {
  let at = start;
  for (let x = source; x < source + columns; x++) {
    const pixel = from[x] ?? 0;
    for (let i = 0; i < scale; i++) to[at++] = pixel;
  }
}

/** Bytes as words, without a copy where their place in memory allows it. Their number is a multiple of 4. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  if (bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  }
  // Buffer's own slice would not copy.
  const aligned = Uint8Array.prototype.slice.call(bytes);
  return new Uint32Array(aligned.buffer, 0, aligned.byteLength >> 2);
}
