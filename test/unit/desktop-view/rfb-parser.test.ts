import { describe, expect, test } from 'vitest';
import { ByteFeed } from '../../../src/desktop-view/rfb/byte-feed.ts';
import { readServer } from '../../../src/desktop-view/rfb/server-parser.ts';
import type { ScreenUpdate } from '../../../src/desktop-view/rfb/update-parser.ts';
import { XPaneError } from '../../../src/shared/errors.ts';
import type { Size } from '../../../src/shared/geometry.ts';
import {
  copy,
  extendedSize,
  greeting,
  offersNone,
  packed,
  pixels,
  pseudo,
  raw,
  rectangle,
  securityOk,
  serverInit,
  update,
  version,
} from './rfb-bytes.ts';

/** What came of a server's bytes, fed in pieces of `step` bytes. */
function read(bytes: Buffer, step = bytes.length) {
  const sent: Buffer[] = [];
  const updates: ScreenUpdate[] = [];
  const sizes: Size[] = [];
  let messages = 0;
  const feed = new ByteFeed(
    readServer({
      send: (message) => sent.push(message),
      onReady: (size) => sizes.push(size),
      onUpdate: (update) => updates.push(update),
    }),
  );
  for (let at = 0; at < bytes.length; at += step) {
    let piece = bytes.subarray(at, at + step);
    while (piece.length > 0) {
      const { taken, messageEnded } = feed.take(piece);
      expect(taken > 0 || messageEnded).toBe(true);
      if (messageEnded) messages++;
      piece = piece.subarray(taken);
    }
  }
  return { sent: Buffer.concat(sent).toString('latin1'), updates, sizes, messages };
}

function screen(size: Size, ...messages: Buffer[]): Buffer {
  return Buffer.concat([greeting(size.width, size.height), ...messages]);
}

const small = { width: 8, height: 4 };
const all = { x: 0, y: 0, ...small };

describe('a server that keeps to the protocol', () => {
  test('is answered with the version, no password, and a share', () => {
    const { sent, sizes, messages } = read(greeting(720, 400));
    expect(sent).toBe('RFB 003.008\n\x01\x01');
    expect(sizes).toEqual([{ width: 720, height: 400 }]);
    expect(messages).toBe(1);
  });

  test('chooses no password among others that it offers', () => {
    const bytes = Buffer.concat([version, Buffer.of(3, 2, 1, 19), securityOk, serverInit(9, 9)]);
    expect(read(bytes).sizes).toHaveLength(1);
  });

  test.each([1, 2, 3, 7, 64, 100_000])('paints, copies and skips, in pieces of %i bytes', (step) => {
    const left = { x: 0, y: 0, width: 4, height: 4 };
    const right = { x: 4, y: 0, width: 4, height: 4 };
    const bell = Buffer.of(2);
    const cutText = Buffer.concat([packed('u8 u8 u16 u32', 3, 0, 0, 5), Buffer.from('hello')]);
    const bytes = screen(small, bell, update(raw(left, 7), copy(right, 0, 0)), cutText, update());
    const { updates, messages } = read(bytes, step);
    expect(updates).toEqual([
      {
        size: small,
        resized: false,
        patches: [
          { kind: 'raw', rect: left, bgrx: pixels(16, 7) },
          { kind: 'copy', rect: right, from: { x: 0, y: 0 } },
        ],
        pointerMode: undefined,
        cursor: undefined,
        extendedKeys: false,
      },
      expect.objectContaining({ patches: [], resized: false }),
    ]);
    expect(messages).toBe(5);
  });

  test('changes its size, in both ways; what it painted before is of the screen that was', () => {
    const larger = { width: 10, height: 6 };
    const place = { x: 8, y: 4, width: 2, height: 2 };
    for (const change of [pseudo(-223, 0, 0, 10, 6), extendedSize(10, 6, 2)]) {
      const { updates } = read(screen(small, update(raw(all), change, raw(place, 3)), update(raw(place, 4))));
      expect(updates[0]).toMatchObject({ size: larger, resized: true });
      expect(updates[0]?.patches).toEqual([{ kind: 'raw', rect: place, bgrx: pixels(4, 3) }]);
      expect(updates[1]).toMatchObject({ size: larger, resized: false });
    }
  });

  test('tells its size again without changing it', () => {
    expect(read(screen(small, update(extendedSize(8, 4)))).updates[0]).toMatchObject({ resized: false });
  });

  test('tells of its mouse and its keyboard', () => {
    const { updates } = read(screen(small, update(pseudo(-257, 1), pseudo(-258)), update(pseudo(-257, 0))));
    expect(updates[0]).toMatchObject({ pointerMode: 'absolute', extendedKeys: true });
    expect(updates[1]).toMatchObject({ pointerMode: 'relative', extendedKeys: false });
  });

  test('has a pointer: what its mask leaves out is transparent', () => {
    const rect = { x: 2, y: 9, width: 9, height: 2 };
    const mask = Buffer.of(0b1000_0000, 0b1000_0000, 0, 0);
    const { updates } = read(
      screen(small, update(rectangle(rect, -239, Buffer.concat([pixels(18, 5), mask])))),
    );
    const { cursor } = updates[0] ?? {};
    const words = Array.from({ length: 18 }, (_, i) => Buffer.from(cursor?.bgra ?? []).readUInt32LE(i * 4));
    const wanted = Array.from({ length: 18 }, () => 0);
    wanted[0] = 0xff000005;
    wanted[8] = 0xff000000 + 8 * 0x010203 + 5;
    expect(words).toEqual(wanted);
    // A place that points outside of the picture is brought to its edge.
    expect(cursor).toMatchObject({ width: 9, height: 2, hotSpot: { x: 2, y: 1 } });
    const none = read(screen(small, update(pseudo(-239)))).updates[0]?.cursor;
    expect(none).toMatchObject({ width: 0, height: 0, hotSpot: { x: 0, y: 0 } });
  });
});

describe('a server that does not', () => {
  const inside = { x: 0, y: 0, width: 4, height: 4 };
  const hostile: Record<string, Buffer> = {
    'another version': Buffer.from('RFB 003.003\n'),
    'no protocol at all': Buffer.from('HTTP/1.1 200 OK\r\n'),
    'a password': Buffer.concat([version, Buffer.of(1, 2)]),
    'no security at all': Buffer.concat([version, Buffer.of(0)]),
    'a refusal': Buffer.concat([version, offersNone, packed('u32', 1)]),
    'no width': greeting(0, 100),
    'no height': greeting(100, 0),
    'a side too long': greeting(8193, 1),
    'too many pixels': greeting(8192, 8192),
    'a name of 4 GiB': Buffer.concat([
      version,
      offersNone,
      securityOk,
      serverInit(8, 4).subarray(0, 20),
      packed('u32', 0xffff_ffff),
    ]),
    'a text of 4 GiB': screen(small, packed('u8 u8 u16 u32', 3, 0, 0, 0xffff_ffff)),
    'colours by number': screen(small, packed('u8 u8 u16 u16', 1, 0, 0, 1)),
    sound: screen(small, Buffer.of(255, 1, 0, 2)),
    'an encoding nobody asked for': screen(small, update(rectangle(inside, 5, Buffer.alloc(64)))),
    'pixels right of the screen': screen(small, update(raw({ x: 5, y: 0, width: 4, height: 1 }))),
    'pixels below it': screen(small, update(raw({ x: 0, y: 3, width: 1, height: 2 }))),
    'pixels far from it': screen(small, update(rectangle({ x: 65_535, y: 0, width: 1, height: 1 }, 0))),
    'a copy from outside': screen(small, update(copy(inside, 5, 0))),
    'a copy to outside': screen(small, update(copy({ x: 0, y: 1, width: 4, height: 4 }, 0, 0))),
    'more pixels than there are': screen(small, update(raw(all), raw({ ...all, width: 1, height: 1 }))),
    'more copies than there are pixels': screen(small, update(copy(all, 0, 0), copy(inside, 0, 0))),
    'a size of nothing': screen(small, update(pseudo(-223, 0, 0, 0, 9))),
    'a size too large': screen(small, update(extendedSize(65_535, 65_535))),
    'two sizes at once': screen(small, update(pseudo(-223, 0, 0, 9, 9), pseudo(-223, 0, 0, 8, 4))),
    'a pointer too large': screen(small, update(rectangle({ x: 0, y: 0, width: 257, height: 1 }, -239))),
    'a pointer too high': screen(small, update(rectangle({ x: 0, y: 0, width: 1, height: 257 }, -239))),
  };
  test.each(Object.keys(hostile))('%s', (name) => {
    const bytes = hostile[name] ?? Buffer.alloc(0);
    for (const step of [bytes.length, 1]) {
      expect(() => read(bytes, step)).toThrow(expect.objectContaining({ code: 'desktop.bad-screen' }));
    }
  });
});

test('of broken bytes comes a violation or nothing, never another error, and no endless work', () => {
  const sound = screen(
    { width: 64, height: 32 },
    update(pseudo(-258), pseudo(-257, 1), extendedSize(64, 32)),
    update(raw({ x: 0, y: 0, width: 64, height: 16 }), copy({ x: 0, y: 16, width: 64, height: 16 }, 0, 0)),
    update(rectangle({ x: 1, y: 1, width: 8, height: 8 }, -239, Buffer.alloc(8 * 8 * 4 + 8))),
    update(pseudo(-223, 0, 0, 80, 40), raw({ x: 0, y: 0, width: 80, height: 40 })),
  );
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  let violations = 0;
  for (let round = 0; round < 4000; round++) {
    const bytes = Buffer.from(sound);
    for (let i = random(4); i >= 0; i--) bytes[random(i === 0 ? 400 : bytes.length)] = random(256);
    try {
      read(bytes.subarray(0, random(bytes.length)), 1 + random(5000));
    } catch (error) {
      if (!(error instanceof XPaneError)) throw error;
      expect(error.code).toBe('desktop.bad-screen');
      violations++;
    }
  }
  expect(violations).toBeGreaterThan(500);
});
