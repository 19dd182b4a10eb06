import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeControl } from '../../../src/guest-bridge/protocol/control-codec.ts';
import { inflateExact } from '../../../src/guest-bridge/protocol/inflate-exact.ts';
import { jsonDepth } from '../../../src/guest-bridge/protocol/json-depth.ts';
import { wireWindow } from '../../component/fixtures/wire-window.ts';

const depthOf = (value: unknown) => jsonDepth(Buffer.from(JSON.stringify(value)));

describe('json depth', () => {
  it('counts objects and lists, and nothing inside strings', () => {
    expect(depthOf(1)).toBe(0);
    expect(depthOf({})).toBe(1);
    expect(depthOf({ a: [{}], b: 1 })).toBe(3);
    expect(depthOf({ a: '[[[[[[' })).toBe(1);
    expect(depthOf({ a: '\\"[[["[', b: [] })).toBe(2);
    expect(depthOf(['\\', ['"'], '\\\\"[['])).toBe(2);
  });

  it('takes 64 KiB of brackets in one pass', () => {
    expect(jsonDepth(Buffer.alloc(65_536, '['))).toBe(65_536);
  });
});

describe('inflate', () => {
  it('gives exactly the size that was asked for, or nothing', () => {
    const pixels = Buffer.alloc(4096, 7);
    const packed = deflateSync(pixels);
    expect(inflateExact(packed, 4096)).toEqual(pixels);
    expect(inflateExact(packed, 4095)).toBeUndefined();
    expect(inflateExact(packed, 4097)).toBeUndefined();
    expect(inflateExact(Buffer.concat([packed, Buffer.alloc(1)]), 4096)).toBeUndefined();
    expect(inflateExact(packed.subarray(0, -1), 4096)).toBeUndefined();
    expect(inflateExact(Buffer.alloc(0), 4096)).toBeUndefined();
  });

  it('allocates nothing for a promise that a short stream cannot keep', () => {
    const before = process.memoryUsage().arrayBuffers;
    expect(inflateExact(Buffer.alloc(64), 64 * 1024 * 1024)).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  });
});

describe('speed', () => {
  it('parses a change of a window in well under a tenth of a millisecond', () => {
    const bytes = Buffer.from(
      JSON.stringify({ type: 'window-changed', window: wireWindow({ windowId: 1 }) }),
    );
    for (let warm = 0; warm < 2_000; warm++) decodeControl(bytes);
    const start = performance.now();
    for (let run = 0; run < 10_000; run++) decodeControl(bytes);
    const each = (performance.now() - start) / 10_000;
    expect(each).toBeLessThan(0.1);
  });
});
