import type { Point, Rect, Size } from '../../shared/geometry.ts';
import { inflateExact } from './inflate-exact.ts';
import { limits } from './limits.ts';
import { ProtocolViolation } from './violation.ts';

/** Frames by BINARY.md: the header first, so that its owner can refuse before anything is inflated. */

export const binaryKinds = { frame: 1, icon: 2, cursor: 3 } as const;
const encodings = { raw: 0, fill: 1, copy: 2, deflate: 3 } as const;
const HEADER_BYTES = 16;
const RECT_BYTES = 16;
const WHOLE = 1;

/** A change of a surface's pixels, 32-bit BGRX, top-down; `raw` rows are `rect.width * 4` bytes. */
export type FramePatch =
  | { readonly kind: 'raw'; readonly rect: Rect; readonly bgrx: Uint8Array }
  /** `bgrx`: blue in the lowest byte, red in the third, as a little-endian word of pixel memory. */
  | { readonly kind: 'fill'; readonly rect: Rect; readonly bgrx: number }
  | { readonly kind: 'copy'; readonly rect: Rect; readonly from: Point };

export interface FrameHeader {
  readonly windowId: number;
  readonly sequence: number;
  readonly whole: boolean;
  readonly size: Size;
  readonly rectCount: number;
}

/** `memoryBytes`: what the patches keep alive, the message included. */
export interface FramePatches {
  readonly patches: FramePatch[];
  readonly memoryBytes: number;
}

/** Throws ProtocolViolation. */
export function readFrameHeader(untrusted: Uint8Array): FrameHeader {
  if (untrusted.length < HEADER_BYTES) throw bad('a frame cut off in its header');
  const view = viewOf(untrusted);
  const flags = view.getUint8(1);
  const rectCount = view.getUint16(2, true);
  const windowId = view.getUint32(4, true);
  const sequence = view.getUint32(8, true);
  const width = view.getUint16(12, true);
  const height = view.getUint16(14, true);
  if (view.getUint8(0) !== binaryKinds.frame) throw bad('a binary message of an unknown kind');
  if ((flags & ~WHOLE) !== 0) throw bad('a frame with unknown flags');
  if (rectCount < 1 || rectCount > limits.rectsPerFrame) throw bad(`a frame of ${rectCount} rectangles`);
  if (windowId === 0 || sequence === 0) throw bad('a frame without a window or sequence number');
  if (width < 1 || height < 1 || width > limits.surfaceEdgePx || height > limits.surfaceEdgePx) {
    throw bad(`a surface of ${width} x ${height} pixels`);
  }
  return { windowId, sequence, whole: (flags & WHOLE) !== 0, size: { width, height }, rectCount };
}

/**
 * Reads the rectangles of a frame. Raw pixels are views of `untrusted`, inflated ones are new memory, at most
 * `limits.frameDecodedBytes` together. Throws ProtocolViolation.
 */
export function readPatches(untrusted: Uint8Array, header: FrameHeader): FramePatches {
  const view = viewOf(untrusted);
  const patches: FramePatch[] = [];
  let at = HEADER_BYTES;
  let decodedBytes = 0;
  let inflatedBytes = 0;
  for (let index = 0; index < header.rectCount; index++) {
    if (untrusted.length - at < RECT_BYTES) throw bad('a frame cut off in a rectangle');
    const rect = readRect(view, at, header.size);
    const encoding = view.getUint8(at + 8);
    if (view.getUint8(at + 9) !== 0 || view.getUint16(at + 10, true) !== 0)
      throw bad('padding that is not 0');
    const payloadBytes = view.getUint32(at + 12, true);
    at += RECT_BYTES;
    if (payloadBytes > untrusted.length - at) throw bad('a frame cut off in its pixels');
    const untrustedPayload = untrusted.subarray(at, at + payloadBytes);
    at += payloadBytes;
    if (encoding === encodings.raw || encoding === encodings.deflate) {
      const pixelBytes = rect.width * rect.height * 4;
      decodedBytes += pixelBytes;
      if (decodedBytes > limits.frameDecodedBytes) throw bad('a frame of too many pixels');
      if (encoding === encodings.deflate) inflatedBytes += pixelBytes;
    }
    patches.push(readPatch(encoding, rect, untrustedPayload, header.size));
  }
  if (at !== untrusted.length) throw bad('a frame with bytes left over');
  return { patches, memoryBytes: untrusted.length + inflatedBytes };
}

function readRect(view: DataView, at: number, size: Size): Rect {
  const rect = {
    x: view.getUint16(at, true),
    y: view.getUint16(at + 2, true),
    width: view.getUint16(at + 4, true),
    height: view.getUint16(at + 6, true),
  };
  if (rect.width < 1 || rect.height < 1) throw bad('a rectangle without pixels');
  if (!inside(rect, size)) throw bad('a rectangle outside its surface');
  return rect;
}

function readPatch(encoding: number, rect: Rect, untrusted: Uint8Array, size: Size): FramePatch {
  const pixelBytes = rect.width * rect.height * 4;
  switch (encoding) {
    case encodings.raw:
      if (untrusted.length !== pixelBytes) throw bad('raw pixels of another size than their rectangle');
      return { kind: 'raw', rect, bgrx: untrusted };
    case encodings.fill:
      if (untrusted.length !== 4) throw bad('a fill that is not one pixel');
      return { kind: 'fill', rect, bgrx: viewOf(untrusted).getUint32(0, true) };
    case encodings.copy: {
      if (untrusted.length !== 4) throw bad('a copy that is not from one point');
      const view = viewOf(untrusted);
      const from = { x: view.getUint16(0, true), y: view.getUint16(2, true) };
      if (!inside({ ...rect, ...from }, size)) throw bad('a copy from outside its surface');
      return { kind: 'copy', rect, from };
    }
    case encodings.deflate: {
      const bgrx = inflateExact(untrusted, pixelBytes);
      if (bgrx === undefined) throw bad('compressed pixels that are damaged or of another size');
      return { kind: 'raw', rect, bgrx };
    }
    default:
      throw bad('pixels of an unknown encoding');
  }
}

function inside(rect: Rect, size: Size): boolean {
  return rect.x + rect.width <= size.width && rect.y + rect.height <= size.height;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bad(detail: string): ProtocolViolation {
  return new ProtocolViolation('bridge.bad-frame', detail);
}
