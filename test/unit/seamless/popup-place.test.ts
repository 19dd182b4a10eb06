import { describe, expect, it } from 'vitest';
import { popupPlace } from '../../../src/seamless/popup-place.ts';

const left = { x: 0, y: 30, width: 1000, height: 770 };
const right = { x: 1000, y: 0, width: 800, height: 600 };
const monitors = [left, right];
const owner = { x: 100, y: 100, width: 400, height: 300 };

describe('the place of a popup', () => {
  it('is the guest’s, where that is sane', () => {
    const menu = { x: 120, y: 130, width: 200, height: 500 };
    expect(popupPlace(menu, owner, monitors, 0)).toEqual(menu);
  });

  it('is inside the work area of the owner’s monitor', () => {
    const size = { width: 200, height: 100 };
    expect(popupPlace({ x: -50, y: 0, ...size }, owner, monitors, 0)).toEqual({ x: 0, y: 30, ...size });
    expect(popupPlace({ x: 950, y: 780, ...size }, owner, monitors, 0)).toEqual({ x: 800, y: 700, ...size });
    expect(popupPlace({ x: 1200, y: 200, ...size }, owner, monitors, 0)).toEqual({ x: 800, y: 200, ...size });
  });

  it('may be the other monitor of an owner that is on both', () => {
    const across = { x: 900, y: 100, width: 400, height: 300 };
    const menu = { x: 1100, y: 200, width: 200, height: 100 };
    expect(popupPlace(menu, across, monitors, 0)).toEqual(menu);
  });

  it('leaves half of the monitor free, whatever others cover already', () => {
    const huge = { x: 0, y: 0, width: 5000, height: 5000 };
    expect(popupPlace(huge, owner, monitors, 0)).toEqual({ x: 0, y: 30, width: 1000, height: 385 });
    expect(popupPlace(huge, owner, monitors, 200_000)).toMatchObject({ width: 1000, height: 185 });
    expect(popupPlace(huge, owner, monitors, 385_000)).toBeUndefined();
    expect(popupPlace(huge, owner, monitors, 900_000)).toBeUndefined();
  });

  it('is nowhere without an owner on the screen', () => {
    const menu = { x: 120, y: 130, width: 200, height: 100 };
    expect(popupPlace(menu, { ...owner, x: 4000 }, monitors, 0)).toBeUndefined();
  });
});
