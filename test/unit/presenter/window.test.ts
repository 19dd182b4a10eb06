import { describe, expect, it } from 'vitest';
import type { Atoms } from '../../../src/presenter/x11/atoms.ts';
import {
  classData,
  iconData,
  representable,
  sizeHints,
  titleData,
} from '../../../src/presenter/x11/window/hints.ts';
import { Placement } from '../../../src/presenter/x11/window/placement.ts';
import { ShowStateTracker, showStateOf } from '../../../src/presenter/x11/window/show-state.ts';

const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe('Placement', () => {
  const start = rect(10, 10, 100, 80);

  it('a wish that comes true after the owner was told of another place is news', () => {
    const placement = new Placement(rect(0, 0, 10, 10));
    placement.observe(rect(0, 0, 10, 10));
    placement.wish(rect(-4, -4, 100, 90));
    expect(placement.observe(rect(50, 60, 30, 20))).toEqual(rect(50, 60, 30, 20));
    expect(placement.observe(rect(-4, -4, 100, 90))).toEqual(rect(-4, -4, 100, 90));
    expect(placement.waiting).toBe(false);
  });

  it('keeps quiet about what was asked for', () => {
    const placement = new Placement(start);
    expect(placement.observe(start)).toBeUndefined();
    const wish = rect(30, 40, 200, 150);
    placement.wish(wish);
    expect(placement.expected).toEqual(wish);
    expect(placement.current).toEqual(start);
    expect(placement.observe(wish)).toBeUndefined();
    expect(placement.settle()).toBeUndefined();
    expect(placement.current).toEqual(wish);
  });

  it('waits while a wish is half-way', () => {
    const placement = new Placement(start);
    placement.observe(start);
    placement.wish(rect(30, 40, 200, 150));
    expect(placement.observe(rect(10, 10, 200, 150))).toBeUndefined();
    expect(placement.observe(rect(30, 40, 200, 150))).toBeUndefined();
    expect(placement.settle()).toBeUndefined();
  });

  it('tells in the end that a wish came true only half', () => {
    const placement = new Placement(start);
    placement.observe(start);
    placement.wish(rect(30, 40, 20, 15));
    expect(placement.observe(rect(30, 40, 100, 80))).toBeUndefined();
    expect(placement.settle()).toEqual(rect(30, 40, 100, 80));
    expect(placement.settle()).toBeUndefined();
  });

  it('tells every step of a drag, also while a wish is unanswered', () => {
    const placement = new Placement(start);
    placement.observe(start);
    placement.wish(rect(300, 300, 100, 80));
    for (let i = 1; i < 5; i++) {
      const step = rect(10 + i, 10 + i, 100, 80);
      expect(placement.observe(step)).toEqual(step);
    }
  });

  it('tells when the user goes back to a place that was asked for before', () => {
    const placement = new Placement(start);
    placement.observe(start);
    expect(placement.observe(rect(50, 50, 100, 80))).toEqual(rect(50, 50, 100, 80));
    expect(placement.observe(start)).toEqual(start);
  });

  it('answers several wishes by the last one granted', () => {
    const placement = new Placement(start);
    for (let i = 0; i < 200; i++) placement.wish(rect(i, 0, 100, 80));
    expect(placement.observe(rect(198, 0, 100, 80))).toBeUndefined();
    expect(placement.waiting).toBe(true);
    expect(placement.observe(rect(199, 0, 100, 80))).toBeUndefined();
    expect(placement.waiting).toBe(false);
  });
});

describe('show state', () => {
  const atoms = {
    _NET_WM_STATE_HIDDEN: 1,
    _NET_WM_STATE_MAXIMIZED_HORZ: 2,
    _NET_WM_STATE_MAXIMIZED_VERT: 3,
  } as Atoms;

  it('is read from both properties', () => {
    expect(showStateOf(atoms, [], undefined)).toBe('normal');
    expect(showStateOf(atoms, [2], 1)).toBe('normal');
    expect(showStateOf(atoms, [3, 2], 1)).toBe('maximised');
    expect(showStateOf(atoms, [2, 3, 1], 1)).toBe('minimised');
    expect(showStateOf(atoms, [2, 3], 3)).toBe('minimised');
  });

  it('is news unless asked for', () => {
    const tracker = new ShowStateTracker('maximised');
    expect(tracker.observe('maximised')).toBeUndefined();
    expect(tracker.observe('minimised')).toBe('minimised');
    tracker.ask('normal');
    expect(tracker.observe('maximised')).toBe('maximised');
    tracker.ask('maximised');
    expect(tracker.observe('minimised')).toBe('minimised');
    expect(tracker.observe('minimised')).toBeUndefined();
  });

  it('falls due again when it overtook a minimising, which is no news then', () => {
    const tracker = new ShowStateTracker('normal');
    tracker.ask('minimised');
    tracker.ask('maximised');
    tracker.ask('normal');
    expect(tracker.takeDue()).toBeUndefined();
    expect(tracker.observe('minimised')).toBeUndefined();
    expect(tracker.takeDue()).toBe('normal');
    expect(tracker.takeDue()).toBeUndefined();
    tracker.ask('normal');
    expect(tracker.observe('normal')).toBeUndefined();
    expect(tracker.observe('minimised')).toBe('minimised');
    expect(tracker.takeDue()).toBeUndefined();
  });

  it('does not fall due when the last word was to minimise, or nothing was on the screen yet', () => {
    const tracker = new ShowStateTracker('minimised');
    tracker.begin('normal');
    expect(tracker.observe('minimised')).toBe('minimised');
    expect(tracker.takeDue()).toBeUndefined();
    tracker.ask('normal');
    tracker.observe('normal');
    for (const state of ['minimised', 'normal', 'minimised'] as const) tracker.ask(state);
    expect(tracker.observe('minimised')).toBeUndefined();
    expect(tracker.takeDue()).toBeUndefined();
  });
});

describe('hints', () => {
  const free = { resizable: true, minSize: undefined, maxSize: undefined };

  it('puts the content where it is wanted (static gravity), with its limits', () => {
    const hints = sizeHints(rect(-5, 7, 300, 200), { ...free, minSize: { width: 100, height: 50 } });
    expect(hints).toHaveLength(18);
    expect(hints.slice(1, 9)).toEqual([-5, 7, 300, 200, 100, 50, 32767, 32767]);
    expect(hints[0]).toBe(1 | 2 | 4 | 8 | 16 | 512);
    expect(hints[17]).toBe(10);
  });

  it('fixes the size of what cannot be resized', () => {
    const hints = sizeHints(rect(0, 0, 300, 200), { ...free, resizable: false });
    expect(hints.slice(5, 9)).toEqual([300, 200, 300, 200]);
  });

  it('mends a maximum below the minimum and absurd sizes', () => {
    const limits = {
      minSize: { width: 400, height: 0 },
      maxSize: { width: 10, height: 1e9 },
      resizable: true,
    };
    expect(sizeHints(rect(0, 0, 1, 1), limits).slice(5, 9)).toEqual([400, 1, 400, 32767]);
    expect(representable(rect(1e6, -1e6, 0, 1e6))).toEqual(rect(32767, -32767, 1, 32767));
  });

  it('writes icons smallest first and leaves out what is wrong or too large', () => {
    const icon = (width: number, height: number, bytes = width * height * 4) => ({
      width,
      height,
      bgra: new Uint8Array(bytes).fill(width),
    });
    const data = iconData([icon(32, 32), icon(2, 1), icon(256, 256), icon(16, 16, 12), icon(0, 0)]);
    expect(data.length).toBe(8 + 8 + 8 + 32 * 32 * 4);
    expect([data.readUInt32LE(0), data.readUInt32LE(4), data.readUInt32LE(8)]).toEqual([2, 1, 0x02020202]);
    expect(data.readUInt32LE(16)).toBe(32);
    const many = iconData(Array.from({ length: 20 }, () => icon(128, 128)));
    expect(many.length).toBeLessThan(262_000);
  });

  it('writes titles in both ways and classes without zero bytes inside', () => {
    const { utf8, latin1 } = titleData('Grüße ✓ 😀');
    expect(utf8.toString('utf8')).toBe('Grüße ✓ 😀');
    expect(latin1.toString('latin1')).toBe('Grüße ? ?');
    expect(classData('a\0b').toString()).toBe('ab\0ab\0');
  });
});
