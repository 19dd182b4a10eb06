import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lost, notProven, otherVersion, replaced } from '../../../src/guest-bridge/connection/end-reasons.ts';
import { Heartbeat } from '../../../src/guest-bridge/connection/heartbeat.ts';
import { RateMeter } from '../../../src/guest-bridge/connection/rate-meter.ts';
import { GuestLog } from '../../../src/guest-bridge/guest-log.ts';
import { ProtocolViolation } from '../../../src/guest-bridge/protocol/violation.ts';
import { RedialPolicy } from '../../../src/guest-bridge/redial-policy.ts';
import { standardTiming } from '../../../src/guest-bridge/timing.ts';
import type { Log } from '../../../src/shared/log.ts';

describe('rate meter', () => {
  it('allows the rate for ever, and a burst of ten seconds', () => {
    let ms = 0;
    const meter = new RateMeter(100, 10_000, () => ms);
    expect(meter.count(1000)).toBe(true);
    expect(meter.count(1)).toBe(false);
    for (ms = 20_000; ms < 100_000; ms += 100) expect(meter.count(10)).toBe(true);
  });

  it('forgets what is longer ago', () => {
    let ms = 0;
    const meter = new RateMeter(100, 10_000, () => ms);
    meter.count(1000);
    ms = 9_000;
    expect(meter.count(1)).toBe(false);
    ms = 1_000_000;
    expect(meter.count(1000)).toBe(true);
  });
});

describe('heartbeat', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function start(isHeld = () => false) {
    const pings: number[] = [];
    const onDead = vi.fn();
    const heartbeat = new Heartbeat(1000, { ping: (id) => pings.push(id), isHeld, onDead });
    return { pings, onDead, heartbeat };
  }

  it('is dead after three pings without an answer', () => {
    const { pings, onDead } = start();
    vi.advanceTimersByTime(3_999);
    expect(pings).toEqual([1, 2, 3]);
    expect(onDead).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(onDead).toHaveBeenCalledOnce();
    expect(pings).toEqual([1, 2, 3]);
  });

  it('lives while answers come, late ones too', () => {
    const { pings, onDead, heartbeat } = start();
    vi.advanceTimersByTime(2_500);
    heartbeat.pong(1);
    vi.advanceTimersByTime(2_000);
    heartbeat.pong(3);
    vi.advanceTimersByTime(2_000);
    expect(onDead).not.toHaveBeenCalled();
    expect(pings).toHaveLength(6);
    heartbeat.stop();
  });

  it('does not blame the guest while the host does not read', () => {
    let held = true;
    const { onDead } = start(() => held);
    vi.advanceTimersByTime(20_000);
    expect(onDead).not.toHaveBeenCalled();
    held = false;
    vi.advanceTimersByTime(20_000);
    expect(onDead).toHaveBeenCalledOnce();
  });

  it('refuses an answer to nothing', () => {
    const { heartbeat } = start();
    expect(() => heartbeat.pong(1)).toThrowError(expect.objectContaining({ code: 'bridge.wrong-order' }));
    heartbeat.stop();
  });
});

describe('dialling again', () => {
  const violation = () => new ProtocolViolation('bridge.bad-message', 'x');

  it('pauses longer and longer, up to a limit, until it succeeded', () => {
    const policy = new RedialPolicy(standardTiming);
    const pause = () => {
      const verdict = policy.ended(lost('x'));
      return verdict.kind === 'dial' ? verdict.afterMs : -1;
    };
    expect(pause()).toBe(50);
    expect(pause()).toBe(75);
    for (let attempt = 0; attempt < 5000; attempt++) pause();
    expect(pause()).toBe(250);
    policy.succeeded();
    expect(pause()).toBe(50);
  });

  it('gives up at the third violation within a minute', () => {
    let ms = 0;
    const policy = new RedialPolicy(standardTiming, { now: () => ms });
    expect(policy.ended(violation()).kind).toBe('dial');
    ms = 59_000;
    expect(policy.ended(violation()).kind).toBe('dial');
    ms = 61_000;
    expect(policy.ended(violation()).kind).toBe('dial');
    ms = 62_000;
    expect(policy.ended(violation())).toMatchObject({ kind: 'give-up', reason: { code: 'bridge.gave-up' } });
  });

  it.each([notProven(), otherVersion(2), replaced()])('gives up at once: $code', (reason) => {
    expect(new RedialPolicy(standardTiming).ended(reason)).toEqual({ kind: 'give-up', reason });
  });

  it('waits for the agent that is about to be put in place of another', () => {
    const policy = new RedialPolicy(standardTiming, { agentToCome: true });
    expect(policy.ended(notProven()).kind).toBe('dial');
    expect(policy.ended(otherVersion(2)).kind).toBe('dial');
    expect(policy.ended(replaced()).kind).toBe('give-up');
  });
});

describe('the log of the agent', () => {
  it('is cleaned and limited', () => {
    const lines: string[] = [];
    const note = (_: object, text: string) => void lines.push(text);
    const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
    let ms = 0;
    const guestLog = new GuestLog(log, () => ms);
    const take = () => guestLog.take({ type: 'log', level: 'info', text: 'a\u001b[0m\nb\u202e' });
    expect(take()).toEqual({ level: 'info', text: 'a [0m b' });
    for (let line = 0; line < 10_000; line++) take();
    expect(lines).toHaveLength(100);
    ms = 1000;
    expect(take()).toBeDefined();
    expect(lines).toHaveLength(102);
    expect(lines.at(-2)).toMatch(/dropped/);
  });
});
