import type { Rect } from '../../shared/geometry.ts';
import { bytes, type Need } from './byte-feed.ts';
import { rfbLimits } from './limits.ts';
import type { ScreenCursor } from './screen-events.ts';
import { violation } from './violation.ts';

/** Reads a cursor (RFC 6143, 7.8.1): pixels, then a mask of bits, rows padded to bytes. The rectangle's place points. */
export function* readCursor(untrustedRect: Rect): Generator<Need, ScreenCursor, Buffer> {
  const { width, height } = untrustedRect;
  if (width > rfbLimits.cursorSidePx || height > rfbLimits.cursorSidePx) {
    throw violation(`a pointer of ${width}x${height}`);
  }
  const bgra = yield* bytes(width * height * 4);
  const maskStride = Math.ceil(width / 8);
  const mask = yield* bytes(maskStride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bits = mask[y * maskStride + (x >> 3)] ?? 0;
      const at = (y * width + x) * 4;
      if ((bits & (0x80 >> (x & 7))) === 0) bgra.writeUInt32LE(0, at);
      else bgra.writeUInt8(255, at + 3);
    }
  }
  const within = (value: number, size: number) => Math.min(value, Math.max(size - 1, 0));
  return {
    width,
    height,
    bgra,
    hotSpot: { x: within(untrustedRect.x, width), y: within(untrustedRect.y, height) },
  };
}
