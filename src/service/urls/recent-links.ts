const momentMs = 30_000;
const most = 64;
/** A user may click twice. */
const mostTimes = 3;

/** How often links were opened in the last moment. */
export class RecentLinks {
  readonly #now: () => number;
  readonly #openedMs = new Map<string, readonly number[]>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Counts an opening. False, uncounted, once they are more than a user's clicks. */
  count(url: string): boolean {
    const recent = (this.#openedMs.get(url) ?? []).filter((openedMs) => this.#now() - openedMs < momentMs);
    if (recent.length >= mostTimes) return false;
    this.#openedMs.delete(url);
    this.#openedMs.set(url, [...recent, this.#now()]);
    const [oldest] = this.#openedMs.keys();
    if (this.#openedMs.size > most && oldest !== undefined) this.#openedMs.delete(oldest);
    return true;
  }
}
