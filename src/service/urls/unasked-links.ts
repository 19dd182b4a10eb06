const overMs = 600_000;
const most = 20;
const mostOfHost = 10;

/**
 * How many links one guest may be given that nobody may have clicked: a page of the host's browser makes up as many
 * addresses as it likes. Past it the user clicks.
 */
export class UnaskedLinks {
  readonly #now: () => number;
  /** At most `most`. */
  #opened: readonly { readonly host: string; readonly atMs: number }[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Counts one. False, uncounted, once they are too many, of this host or of all. */
  take(host: string): boolean {
    this.#opened = this.#opened.filter(({ atMs }) => this.#now() - atMs < overMs);
    const ofHost = this.#opened.filter((opened) => opened.host === host);
    if (this.#opened.length >= most || ofHost.length >= mostOfHost) return false;
    this.#opened = [...this.#opened, { host, atMs: this.#now() }];
    return true;
  }
}
