import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type GuestEnd, patienceMs, withPatience } from '../../../src/service/guest-end.ts';

let end: GuestEnd;
/** After how long the work was told that it is too late. */
let lateMs: number | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  lateMs = undefined;
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that goes on until it is too late. */
function work(): Promise<unknown> {
  const begunMs = performance.now();
  const untilLate = (late: AbortSignal) =>
    new Promise((resolve) => {
      late.addEventListener('abort', () => {
        lateMs = performance.now() - begunMs;
        resolve(late.reason);
      });
    });
  return withPatience(
    () => end,
    untilLate,
    () => new Error('too late'),
  );
}

test.each(['stop', 'suspend', 'force', 'hurry'] as const)(
  'a %s waits so long, and no longer',
  async (kind) => {
    end = kind;
    const working = work();
    await vi.advanceTimersByTimeAsync(patienceMs[kind]);
    expect(lateMs).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100);
    expect(await working).toEqual(new Error('too late'));
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('a stop that is forced meanwhile waits no longer than one that was forced at once', async () => {
  end = 'stop';
  const working = work();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(lateMs).toBeUndefined();
  end = 'force';
  await vi.advanceTimersByTimeAsync(100);
  await working;
  expect(lateMs).toBeLessThan(20_200);
});

test('what ends in time leaves nothing behind, however it ends', async () => {
  end = 'stop';
  expect(
    await withPatience(
      () => end,
      async () => 'done',
    ),
  ).toBe('done');
  const failing = withPatience(
    () => end,
    async () => {
      throw new Error('broken');
    },
  );
  await expect(failing).rejects.toThrow('broken');
  expect(vi.getTimerCount()).toBe(0);
});
