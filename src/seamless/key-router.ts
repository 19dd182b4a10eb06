import type { KeyEvent } from '../presenter/presenter.ts';
import { isKeypad, usScancode, usText } from './us-layout.ts';

interface Key {
  readonly scancode: number;
  readonly extended: boolean;
}

interface Locks {
  readonly caps: boolean;
  readonly num: boolean;
  readonly scroll: boolean;
}

/** What goes to the guest for a key of the host. */
export type RoutedKey =
  | ({ readonly type: 'key'; readonly down: boolean } & Key)
  | ({ readonly type: 'key-cancel' } & Key)
  | ({ readonly type: 'lock-state' } & Locks)
  | { readonly type: 'text'; readonly text: string };

const lockKeys: readonly number[] = [0x3a, 0x45, 0x46];
const modifierKeys: readonly number[] = [0x1d, 0x2a, 0x36, 0x38];
const altKey = 0x38;
const superKeys: readonly number[] = [0x5b, 0x5c];
/** The protocol's maximum, in UTF-16 units. */
const mostTextUnits = 64;

/**
 * Decides, key by key, whether the guest gets the key itself or the text the host's layout made of it.
 *
 * - A key that types on the host what it would type in the guest goes as the key: games and laboratory software
 *   read keys.
 * - Other text goes as Unicode, so every layout of the host works whatever the guest's is. What dead keys and Compose
 *   made always does: the guest's layout must not compose a second time.
 * - With Ctrl, Alt or Super held, the key is the one that carries the letter in the guest's layout: Ctrl+Z stays
 *   Ctrl+Z on a German keyboard.
 * - Keys that choose levels and layouts stay on the host: their effect is in the text.
 * - The host's locks are the truth: the guest's are set before the next key wherever they may differ. The lock keys
 *   themselves stay on the host.
 * - The Windows key goes only together with another key: alone it opens the host's menu, not the guest's.
 *
 * Keeps which key was sent for which, so that a release always matches its press.
 */
export class KeyRouter {
  /** Physical key -> the key that is down in the guest, or none when it stayed on the host or text was sent. */
  readonly #held = new Map<number, Key | undefined>();
  /** Down on the host, but not to be told before another key is pressed with it. */
  readonly #waiting = new Map<number, Key>();
  #told: Locks | undefined;

  route(key: KeyEvent): RoutedKey[] {
    return key.down ? this.#press(key) : this.#release(key);
  }

  /** Forgets every held key and what the guest was told: it was told to release all, or begins anew. */
  reset(): void {
    this.#held.clear();
    this.#waiting.clear();
    this.#told = undefined;
  }

  #press(key: KeyEvent): RoutedKey[] {
    const id = identity(key);
    if (key.kept || isLock(key)) {
      this.#held.set(id, undefined);
      return [];
    }
    if (isSuper(key) || (!key.seen && key.scancode === altKey)) {
      if (!this.#held.has(id)) this.#waiting.set(id, plain(key));
      return [];
    }
    // One that the focus brought along is told again: it is for another window now, which may not know.
    if (isModifier(key)) return [this.#down(id, plain(key))];
    const before = [...this.#setLocks(key), ...this.#pressWaiting()];
    const typed = typedText(key);
    if (typed !== undefined) {
      this.#held.set(id, undefined);
      return [...before, ...textMessages(typed)];
    }
    return [...before, this.#down(id, shortcutKey(key) ?? plain(key))];
  }

  #release(key: KeyEvent): RoutedKey[] {
    const id = identity(key);
    this.#waiting.delete(id);
    const sent = this.#held.get(id);
    this.#held.delete(id);
    if (!sent) return [];
    return [key.seen ? { type: 'key', ...sent, down: false } : { type: 'key-cancel', ...sent }];
  }

  #down(id: number, sent: Key): RoutedKey {
    this.#held.set(id, sent);
    return { type: 'key', ...sent, down: true };
  }

  #pressWaiting(): RoutedKey[] {
    const pressed = [...this.#waiting].map(([id, key]) => this.#down(id, key));
    this.#waiting.clear();
    return pressed;
  }

  #setLocks({ seen, modifiers }: KeyEvent): RoutedKey[] {
    const locks = { caps: modifiers.capsLock, num: modifiers.numLock, scroll: modifiers.scrollLock };
    const told = this.#told;
    const same = told && told.caps === locks.caps && told.num === locks.num && told.scroll === locks.scroll;
    if (!seen || same) return [];
    this.#told = locks;
    return [{ type: 'lock-state', ...locks }];
  }
}

/** The text to send as Unicode, or undefined when the key itself is to be sent. */
function typedText(key: KeyEvent): string | undefined {
  if (key.text === undefined) return undefined;
  if (key.composed || key.scancode === 0) return key.text;
  return hasCommandModifier(key) || usText(key) === key.text ? undefined : key.text;
}

function textMessages(text: string): RoutedKey[] {
  const messages: RoutedKey[] = [];
  let part = '';
  for (const character of text) {
    if (part.length + character.length > mostTextUnits) {
      messages.push({ type: 'text', text: part });
      part = '';
    }
    part += character;
  }
  return part === '' ? messages : [...messages, { type: 'text', text: part }];
}

function hasCommandModifier(key: KeyEvent): boolean {
  return key.modifiers.ctrl || key.modifiers.alt || key.modifiers.super;
}

/** With Shift only letters are looked up: which digit or sign `!` stands on differs, and Shift goes with it. */
function shortcutKey(key: KeyEvent): Key | undefined {
  const { text, modifiers } = key;
  if (!hasCommandModifier(key) || text === undefined || key.extended || isKeypad(key.scancode))
    return undefined;
  if (modifiers.shift && !/^[a-z]$/i.test(text)) return undefined;
  const scancode = usScancode(text);
  return scancode === undefined ? undefined : { scancode, extended: false };
}

function isLock(key: Key): boolean {
  return !key.extended && lockKeys.includes(key.scancode);
}

function isModifier(key: Key): boolean {
  return (
    modifierKeys.includes(key.scancode) && !(key.extended && key.scancode !== 0x1d && key.scancode !== altKey)
  );
}

function isSuper(key: Key): boolean {
  return key.extended && superKeys.includes(key.scancode);
}

function plain({ scancode, extended }: Key): Key {
  return { scancode, extended };
}

function identity(key: Key): number {
  return key.scancode + (key.extended ? 0x100 : 0);
}
