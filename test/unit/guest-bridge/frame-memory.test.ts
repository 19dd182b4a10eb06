import { describe, expect, it } from 'vitest';
import { FrameMemory } from '../../../src/guest-bridge/connection/frame-memory.ts';

const KIB = 1024;

describe('frame memory', () => {
  it('is used again, in the size that is asked for', () => {
    const pool = new FrameMemory();
    const first = pool.take(1000 * KIB);
    pool.giveBack(first);
    const second = pool.take(990 * KIB);
    expect(second.buffer).toBe(first.buffer);
    expect(second.length).toBe(990 * KIB);
    // It is in use now.
    expect(pool.take(990 * KIB).buffer).not.toBe(first.buffer);
  });

  it('does not spend much on little', () => {
    const pool = new FrameMemory();
    const large = pool.take(8 * KIB * KIB);
    pool.giveBack(large);
    expect(pool.take(100 * KIB).buffer).not.toBe(large.buffer);
  });

  it('takes back only what is its own', () => {
    const pool = new FrameMemory();
    const foreign = new Uint8Array(100 * KIB);
    pool.giveBack(foreign);
    expect(pool.take(100 * KIB).buffer).not.toBe(foreign.buffer);
  });

  it('keeps a bounded amount', () => {
    const pool = new FrameMemory();
    const all = Array.from({ length: 40 }, () => pool.take(KIB * KIB));
    for (const each of all) pool.giveBack(each);
    const kept = new Set(all.map(({ buffer }) => buffer));
    const again = Array.from({ length: 40 }, () => pool.take(KIB * KIB)).filter(({ buffer }) =>
      kept.has(buffer),
    );
    expect(again).toHaveLength(16);
  });
});
