import { describe, expect, it } from 'vitest';
import { broughtBack, isReachable } from '../../../src/seamless/reachable.ts';

const left = { x: 0, y: 0, width: 1000, height: 800 };
const right = { x: 1000, y: 200, width: 600, height: 600 };
const monitors = [left, right];
const size = { width: 300, height: 200 };

describe('a window is reachable', () => {
  it('when enough of its top is on a monitor', () => {
    expect(isReachable({ x: 100, y: 100, ...size }, monitors)).toBe(true);
    expect(isReachable({ x: -250, y: 0, ...size }, monitors)).toBe(true);
    expect(isReachable({ x: -260, y: 0, ...size }, monitors)).toBe(false);
    expect(isReachable({ x: 1590, y: 300, ...size }, monitors)).toBe(false);
    expect(isReachable({ x: 1200, y: 100, ...size }, monitors)).toBe(false);
    expect(isReachable({ x: 400, y: 799, ...size }, monitors)).toBe(true);
    expect(isReachable({ x: 400, y: 840, ...size }, monitors)).toBe(false);
  });

  it('though it is larger than every monitor', () => {
    expect(isReachable({ x: -500, y: 20, width: 3000, height: 2000 }, monitors)).toBe(true);
    expect(isReachable({ x: -500, y: -300, width: 3000, height: 2000 }, monitors)).toBe(false);
  });

  it('though it is tiny', () => {
    expect(isReachable({ x: 10, y: 10, width: 8, height: 8 }, monitors)).toBe(true);
  });
});

describe('a window that is not', () => {
  it('comes to the nearest monitor, whole', () => {
    expect(broughtBack({ x: 1590, y: 300, ...size }, monitors)).toEqual({ x: 1300, y: 300, ...size });
    expect(broughtBack({ x: -900, y: -900, ...size }, monitors)).toEqual({ x: 0, y: 32, ...size });
    expect(broughtBack({ x: 100, y: 5000, ...size }, [left])).toEqual({ x: 100, y: 600, ...size });
  });

  it('shows its top when it does not fit', () => {
    const back = broughtBack({ x: 3000, y: 3000, width: 2000, height: 2000 }, [left]);
    expect(back).toEqual({ x: 0, y: 32, width: 2000, height: 2000 });
    expect(isReachable(back, [left])).toBe(true);
  });

  it('is reachable afterwards, wherever it was', () => {
    for (const x of [-5000, -200, 900, 1700]) {
      for (const y of [-5000, -100, 700, 5000]) {
        for (const width of [8, 300, 5000]) {
          expect(isReachable(broughtBack({ x, y, width, height: 200 }, monitors), monitors)).toBe(true);
        }
      }
    }
  });
});
