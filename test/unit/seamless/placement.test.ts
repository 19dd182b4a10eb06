import { describe, expect, it } from 'vitest';
import { Placement } from '../../../src/seamless/placement.ts';

const rect = (x: number, y: number, width = 300, height = 200) => ({ x, y, width, height });

describe('a window placed by the host', () => {
  it('asks the guest to follow', () => {
    const placement = new Placement(rect(0, 0), rect(0, 0));
    expect(placement.hostPlaced(rect(50, 60))).toEqual({ serial: 1, surface: rect(50, 60) });
  });

  it('asks nothing when the guest is there already', () => {
    const placement = new Placement(rect(50, 60), rect(0, 0));
    expect(placement.hostPlaced(rect(50, 60))).toBeUndefined();
  });

  it('keeps one move under way during a drag, and ends where the user let go', () => {
    const placement = new Placement(rect(0, 0), rect(0, 0));
    placement.hostPlaced(rect(10, 0));
    expect(placement.hostPlaced(rect(20, 0))).toBeUndefined();
    expect(placement.hostPlaced(rect(30, 0))).toBeUndefined();
    expect(placement.guestPlaced(rect(10, 0), 1)).toEqual({ ask: { serial: 2, surface: rect(30, 0) } });
    expect(placement.guestPlaced(rect(30, 0), 2)).toEqual({});
    expect(placement.host).toEqual(rect(30, 0));
  });

  it('ignores what the guest said before it heard of the move', () => {
    const placement = new Placement(rect(0, 0), rect(0, 0));
    placement.hostPlaced(rect(10, 0));
    expect(placement.guestPlaced(rect(5, 5), 0)).toEqual({});
    expect(placement.host).toEqual(rect(10, 0));
  });

  it('accepts that the guest could not place it there', () => {
    const placement = new Placement(rect(0, 0), rect(0, 0));
    placement.hostPlaced(rect(-50, 0));
    expect(placement.guestPlaced(rect(0, 0), 1)).toEqual({});
    expect(placement.host).toEqual(rect(-50, 0));
    expect(placement.toHost(rect(20, 20, 5, 5))).toEqual(rect(-30, 20, 5, 5));
  });

  it('follows the size the application insists on', () => {
    const placement = new Placement(rect(0, 0), rect(0, 0));
    placement.hostPlaced(rect(0, 0, 100, 100));
    expect(placement.guestPlaced(rect(0, 0, 160, 120), 1)).toEqual({ place: rect(0, 0, 160, 120) });
  });

  it('asks for the newest place when the guest stays silent', () => {
    const placement = new Placement(rect(0, 0), rect(0, 0));
    placement.hostPlaced(rect(10, 0));
    placement.hostPlaced(rect(20, 0));
    expect(placement.expire()).toEqual({ serial: 2, surface: rect(20, 0) });
    expect(placement.expire()).toBeUndefined();
    expect(placement.guestPlaced(rect(10, 0), 1)).toEqual({});
  });

  it('takes a late answer for an answer, not for the application’s own move', () => {
    const placement = new Placement(rect(0, 0), rect(0, 0));
    placement.hostPlaced(rect(184, 120));
    expect(placement.expire()).toBeUndefined();
    expect(placement.guestPlaced(rect(184, 120), 1)).toEqual({});
    expect(placement.host).toEqual(rect(184, 120));
    expect(placement.waiting).toBe(false);
  });

  it('does not move again when a busy application gets there after the guest has given it up', () => {
    const placement = new Placement(rect(0, 0), rect(0, 0));
    placement.hostPlaced(rect(611, 430));
    expect(placement.guestPlaced(rect(0, 0), 1)).toEqual({});
    expect(placement.guestPlaced(rect(611, 430, 320, 200), 1)).toEqual({ place: rect(611, 430, 320, 200) });
    // From there on it moves by itself again.
    expect(placement.guestPlaced(rect(600, 430, 320, 200), 1)).toEqual({ place: rect(600, 430, 320, 200) });
    expect(placement.guestPlaced(rect(611, 430, 320, 200), 1)).toEqual({ place: rect(611, 430, 320, 200) });
  });

  it('forgets a place that was not met once the application moves, or the host comes back', () => {
    const moved = new Placement(rect(0, 0), rect(0, 0));
    moved.hostPlaced(rect(50, 0));
    moved.guestPlaced(rect(0, 0), 1);
    moved.guestPlaced(rect(10, 0), 1);
    expect(moved.guestPlaced(rect(50, 0), 1)).toEqual({ place: rect(100, 0) });
    const back = new Placement(rect(0, 0), rect(0, 0));
    back.hostPlaced(rect(50, 0));
    back.guestPlaced(rect(0, 0), 1);
    expect(back.hostPlaced(rect(0, 0))).toBeUndefined();
    expect(back.guestPlaced(rect(50, 0), 1)).toEqual({ place: rect(50, 0) });
  });
});

describe('a window the application moves itself', () => {
  it('moves on the host by the same way', () => {
    const placement = new Placement(rect(0, 0), rect(100, 100));
    expect(placement.guestPlaced(rect(7, -3, 310, 200), 0)).toEqual({ place: rect(107, 97, 310, 200) });
  });

  it('stays when nothing changed', () => {
    const placement = new Placement(rect(0, 0), rect(100, 100));
    expect(placement.guestPlaced(rect(0, 0), 0)).toEqual({});
  });
});
