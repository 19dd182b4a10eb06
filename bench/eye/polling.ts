import { setImmediate } from 'node:timers/promises';

/** Between two looks. Long enough to leave the processor to what is measured, short against any figure. */
export const lookEveryMs = 0.15;
/** So long the event loop may stand still: ends of processes and Ctrl+C are heard in between. */
const turnEveryMs = 50;

const clock = new Int32Array(new SharedArrayBuffer(4));

/**
 * Calls `look` every 0.15 ms, with the time, until it gives something or `timeoutMs` is over (then undefined).
 * It sleeps in the kernel and not in the event loop, whose timers know whole milliseconds only.
 */
export async function pollUntil<T>(
  look: (nowMs: number) => T | undefined,
  timeoutMs: number,
): Promise<T | undefined> {
  const startMs = performance.now();
  let turnedMs = startMs;
  for (;;) {
    const nowMs = performance.now();
    const found = look(nowMs);
    if (found !== undefined) return found;
    if (nowMs - startMs > timeoutMs) return undefined;
    if (nowMs - turnedMs > turnEveryMs) {
      await setImmediate();
      turnedMs = performance.now();
    }
    Atomics.wait(clock, 0, 0, lookEveryMs);
  }
}
