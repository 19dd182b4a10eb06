/** A file on its way, as the user is told. */
export interface Transfer {
  readonly name: string;
  readonly direction: 'to-guest' | 'from-guest';
  /** 0 to 1. */
  readonly fraction: number;
}

/** What takes no longer need not be told. */
const shownAfterMs = 1000;
/** A bar that is followed by an eye. */
const stepMs = 200;

/** Files that are on their way for longer than a moment. */
export class TransferList {
  readonly #onChange: () => void;
  readonly #all = new Map<object, Transfer>();
  #lastTold = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get shown(): readonly Transfer[] {
    return [...this.#all.values()];
  }

  /** Follows `work`, which tells the bytes it has moved in all. */
  async follow<T>(
    transfer: Omit<Transfer, 'fraction'>,
    sizeBytes: number,
    work: (onProgress: (bytes: number) => void) => Promise<T>,
  ): Promise<T> {
    const key = {};
    let fraction = 0;
    const show = () => {
      this.#all.set(key, { ...transfer, fraction });
      this.#lastTold = performance.now();
      this.#onChange();
    };
    const timer = setTimeout(show, shownAfterMs);
    try {
      return await work((bytes) => {
        fraction = sizeBytes > 0 ? Math.min(1, bytes / sizeBytes) : 1;
        if (this.#all.has(key) && performance.now() - this.#lastTold >= stepMs) show();
      });
    } finally {
      clearTimeout(timer);
      if (this.#all.delete(key)) this.#onChange();
    }
  }
}
