import { describe, expect, test } from 'vitest';
import { figure, percentile } from '../../../bench/figure.ts';

const floor = { name: 'floor', samples: [1, 2, 3] };

test('percentiles are samples by nearest rank', () => {
  const samples = [5, 1, 4, 2, 3];
  expect([0, 0.2, 0.5, 0.95, 1].map((share) => percentile(samples, share))).toEqual([1, 1, 3, 5, 5]);
  expect(() => percentile([], 0.5)).toThrow('no samples');
});

describe('a bar', () => {
  test('of a sum is of the same percentile of the other', () => {
    const met = figure('a', 'ms', [6, 7, 8], 0.5, floor, { atMostPlus: 5 });
    expect(met).toMatchObject({ value: 7, againstValue: 2, ratio: 3.5, met: true });
    expect(met.bar).toBe('at most 7.00 ms (floor + 5 ms)');
    expect(figure('a', 'ms', [7.1], 0.5, floor, { atMostPlus: 5 }).met).toBe(false);
  });

  test('of a ratio', () => {
    expect(figure('a', 'ms', [1.4], 0.5, floor, { atMostTimes: 0.7 }).met).toBe(true);
    expect(figure('a', 'ms', [1.5], 0.5, floor, { atMostTimes: 0.7 }).met).toBe(false);
  });

  test('of a number needs nobody to be held against', () => {
    expect(figure('a', '%', [98], 0.5, undefined, { atLeast: 98 }).met).toBe(true);
    expect(figure('a', '%', [97.9], 0.5, undefined, { atLeast: 98 }).met).toBe(false);
    expect(figure('a', 'frames', [0], 1, undefined, { atMost: 0 }).met).toBe(true);
  });

  test('that cannot be known is not said to be met', () => {
    expect(figure('a', 'ms', [1], 0.5, undefined, { atMostTimes: 1 }).met).toBeUndefined();
  });
});

test('nothing is divided by nothing', () => {
  expect(figure('a', 'frames', [3], 1, { name: 'floor', samples: [0] })).not.toHaveProperty('ratio');
});
