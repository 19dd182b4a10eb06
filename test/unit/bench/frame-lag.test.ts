import { expect, test } from 'vitest';
import { lagsOf, type Sighting } from '../../../bench/frame-lag.ts';

const periodMs = 10;
/** Frame n is drawn at 10 n by the program's clock, and seen 3 ms later by another one. */
const onTime = (from: number, to: number): Sighting[] =>
  Array.from({ length: to - from }, (_, i) => {
    const drawnMs = (from + i) * periodMs;
    return { atMs: drawnMs + 100_003, number: from + i, drawnMs };
  });
const late = (seen: Sighting[], number: number, byMs: number) =>
  seen.map((each) => (each.number === number ? { ...each, atMs: each.atMs + byMs } : each));

test('what is constant on the way is no lag: each frame before the next is due counts 1', () => {
  expect(new Set(lagsOf(onTime(0, 500)))).toEqual(new Set([1]));
});

test('a display that stands still falls behind frame by frame', () => {
  expect(Math.max(...lagsOf([...onTime(0, 100), ...onTime(105, 200)]))).toBe(5);
});

test('a late frame counts when the next one was drawn already', () => {
  const lags = lagsOf(late(onTime(0, 200), 100, 12));
  expect(lags[99]).toBe(2);
  expect(lags.filter((lag) => lag > 1)).toHaveLength(1);
});

test('one frame late, and none that came after it: not behind', () => {
  expect(Math.max(...lagsOf(late(onTime(0, 200), 100, 9)))).toBe(1);
});

test('a program that draws late or pauses is not held against the display', () => {
  const paused = onTime(100, 600).map((each) => ({
    ...each,
    atMs: each.atMs + 500,
    drawnMs: each.drawnMs + 500,
  }));
  expect(new Set(lagsOf([...onTime(0, 100), ...paused]))).toEqual(new Set([1]));
});
