export interface IdleOptions {
  /** How long nobody may have used the guest; 0: for ever. */
  readonly idleMs: number;
  /** Whether there is a guest that runs and shows nothing. */
  readonly isQuiet: () => boolean;
  /** Puts the guest to rest, or ends it. What it rejects with has been told. */
  readonly rest: () => Promise<void>;
}

/** Puts a guest to rest that nobody uses: no window of it is open, and nobody is waiting for one. */
export class IdleRest {
  readonly #options: IdleOptions;
  #holders = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: IdleOptions) {
    this.#options = options;
  }

  /** Something has changed: a guest that has been quiet all the while is as quiet as before. */
  look(): void {
    const { idleMs, isQuiet } = this.#options;
    const quiet = idleMs > 0 && this.#holders === 0 && isQuiet();
    if (!quiet) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    } else {
      this.#timer ??= setTimeout(() => void this.#rest(), idleMs);
    }
  }

  /** Somebody uses the guest, until the returned function is called. */
  hold(): () => void {
    this.#holders++;
    this.look();
    let held = true;
    return () => {
      if (held) this.#holders--;
      held = false;
      this.look();
    };
  }

  /** One that cannot be put to rest just now may be later. */
  async #rest(): Promise<void> {
    await this.#options.rest();
    this.#timer = undefined;
    this.look();
  }
}
