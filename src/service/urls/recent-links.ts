const momentMs = 30_000;
const most = 64;

/** Links that were opened a moment ago. */
export class RecentLinks {
  readonly #now: () => number;
  readonly #openedMs = new Map<string, number>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  note(url: string): void {
    this.#openedMs.delete(url);
    this.#openedMs.set(url, this.#now());
    const [oldest] = this.#openedMs.keys();
    if (this.#openedMs.size > most && oldest !== undefined) this.#openedMs.delete(oldest);
  }

  has(url: string): boolean {
    const openedMs = this.#openedMs.get(url);
    return openedMs !== undefined && this.#now() - openedMs < momentMs;
  }
}
