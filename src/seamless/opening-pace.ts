export interface OpeningLimits {
  /** So many come up at once, */
  readonly atOnce: number;
  /** and then so many more each second. */
  readonly perSecond: number;
}

/**
 * Holds windows back that a guest opens faster than a window manager can frame them: it deals with one after the
 * other, and all other windows of the desktop wait meanwhile. A window that is gone before its turn never comes up.
 */
export class OpeningPace {
  readonly #limits: OpeningLimits;
  readonly #open: (windowId: number) => void;
  readonly #mayOpen: () => boolean;
  readonly #onTooMany: () => void;
  /** In the order in which they came. */
  readonly #waiting = new Set<number>();
  #left: number;
  #countedAtMs = performance.now();
  #said = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * `open` is called for each window when it is its turn, at once if that is now, and only while `mayOpen`;
   * `onTooMany` is called once.
   */
  constructor(
    limits: OpeningLimits,
    calls: { open(windowId: number): void; mayOpen?(): boolean; onTooMany(): void },
  ) {
    this.#limits = limits;
    this.#left = limits.atOnce;
    this.#open = calls.open;
    this.#mayOpen = calls.mayOpen ?? (() => true);
    this.#onTooMany = calls.onTooMany;
  }

  came(windowId: number): void {
    this.#waiting.add(windowId);
    this.#work();
  }

  gone(windowId: number): void {
    this.#waiting.delete(windowId);
  }

  /** Nothing waits any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #work(): void {
    const { atOnce, perSecond } = this.#limits;
    const now = performance.now();
    this.#left = Math.min(atOnce, this.#left + ((now - this.#countedAtMs) / 1_000) * perSecond);
    this.#countedAtMs = now;
    for (const windowId of this.#waiting) {
      if (this.#left < 1 || !this.#mayOpen()) break;
      this.#left--;
      this.#waiting.delete(windowId);
      this.#open(windowId);
    }
    if (this.#waiting.size === 0) return;
    if (!this.#said) this.#onTooMany();
    this.#said = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, 1_000 / perSecond);
  }
}
