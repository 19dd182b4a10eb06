import type { Size } from '../../shared/geometry.ts';
import { limits } from './limits.ts';
import { ProtocolViolation } from './violation.ts';

const HEADER_BYTES = 16;

/** 8-bit BGRA, straight alpha, top-down, no row padding. */
export interface GuestIcon extends Size {
  readonly iconId: string;
  readonly bgra: Uint8Array;
}

/** Reads an icon by BINARY.md. Its pixels are a copy: an icon outlives its message. Throws ProtocolViolation. */
export function readIcon(untrusted: Uint8Array): GuestIcon {
  if (untrusted.length < HEADER_BYTES) throw bad('an icon cut off in its header');
  const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.byteLength);
  const width = view.getUint16(2, true);
  const height = view.getUint16(4, true);
  if (view.getUint8(1) !== 0 || view.getUint16(6, true) !== 0) throw bad('an icon with reserved bits set');
  if (width < 1 || height < 1 || width > limits.iconEdgePx || height > limits.iconEdgePx) {
    throw bad(`an icon of ${width} x ${height} pixels`);
  }
  if (untrusted.length !== HEADER_BYTES + width * height * 4)
    throw bad('an icon of another size than it says');
  return {
    iconId: view.getBigUint64(8, true).toString(16).padStart(16, '0'),
    width,
    height,
    bgra: Uint8Array.from(untrusted.subarray(HEADER_BYTES)),
  };
}

function bad(detail: string): ProtocolViolation {
  return new ProtocolViolation('bridge.bad-icon', detail);
}
