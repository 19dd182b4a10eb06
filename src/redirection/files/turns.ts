/** Lets work for the same key go one after the other, and so much work at once in all. */
export class Turns {
  readonly #max: number;
  readonly #last = new Map<string, Promise<unknown>>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(maxAtOnce: number) {
    this.#max = maxAtOnce;
  }

  /** Something is at work, or waits for its turn. */
  get busy(): boolean {
    return this.#last.size > 0;
  }

  has(key: string): boolean {
    return this.#last.has(key);
  }

  /** Settles as `work` does, whatever became of the work before. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#atWork(work));
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }

  /** Resolves when all that is at work or waits now has settled. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }

  async #atWork<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#max) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
