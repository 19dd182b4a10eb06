import { describe, expect, it } from 'vitest';
import { BackingStore } from '../../../src/presenter/x11/pixels/backing-store.ts';
import type { PixelMemory, PixelPath } from '../../../src/presenter/x11/pixels/pixel-path.ts';
import type { Rect } from '../../../src/shared/geometry.ts';
import { silentLog } from '../../../src/shared/log.ts';

/** A way for pixels that keeps a record of what it is asked for. */
function fakePath() {
  const record = {
    allocations: [] as { kind: 'shared' | 'plain'; sizeBytes: number }[],
    live: 0,
    puts: [] as { kind: string; rect: Rect; pixel: number }[],
    refuse: [] as (() => void)[],
    failAllocation: false,
    failPut: false,
  };
  const memory = (kind: 'shared' | 'plain', sizeBytes: number): PixelMemory => {
    record.allocations.push({ kind, sizeBytes });
    record.live++;
    const bytes = Buffer.alloc(sizeBytes);
    return {
      bytes,
      put: (_drawable, rect, stride) => {
        if (record.failPut && kind === 'shared') throw new Error('ENOSPC');
        record.puts.push({ kind, rect, pixel: bytes.readUInt32LE((rect.y * stride + rect.x) * 4) });
      },
      release: () => {
        record.live--;
      },
    };
  };
  const path: PixelPath = {
    kind: 'mapped-memory',
    allocate: (sizeBytes, onRefused) => {
      if (record.failAllocation) throw new Error('no memory');
      record.refuse.push(onRefused);
      return memory('shared', sizeBytes);
    },
    allocatePlain: (sizeBytes) => memory('plain', sizeBytes),
  };
  return { path, record };
}

const whole = { x: 0, y: 0, width: 100, height: 50 };

describe('BackingStore', () => {
  it('asks for memory a few times, not for each pixel of a drag, and gives it back', () => {
    const { path, record } = fakePath();
    const store = new BackingStore(path, silentLog, () => undefined);
    for (let width = 100; width <= 1000; width++) store.resize({ width, height: 50 });
    expect(record.allocations.length).toBeLessThan(15);
    expect(record.live).toBe(1);
    store.resize({ width: 10, height: 10 });
    expect(record.allocations.at(-1)?.sizeBytes).toBe(400);
    store.release();
    store.release();
    expect(record.live).toBe(0);
  });

  it('keeps pixels where they fit and never shows stale ones', () => {
    const { path, record } = fakePath();
    const store = new BackingStore(path, silentLog, () => undefined);
    store.resize(whole);
    store.apply([{ kind: 'fill', rect: whole, bgrx: 7 }]);
    store.resize({ width: 60, height: 50 });
    store.resize(whole);
    store.put(1, { x: 59, y: 0, width: 1, height: 1 });
    store.put(1, { x: 60, y: 0, width: 1, height: 1 });
    expect(record.puts.map(({ pixel }) => pixel)).toEqual([7, 0xece9d8]);
    store.put(1, { x: 100, y: 0, width: 5, height: 5 });
    expect(record.puts).toHaveLength(2);
  });

  it('goes by the socket when there is no memory', () => {
    const { path, record } = fakePath();
    record.failAllocation = true;
    const store = new BackingStore(path, silentLog, () => undefined);
    store.resize(whole);
    store.put(1, whole);
    expect(record.puts[0]?.kind).toBe('plain');
  });

  it('goes by the socket, with all its pixels, when the server refuses or memory runs out', () => {
    for (const failure of ['refused', 'full'] as const) {
      const { path, record } = fakePath();
      let replaced = 0;
      const store = new BackingStore(path, silentLog, () => {
        replaced++;
        store.put(1, whole);
      });
      store.resize(whole);
      store.apply([{ kind: 'fill', rect: whole, bgrx: 9 }]);
      if (failure === 'refused') record.refuse[0]?.();
      else {
        record.failPut = true;
        store.put(1, whole);
      }
      expect(replaced).toBe(1);
      expect(record.puts).toEqual([{ kind: 'plain', rect: whole, pixel: 9 }]);
      expect(record.live).toBe(1);
    }
  });
});
