import { type Figure, figure } from '../figure.ts';

const sleepMs = 1;
const sleepsPerSample = 80;
const spinMs = 60;
/** A loop that only reads the clock stands still for longer than this only when something else had the processor. */
const gapMs = 0.2;

const clock = new Int32Array(new SharedArrayBuffer(4));

/** How much the machine itself jitters, sampled all through a run while nothing is measured. */
export class MachineNoise {
  readonly #lateMs: number[] = [];
  readonly #stolenPercent: number[] = [];

  /** Takes about 0.2 s and stands in the way of nobody. */
  sample(): void {
    for (let i = 0; i < sleepsPerSample; i++) {
      const startMs = performance.now();
      Atomics.wait(clock, 0, 0, sleepMs);
      this.#lateMs.push(performance.now() - startMs - sleepMs);
    }
    this.#stolenPercent.push(100 * stolenShare());
  }

  /** None before the first sample. */
  figures(): Figure[] {
    if (this.#lateMs.length === 0) return [];
    const late = (suffix: string, share: number) =>
      figure(`machine.wake_up_late.${suffix}`, 'ms', this.#lateMs, share);
    return [
      late('p50', 0.5),
      late('p99', 0.99),
      late('max', 1),
      figure('machine.stolen', '%', this.#stolenPercent, 0.5),
      figure('machine.stolen.p95', '%', this.#stolenPercent, 0.95),
    ];
  }
}

/** Of a busy loop's time, the part in which it did not run. */
function stolenShare(): number {
  const startMs = performance.now();
  let stolen = 0;
  let before = startMs;
  while (before - startMs < spinMs) {
    const nowMs = performance.now();
    if (nowMs - before > gapMs) stolen += nowMs - before;
    before = nowMs;
  }
  return stolen / (before - startMs);
}
