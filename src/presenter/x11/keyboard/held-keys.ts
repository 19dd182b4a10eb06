import type { Scancode } from './scancodes.ts';

/** First keycode that a KeymapNotify's bits tell of. */
const FIRST_KEYCODE = 8;
const LAST_KEYCODE = 255;

/** A key as it was reported when it went down: it goes up as the same, whatever the layout has become. */
export interface HeldKey extends Scancode {
  readonly kept: boolean;
}

/**
 * The keys that were reported as down. While something else has the keyboard (a shortcut of the window manager, a
 * window of another program), presses and releases go unseen; the server's key map, which follows every return of the
 * focus, tells what became of them.
 */
export class HeldKeys {
  readonly #down = new Map<number, HeldKey>();

  get(keycode: number): HeldKey | undefined {
    return this.#down.get(keycode);
  }

  press(keycode: number, key: HeldKey): void {
    this.#down.set(keycode, key);
  }

  release(keycode: number): void {
    this.#down.delete(keycode);
  }

  /** Takes the 31 bytes of a KeymapNotify; gives the keys that were let go unseen, and forgets them. */
  missedReleases(keys: Buffer): HeldKey[] {
    const missed = [...this.#down].filter(([keycode]) => !isDown(keys, keycode));
    for (const [keycode] of missed) this.#down.delete(keycode);
    return missed.map(([, key]) => key);
  }
}

/** The keycodes that are down by the 31 bytes of a KeymapNotify. */
export function keycodesDown(keys: Buffer): number[] {
  const down: number[] = [];
  for (let keycode = FIRST_KEYCODE; keycode <= LAST_KEYCODE; keycode++) {
    if (isDown(keys, keycode)) down.push(keycode);
  }
  return down;
}

function isDown(keys: Buffer, keycode: number): boolean {
  const byte = keys[((keycode - FIRST_KEYCODE) >> 3) & 0x1f] ?? 0;
  return (byte & (1 << (keycode & 7))) !== 0;
}
