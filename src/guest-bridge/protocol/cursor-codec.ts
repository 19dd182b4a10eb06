import type { Point, Size } from '../../shared/geometry.ts';
import { limits } from './limits.ts';
import { ProtocolViolation } from './violation.ts';

const HEADER_BYTES = 20;

/** A pointer of a program's own. 8-bit BGRA, straight alpha, top-down, no row padding. */
export interface GuestCursorImage extends Size {
  readonly cursorId: string;
  /** The place that points, within the image. */
  readonly hotSpot: Point;
  readonly bgra: Uint8Array;
}

/** Reads a cursor by BINARY.md. Its pixels are a copy: a cursor outlives its message. Throws ProtocolViolation. */
export function readCursor(untrusted: Uint8Array): GuestCursorImage {
  if (untrusted.length < HEADER_BYTES) throw bad('a cursor cut off in its header');
  const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.byteLength);
  const width = view.getUint16(2, true);
  const height = view.getUint16(4, true);
  const hotSpot = { x: view.getUint16(16, true), y: view.getUint16(18, true) };
  if (view.getUint8(1) !== 0 || view.getUint16(6, true) !== 0) throw bad('a cursor with reserved bits set');
  if (width < 1 || height < 1 || width > limits.cursorEdgePx || height > limits.cursorEdgePx) {
    throw bad(`a cursor of ${width} x ${height} pixels`);
  }
  if (hotSpot.x >= width || hotSpot.y >= height) throw bad('a cursor that points beside itself');
  if (untrusted.length !== HEADER_BYTES + width * height * 4) {
    throw bad('a cursor of another size than it says');
  }
  return {
    cursorId: view.getBigUint64(8, true).toString(16).padStart(16, '0'),
    width,
    height,
    hotSpot,
    bgra: Uint8Array.from(untrusted.subarray(HEADER_BYTES)),
  };
}

function bad(detail: string): ProtocolViolation {
  return new ProtocolViolation('bridge.bad-cursor', detail);
}
