import { expect, test } from 'vitest';
import { lagsOf } from '../../../bench/frame-lag.ts';

const periodMs = 10;
/** Frame n is due at 10 n and seen 3 ms later. */
const onTime = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ atMs: (from + i) * periodMs + 3, number: from + i }));

test('what is constant on the way is no lag: each frame before the next is due counts 1', () => {
  expect(new Set(lagsOf(onTime(0, 500), periodMs))).toEqual(new Set([1]));
});

test('a display that stands still falls behind frame by frame', () => {
  const seen = [...onTime(0, 100), ...onTime(105, 200)];
  expect(Math.max(...lagsOf(seen, periodMs))).toBe(6);
});

test('a late frame counts when the next one was due already', () => {
  const seen = onTime(0, 200).map((each) => (each.number === 100 ? { ...each, atMs: each.atMs + 12 } : each));
  const lags = lagsOf(seen, periodMs);
  expect(lags[99]).toBe(2);
  expect(lags.filter((lag) => lag > 1)).toHaveLength(1);
});

test('a drawing program that paused for good is not held against the display for ever', () => {
  const later = onTime(100, 600).map(({ atMs, number }) => ({ atMs: atMs + 500, number }));
  expect(
    lagsOf([...onTime(0, 100), ...later], periodMs)
      .slice(-300)
      .every((lag) => lag === 1),
  ).toBe(true);
});
