const overMs = 600_000;
/** A user who clicks links in a guest all day does not come near it. */
const most = 20;

/**
 * How many links, or files, one guest may have the host open. Every link can tell somebody outside what a guest without a
 * network could not.
 */
export class HostQuota {
  readonly #now: () => number;
  readonly #limits: { readonly most: number; readonly overMs: number };
  #openedMs: readonly number[] = [];
  #used = false;

  constructor(now: () => number = () => performance.now(), limits = { most, overMs }) {
    this.#now = now;
    this.#limits = limits;
  }

  /** Counts one; `first-refused` once, for the user to be told, then `refused`, uncounted, until some are long past. */
  take(): 'taken' | 'first-refused' | 'refused' {
    const { most, overMs } = this.#limits;
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
