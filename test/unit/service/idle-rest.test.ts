import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IdleRest } from '../../../src/service/idle-rest.ts';

let quiet: boolean;
let suspended: number;

beforeEach(() => {
  vi.useFakeTimers();
  quiet = true;
  suspended = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

/** Suspending works unless `runsOn`. */
function idle(idleMs: number, runsOn = false): IdleRest {
  return new IdleRest({
    idleMs,
    isQuiet: () => quiet,
    async rest() {
      suspended++;
      quiet = runsOn;
    },
  });
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('a guest that is quiet for so long is suspended, once', async () => {
  const watch = idle(1000);
  watch.look();
  await pass(999);
  expect(suspended).toBe(0);
  await pass(1);
  expect(suspended).toBe(1);
  await pass(10_000);
  expect(suspended).toBe(1);
});

test('changes of a guest that stays quiet do not put it off; a window does', async () => {
  const watch = idle(1000);
  watch.look();
  await pass(600);
  watch.look();
  await pass(300);
  quiet = false;
  watch.look();
  await pass(10_000);
  expect(suspended).toBe(0);
  quiet = true;
  watch.look();
  await pass(999);
  expect(suspended).toBe(0);
  await pass(1);
  expect(suspended).toBe(1);
});

test('whoever waits for something of the guest holds it, to the last one', async () => {
  const watch = idle(1000);
  const [first, second] = [watch.hold(), watch.hold()];
  await pass(5000);
  first();
  first();
  await pass(5000);
  expect(suspended).toBe(0);
  second();
  await pass(1000);
  expect(suspended).toBe(1);
});

test('one that could not be suspended is tried again after as long', async () => {
  const watch = idle(1000, true);
  watch.look();
  await pass(3000);
  expect(suspended).toBe(3);
});

test('0 is never', async () => {
  const watch = idle(0);
  watch.look();
  watch.hold()();
  await pass(100_000_000);
  expect(suspended).toBe(0);
});
