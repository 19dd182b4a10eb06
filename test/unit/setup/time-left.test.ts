import { describe, expect, it } from 'vitest';
import { spokenTime, timeLeftMs } from '../../../scripts/setup/time-left.mjs';

describe('time left', () => {
  it('is what it took the last time, less the time gone, before anything is done', () => {
    expect(timeLeftMs({ expectedMs: 40_000, elapsedMs: 0, fraction: 0 })).toBe(40_000);
    expect(timeLeftMs({ expectedMs: 40_000, elapsedMs: 10_000, fraction: 0 })).toBe(30_000);
    expect(timeLeftMs({ expectedMs: 40_000, elapsedMs: 90_000, fraction: 0 })).toBe(0);
  });

  it('agrees with a job that goes as the last one did', () => {
    for (const fraction of [0.25, 0.5, 0.75, 1]) {
      expect(timeLeftMs({ expectedMs: 40_000, elapsedMs: 40_000 * fraction, fraction })).toBeCloseTo(
        40_000 * (1 - fraction),
      );
    }
  });

  it('turns to the job’s own pace as it goes on', () => {
    const slow = (fraction: number) =>
      timeLeftMs({ expectedMs: 40_000, elapsedMs: 80_000 * fraction, fraction });
    expect(slow(0.1)).toBeLessThan(45_000);
    expect(slow(0.9)).toBeCloseTo(0.1 * 4000 + 0.9 * 8000);
  });

  it('never is negative, whatever it is given', () => {
    expect(timeLeftMs({ expectedMs: 0, elapsedMs: 5, fraction: 2 })).toBe(0);
    expect(timeLeftMs({ expectedMs: 100, elapsedMs: 5, fraction: -1 })).toBe(95);
  });
});

it('speaks times as people do', () => {
  expect(spokenTime(0)).toBe('less than 5 s');
  expect(spokenTime(12_100)).toBe('about 15 s');
  expect(spokenTime(89_000)).toBe('about 90 s');
  expect(spokenTime(91_000)).toBe('about 2 min');
});
