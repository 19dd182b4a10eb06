import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ServiceState } from '../../../src/launcher/api/state.ts';
import type { Peer } from '../../../src/launcher/ipc-channel.ts';
import { startWatch } from '../../../src/launcher/ipc-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A service whose state is numbered by `processId`, and a peer that reads when it is told to. */
function setUp() {
  let processId = 0;
  const listeners = new Set<() => void>();
  const sent: number[] = [];
  let congested = false;
  let drained: (() => void) | undefined;
  const source = {
    state: (): ServiceState => ({ version: '', processId, logFile: '', workspaces: [] }),
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const peer: Peer = {
    send() {},
    close() {},
    end() {},
    congested: () => congested,
    whenDrained(listener) {
      drained = listener;
    },
  };
  return {
    sent,
    listeners,
    stop: startWatch(source, peer, (state) => sent.push(state.processId)),
    change() {
      processId += 1;
      for (const listener of listeners) listener();
    },
    setCongested(value: boolean) {
      congested = value;
      if (!value) drained?.();
    },
  };
}

test('sends the whole state at once', () => {
  expect(setUp().sent).toEqual([0]);
});

test('sends at most one state each 50 ms, and always the last one', () => {
  const watch = setUp();
  for (let ms = 0; ms < 100; ms += 1) {
    watch.change();
    vi.advanceTimersByTime(1);
  }
  expect(watch.sent).toEqual([0, 50, 100]);
  vi.advanceTimersByTime(1000);
  expect(watch.sent).toEqual([0, 50, 100]);
});

test('a change after a quiet time is sent without delay', () => {
  const watch = setUp();
  vi.advanceTimersByTime(1000);
  watch.change();
  vi.advanceTimersByTime(0);
  expect(watch.sent).toEqual([0, 1]);
});

test('a slow reader gets the newest state only, once it reads again', () => {
  const watch = setUp();
  watch.setCongested(true);
  for (let changes = 0; changes < 1000; changes += 1) {
    watch.change();
    vi.advanceTimersByTime(60);
  }
  expect(watch.sent).toEqual([0]);
  watch.setCongested(false);
  expect(watch.sent).toEqual([0, 1000]);
  vi.advanceTimersByTime(60);
  watch.change();
  vi.advanceTimersByTime(60);
  expect(watch.sent).toEqual([0, 1000, 1001]);
});

test('nothing is sent and nothing listens after the end', () => {
  const watch = setUp();
  watch.change();
  watch.stop();
  vi.advanceTimersByTime(1000);
  expect(watch.sent).toEqual([0]);
  expect(watch.listeners.size).toBe(0);
});
