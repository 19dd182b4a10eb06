import type { KeyLine } from './lines.ts';

/** ibus sends the two within a millisecond of each other. */
const holdMs = 10;
/** After so many keys without text nothing is being composed: the method took a key for itself. */
const mostHolds = 3;

/**
 * Puts text before the key that finished it. ibus sends the key first (its Debian 12 version does, to every program
 * that uses XIM), so `tie` and a space would end as ` tie`. A press that comes back while others were kept, that is
 * while something is being composed, waits for text a moment; all other keys pass at once, or in line behind it.
 */
export class KeyOrder {
  readonly #onKey: (key: KeyLine) => void;
  /** Presses that were sent and have not come back. */
  #kept = 0;
  #holds = 0;
  #held: KeyLine[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(onKey: (key: KeyLine) => void) {
    this.#onKey = onKey;
  }

  sent({ down }: KeyLine): void {
    if (down) this.#kept += 1;
  }

  cameBack(key: KeyLine): void {
    if (key.down) this.#kept = Math.max(0, this.#kept - 1);
    if (this.#held.length === 0 && !(key.down && this.#kept > 0)) {
      this.#onKey(key);
      return;
    }
    this.#held.push(key);
    this.#timer ??= setTimeout(() => {
      this.#holds += 1;
      if (this.#holds >= mostHolds) this.reset();
      else this.#release();
    }, holdMs);
  }

  /** Call when text came and has been told. */
  text(): void {
    this.reset();
  }

  /** Lets go of what waits; nothing is being composed any more. */
  reset(): void {
    this.#kept = 0;
    this.#holds = 0;
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const held = this.#held;
    this.#held = [];
    for (const key of held) this.#onKey(key);
  }
}
