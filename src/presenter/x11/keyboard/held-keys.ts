/** First keycode that a KeymapNotify's bits tell of. */
const FIRST_KEYCODE = 8;

/**
 * The keys that were reported as down. While a window manager's own shortcut holds the keyboard (Alt-Tab that
 * ends where it began), releases go unseen; the server's key map, which follows every return of the focus, tells
 * which keys are up by now.
 */
export class HeldKeys {
  readonly #down = new Set<number>();

  press(keycode: number): void {
    this.#down.add(keycode);
  }

  release(keycode: number): void {
    this.#down.delete(keycode);
  }

  clear(): void {
    this.#down.clear();
  }

  /** Takes the 31 bytes of a KeymapNotify; gives the keycodes that were let go unseen, and forgets them. */
  missedReleases(keys: Buffer): number[] {
    const missed = [...this.#down].filter((keycode) => {
      const byte = keys[((keycode - FIRST_KEYCODE) >> 3) & 0x1f] ?? 0;
      return (byte & (1 << (keycode & 7))) === 0;
    });
    for (const keycode of missed) this.#down.delete(keycode);
    return missed;
  }
}
