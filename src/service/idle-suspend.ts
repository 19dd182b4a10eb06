export interface IdleOptions {
  /** How long nobody may have used the guest; 0: it is never suspended for that. */
  readonly idleMs: number;
  /** Whether there is a guest that runs and shows nothing. */
  readonly isQuiet: () => boolean;
  /** Suspends the guest. What it rejects with has been told. */
  readonly suspend: () => Promise<void>;
}

/** Suspends a guest that nobody uses: no window of it is open, and nobody is waiting for one. */
export class IdleSuspend {
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

  /** One that cannot be suspended just now may be later. */
  async #rest(): Promise<void> {
    await this.#options.suspend();
    this.#timer = undefined;
    this.look();
  }
}
