import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChangePace } from '../../../src/seamless/change-pace.ts';
import { OpeningPace } from '../../../src/seamless/opening-pace.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('changes', () => {
  const limits = { perSecond: 3, inAllPerSecond: 5, catchUpMs: 10, mostAtOnce: 2 };
  const paced = () => {
    const applied: number[] = [];
    let said = 0;
    const pace = new ChangePace(
      (id) => void applied.push(id),
      () => said++,
      limits,
    );
    return { pace, applied, said: () => said };
  };

  it('of one thing pass until they are too many, then the newest counts', () => {
    const { pace, applied, said } = paced();
    for (let i = 0; i < 10; i++) pace.changed(1);
    expect(applied).toEqual([1, 1, 1]);
    vi.advanceTimersByTime(10);
    expect(applied).toEqual([1, 1, 1, 1]);
    vi.advanceTimersByTime(1_000);
    pace.changed(1);
    expect(applied).toHaveLength(5);
    expect(said()).toBe(1);
  });

  it('of many things have a limit in all; those that wait longest come first, a few at a time', () => {
    const { pace, applied } = paced();
    for (let id = 1; id <= 10; id++) pace.changed(id);
    expect(applied).toEqual([1, 2, 3, 4, 5]);
    vi.advanceTimersByTime(10);
    expect(applied.slice(5)).toEqual([6, 7]);
    pace.catchUp(10);
    vi.advanceTimersByTime(20);
    expect(applied.slice(5)).toEqual([6, 7, 10, 8, 9]);
    pace.catchUp(10);
    expect(applied).toHaveLength(10);
  });

  it('end with the owner', () => {
    const { pace, applied } = paced();
    for (let i = 0; i < 10; i++) pace.changed(1);
    pace.close();
    vi.advanceTimersByTime(1_000);
    expect(applied).toHaveLength(3);
  });
});

describe('openings', () => {
  const paced = (mayOpen = () => true) => {
    const opened: number[] = [];
    let said = 0;
    const calls = { open: (id: number) => void opened.push(id), mayOpen, onTooMany: () => said++ };
    return { pace: new OpeningPace({ atOnce: 3, perSecond: 10 }, calls), opened, said: () => said };
  };

  it('pass at once until they are too many, then in their order, one after the other', () => {
    const { pace, opened, said } = paced();
    for (let id = 1; id <= 6; id++) pace.came(id);
    expect(opened).toEqual([1, 2, 3]);
    vi.advanceTimersByTime(101);
    expect(opened).toEqual([1, 2, 3, 4]);
    vi.advanceTimersByTime(1_000);
    expect(opened).toEqual([1, 2, 3, 4, 5, 6]);
    expect(said()).toBe(1);
  });

  it('that are over before their turn never come', () => {
    const { pace, opened } = paced();
    for (let id = 1; id <= 5; id++) pace.came(id);
    pace.gone(4);
    vi.advanceTimersByTime(1_000);
    expect(opened).toEqual([1, 2, 3, 5]);
  });

  it('wait while there is no room', () => {
    let room = false;
    const { pace, opened } = paced(() => room);
    pace.came(1);
    vi.advanceTimersByTime(1_000);
    expect(opened).toEqual([]);
    room = true;
    vi.advanceTimersByTime(200);
    expect(opened).toEqual([1]);
    pace.close();
  });
});
