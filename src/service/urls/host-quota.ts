const overMs = 600_000;
/** A user who clicks links in a guest all day does not come near it. */
const most = 20;

/**
 * How many links one guest may have the host open. Every one of them can tell somebody outside what a guest without a
 * network could not.
 */
export class HostQuota {
  readonly #now: () => number;
  #openedMs: readonly number[] = [];
  #used = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Counts a link; `first-refused` once, for the user to be told, then `refused`, uncounted, until some are long past. */
  take(): 'taken' | 'first-refused' | 'refused' {
    this.#openedMs = this.#openedMs.filter((openedMs) => this.#now() - openedMs < overMs);
    if (this.#openedMs.length < most) {
      this.#openedMs = [...this.#openedMs, this.#now()];
      this.#used = false;
      return 'taken';
    }
    const first = !this.#used;
    this.#used = true;
    return first ? 'first-refused' : 'refused';
  }
}
