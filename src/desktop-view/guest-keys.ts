import type { KeyEvent } from '../presenter/presenter.ts';

/** Takes keys to the guest; see `ScreenConnection.key`. */
export type SendKey = (down: boolean, scancode: number, keysym: number) => void;

/** In place of the E0 prefix. */
const E0 = 0x80;
const END = E0 | 0x4f;
const DELETE = E0 | 0x53;

/**
 * The keys of a keypad without the E0 prefix, from scan code 0x47 on, by what they do: X's names for them as digits
 * begin at 0xffb0, for them as arrows they are in no order.
 */
const FIRST_OF_KEYPAD = 0x47;
const keypad: readonly (readonly [withNumLock: number, without: number] | undefined)[] = [
  [0xffb7, 0xff95], // 7, Home
  [0xffb8, 0xff97], // 8, up
  [0xffb9, 0xff9a], // 9, Page Up
  undefined, // -
  [0xffb4, 0xff96], // 4, left
  [0xffb5, 0xff9d], // 5, Begin
  [0xffb6, 0xff98], // 6, right
  undefined, // +
  [0xffb1, 0xff9c], // 1, End
  [0xffb2, 0xff99], // 2, down
  [0xffb3, 0xff9b], // 3, Page Down
  [0xffb0, 0xff9e], // 0, Insert
  [0xffae, 0xff9f], // ., Delete
];

/**
 * Brings the user's keys to the guest as a keyboard does: all of them, by their place, down and up, so that the
 * guest's own layout counts and its boot menus hear them. The one exception is Ctrl+Alt+End, which is Ctrl+Alt+Del
 * in the guest: the host keeps that for itself.
 */
export class GuestKeys {
  readonly #send: SendKey;
  readonly #held = new Set<number>();
  /** End went down as Delete and has to go up as that. */
  #endIsDelete = false;

  constructor(send: SendKey) {
    this.#send = send;
  }

  key(event: KeyEvent): void {
    // Text that no key makes: an input method's. A guest without our agent cannot be told of it.
    if (event.scancode === 0) return;
    const code = this.#meant(event);
    if (event.down) this.#held.add(code);
    // One that went down elsewhere is not ours to let go of.
    else if (!this.#held.delete(code)) return;
    this.#send(event.down, code, symbolOf(event));
  }

  /** Lets go of all that is down: the focus has gone. */
  release(): void {
    for (const code of this.#held) this.#send(false, code, 0);
    this.#held.clear();
    this.#endIsDelete = false;
  }

  #meant({ scancode, extended, down, modifiers }: KeyEvent): number {
    const code = scancode | (extended ? E0 : 0);
    if (code !== END) return code;
    if (down && !this.#held.has(END) && modifiers.ctrl && modifiers.alt) this.#endIsDelete = true;
    const isDelete = this.#endIsDelete;
    if (!down) this.#endIsDelete = false;
    return isDelete ? DELETE : code;
  }
}

/** X's names for keys that make a control character. */
const controlKeys: ReadonlyMap<number, number> = new Map([
  [0x01, 0xff1b], // Escape
  [0x0e, 0xff08], // Backspace
  [0x0f, 0xff09], // Tab
  [0x1c, 0xff0d], // Return
]);

/**
 * What the host makes of the key, as X's keysym, for QEMU's use. It compares the guest's locks with it: from a letter's
 * case it knows the host's Caps Lock, from a keypad's digit its Num Lock, and presses the guest's where they differ.
 * And where a screen is mere text, QEMU types there itself.
 */
function symbolOf({ scancode, extended, text, modifiers }: KeyEvent): number {
  const pad = extended ? undefined : keypad[scancode - FIRST_OF_KEYPAD];
  if (pad) return modifiers.numLock ? pad[0] : pad[1];
  // Latin-1's keysyms are its characters.
  if (text !== undefined && /^[\x20-\x7e\xa0-\xff]$/.test(text)) return text.charCodeAt(0);
  return controlKeys.get(scancode) ?? 0;
}
