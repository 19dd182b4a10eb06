import type { KeyEvent } from '../presenter/presenter.ts';
import { usScancode, usText } from './us-layout.ts';

/** What goes to the guest for a key of the host. */
export type RoutedKey =
  | { readonly type: 'key'; readonly scancode: number; readonly extended: boolean; readonly down: boolean }
  | { readonly type: 'text'; readonly text: string };

const rightAlt = { scancode: 0x38, extended: true };
const capsLock = 0x3a;

/**
 * Decides, key by key, whether the guest gets the key itself or the text the host's layout made of it.
 *
 * - A key that types on the host what it would type in the guest goes as the key: games and laboratory software
 *   read keys.
 * - Other text goes as Unicode, so every layout of the host works whatever the guest's is.
 * - With Ctrl, Alt or Super held, the key is the one that carries the letter in the guest's layout: Ctrl+Z stays
 *   Ctrl+Z on a German keyboard.
 * - AltGr and Caps Lock stay on the host: their effect is in the text. Right Alt is held back until it is known
 *   to be no AltGr.
 *
 * Keeps which key was sent for which, so that a release always matches its press.
 */
export class KeyRouter {
  /** Physical key -> the key that is down in the guest, or none when text was sent. */
  readonly #held = new Map<number, { scancode: number; extended: boolean } | undefined>();
  #rightAltPending = false;

  route(key: KeyEvent): RoutedKey[] {
    if (!key.extended && key.scancode === capsLock) return [];
    if (isRightAlt(key)) return this.#routeRightAlt(key);
    return key.down ? this.#press(key) : this.#release(key);
  }

  /** Forgets every held key: the guest was told to release all. */
  reset(): void {
    this.#held.clear();
    this.#rightAltPending = false;
  }

  #press(key: KeyEvent): RoutedKey[] {
    const before = this.#settleRightAlt(key);
    const typed = this.#typedText(key);
    if (typed !== undefined) {
      this.#held.set(identity(key), undefined);
      return [...before, { type: 'text', text: typed }];
    }
    const sent = shortcutKey(key) ?? { scancode: key.scancode, extended: key.extended };
    this.#held.set(identity(key), sent);
    return [...before, { type: 'key', ...sent, down: true }];
  }

  #release(key: KeyEvent): RoutedKey[] {
    const id = identity(key);
    if (!this.#held.has(id)) return [];
    const sent = this.#held.get(id);
    this.#held.delete(id);
    return sent ? [{ type: 'key', ...sent, down: false }] : [];
  }

  /** The text to send as Unicode, or undefined when the key itself is to be sent. */
  #typedText(key: KeyEvent): string | undefined {
    const { text, modifiers } = key;
    if (text === undefined || hasCommandModifier(key)) return undefined;
    return usText(key.scancode, key.extended, modifiers.shift) === text ? undefined : text;
  }

  #routeRightAlt(key: KeyEvent): RoutedKey[] {
    const id = identity(key);
    if (key.down) {
      if (!this.#held.has(id)) this.#rightAltPending = true;
      return [];
    }
    if (this.#rightAltPending) {
      // Pressed and released alone: as a tap it opens the menu bar, as Alt does.
      this.#rightAltPending = false;
      return key.modifiers.altGr
        ? []
        : [
            { type: 'key', ...rightAlt, down: true },
            { type: 'key', ...rightAlt, down: false },
          ];
    }
    return this.#release(key);
  }

  #settleRightAlt(key: KeyEvent): RoutedKey[] {
    if (!this.#rightAltPending) return [];
    this.#rightAltPending = false;
    if (key.modifiers.altGr) return [];
    this.#held.set(identity(rightAlt), rightAlt);
    return [{ type: 'key', ...rightAlt, down: true }];
  }
}

function hasCommandModifier(key: KeyEvent): boolean {
  return key.modifiers.ctrl || key.modifiers.alt || key.modifiers.super;
}

function shortcutKey(key: KeyEvent): { scancode: number; extended: boolean } | undefined {
  if (!hasCommandModifier(key) || key.text === undefined || key.extended) return undefined;
  const scancode = usScancode(key.text);
  return scancode === undefined ? undefined : { scancode, extended: false };
}

function isRightAlt(key: KeyEvent): boolean {
  return key.extended && key.scancode === rightAlt.scancode;
}

function identity(key: { scancode: number; extended: boolean }): number {
  return key.scancode + (key.extended ? 0x100 : 0);
}
