import type { Rect } from '../../../src/shared/geometry.ts';

/** What a server sends, byte by byte as RFC 6143 draws it: written without a look at the client. */

/** Numbers as `u8`, `u16` or `u32` in network order. */
export function packed(format: string, ...values: number[]): Buffer {
  return Buffer.concat(
    format.split(' ').map((type, index) => {
      const value = values[index] ?? 0;
      const part = Buffer.alloc(Number(type.slice(1)) / 8);
      if (type.startsWith('s')) part.writeIntBE(value, 0, part.length);
      else part.writeUIntBE(value, 0, part.length);
      return part;
    }),
  );
}

export const version = Buffer.from('RFB 003.008\n', 'latin1');
export const offersNone = Buffer.of(1, 1);
export const securityOk = Buffer.of(0, 0, 0, 0);

/** ServerInit of a 32-bit screen in another byte order than ours: it is not looked at. */
export function serverInit(width: number, height: number, name = 'QEMU'): Buffer {
  const format = Buffer.from('20180001 00ff00ff 00ff0008 10000000'.replaceAll(' ', ''), 'hex');
  return Buffer.concat([
    packed('u16 u16', width, height),
    format,
    packed('u32', name.length),
    Buffer.from(name, 'latin1'),
  ]);
}

export function greeting(width: number, height: number): Buffer {
  return Buffer.concat([version, offersNone, securityOk, serverInit(width, height)]);
}

export function rectangle(rect: Rect, encoding: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([
    packed('u16 u16 u16 u16 s32', rect.x, rect.y, rect.width, rect.height, encoding),
    body,
  ]);
}

export function update(...rectangles: Buffer[]): Buffer {
  return Buffer.concat([packed('u8 u8 u16', 0, 0, rectangles.length), ...rectangles]);
}

/** Pixels that are all different. */
export function pixels(count: number, seed = 0): Buffer {
  const bytes = Buffer.alloc(count * 4);
  for (let i = 0; i < count; i++) bytes.writeUInt32LE((i * 0x010203 + seed) & 0xffffff, i * 4);
  return bytes;
}

export function raw(rect: Rect, seed = 0): Buffer {
  return rectangle(rect, 0, pixels(rect.width * rect.height, seed));
}

export function copy(rect: Rect, x: number, y: number): Buffer {
  return rectangle(rect, 1, packed('u16 u16', x, y));
}

export function pseudo(encoding: number, x = 0, y = 0, width = 0, height = 0): Buffer {
  return rectangle({ x, y, width, height }, encoding);
}

/** ExtendedDesktopSize with so many monitors. */
export function extendedSize(width: number, height: number, monitors = 1): Buffer {
  return rectangle(
    { x: 0, y: 0, width, height },
    -308,
    Buffer.concat([Buffer.of(monitors, 0, 0, 0), Buffer.alloc(16 * monitors)]),
  );
}
