import type { Rect } from '../../shared/geometry.ts';
import { encodings } from './encodings.ts';

/** RFC 6143, 7.1.1: the one version that is spoken. */
export const protocolVersion = 'RFB 003.008\n';

/** 7.1.2: no password; the socket's folder is this user's alone. */
export const securityNone = 1;

/** 7.3.1: others may look on. */
export const clientInit = Buffer.of(1);

/**
 * 7.5.1: 32 bits a pixel, blue in the first byte, as QEMU keeps its screens and the presenter its pictures: no pixel is
 * converted anywhere.
 */
export function setPixelFormat(): Buffer {
  const message = Buffer.alloc(20);
  message.set([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0]);
  return message;
}

/** 7.5.2: the encodings that we know, the best first. */
export function setEncodings(): Buffer {
  const wanted = Object.values(encodings);
  const message = Buffer.alloc(4 + 4 * wanted.length);
  message.writeUInt8(2, 0);
  message.writeUInt16BE(wanted.length, 2);
  wanted.forEach((encoding, index) => void message.writeInt32BE(encoding, 4 + 4 * index));
  return message;
}

/** 7.5.3. `incremental`: only what has changed, as soon as something has. */
export function updateRequest(incremental: boolean, { x, y, width, height }: Rect): Buffer {
  const message = Buffer.alloc(10);
  message.writeUInt8(3, 0);
  message.writeUInt8(incremental ? 1 : 0, 1);
  [x, y, width, height].forEach((value, index) => void message.writeUInt16BE(value, 2 + 2 * index));
  return message;
}

/** 7.5.5. With a relative pointer, `x` and `y` are how far it goes, plus 0x7fff. */
export function pointerEvent(buttons: number, x: number, y: number): Buffer {
  const message = Buffer.alloc(6);
  message.writeUInt8(5, 0);
  message.writeUInt8(buttons, 1);
  message.writeUInt16BE(x, 2);
  message.writeUInt16BE(y, 4);
  return message;
}

/**
 * QEMU's extended key event: the key itself goes, so the guest's own keyboard layout counts. `scancode`: set 1, with
 * 0x80 in place of the E0 prefix. `keysym`: what the host makes of the key, 0 for nothing.
 */
export function keyEvent(down: boolean, scancode: number, keysym: number): Buffer {
  const message = Buffer.alloc(12);
  message.writeUInt8(255, 0);
  message.writeUInt16BE(down ? 1 : 0, 2);
  message.writeUInt32BE(keysym, 4);
  message.writeUInt32BE(scancode, 8);
  return message;
}
