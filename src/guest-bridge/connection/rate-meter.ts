/** Counts events over a sliding time, in steps of a tenth of it. */
export class RateMeter {
  readonly #limit: number;
  readonly #stepMs: number;
  readonly #now: () => number;
  readonly #steps: number[] = new Array<number>(10).fill(0);
  #total = 0;
  #step = 0;

  /** At most `perSecond`, averaged over `overMs`. */
  constructor(perSecond: number, overMs: number, now: () => number = () => performance.now()) {
    this.#limit = (perSecond * overMs) / 1000;
    this.#stepMs = overMs / 10;
    this.#now = now;
    this.#step = Math.floor(now() / this.#stepMs);
  }

  /** Counts `events`; false once they are too many. */
  count(events: number): boolean {
    const step = Math.floor(this.#now() / this.#stepMs);
    for (let stale = Math.max(this.#step + 1, step - 9); stale <= step; stale++) {
      this.#total -= this.#steps[stale % 10] ?? 0;
      this.#steps[stale % 10] = 0;
    }
    this.#step = step;
    this.#steps[step % 10] = (this.#steps[step % 10] ?? 0) + events;
    this.#total += events;
    return this.#total <= this.#limit;
  }
}
