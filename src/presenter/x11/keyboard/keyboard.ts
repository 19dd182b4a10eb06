import type { Log } from '../../../shared/log.ts';
import type { KeyEvent } from '../../presenter.ts';
import type { XConnection, XEvent, Xkb } from '../x11-client.ts';
import { type Composer, openComposer } from './compose.ts';
import { type HeldKey, HeldKeys, keycodesDown } from './held-keys.ts';
import { isChooser, isSharedModifier, movedKey } from './key-meaning.ts';
import {
  type KeyboardMap,
  keysymOf,
  type ModifierBits,
  modifierBitsOf,
  modifiersOf,
  textOf,
  usualModifierBits,
} from './keymap.ts';
import { keysym } from './keysyms.ts';
import { ctrlMask } from './modifier-state.ts';
import { type Scancode, scancodeOf } from './scancodes.ts';
import { parseKeyboardMap } from './xkb-map.ts';

// X Keyboard Extension protocol: request numbers and masks that npm x11 does not have.
const GET_MAP = 8;
const PER_CLIENT_FLAGS = 21;
const KEY_TYPES_AND_SYMBOLS = 3;
const DETECTABLE_AUTO_REPEAT = 1;
const NEW_KEYBOARD_AND_MAP_EVENTS = 3;
const NEW_KEYBOARD_EVENT = 1;

/** Text without a key: an on-screen keyboard's, or a macro's. */
const noPcKey: Scancode = { scancode: 0, extended: false };

/** What counts of a KeyPress or KeyRelease. */
export type KeyStroke = Pick<XEvent, 'name' | 'keycode' | 'buttons'>;

/** The host's keyboard: its layouts, kept up to date, and what its key events mean. */
export class Keyboard {
  readonly #connection: XConnection;
  readonly #log: Log;
  readonly #xkb: Xkb | undefined;
  readonly #composer: Composer;
  readonly #held = new HeldKeys();
  #map: KeyboardMap = { types: [], keys: new Map() };
  #bits: ModifierBits = usualModifierBits;
  #loading: Promise<void> | undefined;
  #stale = false;
  /** Kept here where the host has no such state. */
  #scrollLock = false;

  private constructor(connection: XConnection, xkb: Xkb | undefined, log: Log) {
    this.#connection = connection;
    this.#xkb = xkb;
    this.#log = log;
    this.#composer = openComposer(log);
  }

  static async open(connection: XConnection, log: Log): Promise<Keyboard> {
    const xkb = await connection.ask<Xkb>((reply) => connection.client.require('xkb', reply));
    const keyboard = new Keyboard(connection, xkb, log);
    if (!xkb) {
      log.warn({}, 'The X server has no XKEYBOARD extension: keys work by their place, without text');
      return keyboard;
    }
    // A held key comes as presses only, so that a repeat can be told from the user letting go.
    await connection.askRaw(perClientFlags(xkb));
    xkb.SelectEvents(
      xkb.UseCoreKbd,
      NEW_KEYBOARD_AND_MAP_EVENTS,
      0,
      NEW_KEYBOARD_EVENT,
      KEY_TYPES_AND_SYMBOLS,
      KEY_TYPES_AND_SYMBOLS,
    );
    await keyboard.reload();
    return keyboard;
  }

  /** Whether the event says that the layout changed. */
  changedBy(event: XEvent): boolean {
    return event.name === 'MappingNotify' || (event.name === 'XkbEvent' && (event.xkbType ?? 2) <= 1);
  }

  /** What a KeyPress or KeyRelease is; undefined for one that means nothing. */
  translate(event: KeyStroke): KeyEvent | undefined {
    return event.name === 'KeyPress' ? this.#press(event) : this.#release(event);
  }

  /**
   * What happened while the focus was away, by the KeymapNotify that came with it: keys that were let go, and
   * modifiers that are down, told before or not: whoever has let go of them meanwhile must know.
   */
  catchUp(keys: Buffer): KeyEvent[] {
    const releases = this.#held.missedReleases(keys).map((key) => this.#event(key, 0, { seen: false }));
    const presses: KeyEvent[] = [];
    for (const keycode of keycodesDown(keys)) {
      const symbol = keysymOf(this.#map, keycode, 0);
      const code = movedKey(symbol) ?? scancodeOf(keycode);
      if (!code || isChooser(symbol) || !isSharedModifier(code)) continue;
      const key = { ...code, kept: false };
      this.#held.press(keycode, key);
      presses.push(this.#event(key, 0, { seen: false, down: true }));
    }
    return [...releases, ...presses];
  }

  /** Text that an input method made of keys it took. Nothing is known of locks and modifiers then. */
  typed(text: string): KeyEvent {
    return this.#event({ ...noPcKey, kept: false }, 0, { down: true, seen: false, text, composed: true });
  }

  /** The focus went: a sequence that was begun leads nowhere. */
  left(): void {
    this.#composer.reset();
  }

  #press({ keycode, buttons: state }: KeyStroke): KeyEvent | undefined {
    const before = this.#held.get(keycode);
    // A repeat of a dead key is not the same key once more.
    if (before?.kept) return this.#event(before, state, { down: true });
    const plainState = state & ~(ctrlMask | this.#bits.alt | this.#bits.super);
    const symbol = keysymOf(this.#map, keycode, plainState);
    if (symbol === keysym.scrollLock && this.#bits.scrollLock === 0 && !before) {
      this.#scrollLock = !this.#scrollLock;
    }
    const made = this.#compose(symbol, plainState === state);
    const kept = made === 'kept' || isChooser(symbol);
    const own = kept ? undefined : textOf(this.#map, keycode, state, this.#bits);
    const text = typeof made === 'object' ? made.text : own;
    const code = before ?? movedKey(symbol) ?? scancodeOf(keycode) ?? noPcKey;
    if (code.scancode === 0 && text === undefined && !kept) return undefined;
    const key: HeldKey = { scancode: code.scancode, extended: code.extended, kept };
    this.#held.press(keycode, key);
    return this.#event(key, state, { down: true, text, composed: typeof made === 'object' });
  }

  #release({ keycode, buttons: state }: KeyStroke): KeyEvent | undefined {
    const key = this.#held.get(keycode);
    this.#held.release(keycode);
    return key && this.#event(key, state, {});
  }

  #compose(symbol: number, plain: boolean) {
    if (plain) return this.#composer.feed(symbol);
    this.#composer.reset();
    return 'none' as const;
  }

  #event(key: HeldKey, state: number, part: Partial<KeyEvent>): KeyEvent {
    const modifiers = modifiersOf(state, this.#bits);
    return {
      ...key,
      down: false,
      seen: true,
      text: undefined,
      composed: false,
      modifiers: { ...modifiers, scrollLock: modifiers.scrollLock || this.#scrollLock },
      ...part,
    };
  }

  /** Reads the layout anew; calls while that is under way are answered by one more reading. */
  async reload(): Promise<void> {
    this.#stale = true;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #load(): Promise<void> {
    while (this.#stale && this.#xkb && !this.#connection.ended) {
      this.#stale = false;
      const { client } = this.#connection;
      const [reply, rows] = await Promise.all([
        this.#connection.askRaw(getMap(this.#xkb)),
        this.#connection.ask<readonly (readonly number[])[]>((done) => client.GetModifierMapping(done)),
      ]);
      if (!reply || !rows) return;
      try {
        this.#map = parseKeyboardMap(reply);
        this.#bits = modifierBitsOf(this.#map, rows);
      } catch (error) {
        this.#log.warn({ error: String(error) }, 'The keyboard layout cannot be read; the last one stays');
      }
    }
  }
}

function getMap(xkb: Xkb): Buffer {
  const request = requestOf(xkb, GET_MAP);
  request.writeUInt16LE(KEY_TYPES_AND_SYMBOLS, 6);
  return request;
}

function perClientFlags(xkb: Xkb): Buffer {
  const request = requestOf(xkb, PER_CLIENT_FLAGS);
  request.writeUInt32LE(DETECTABLE_AUTO_REPEAT, 8);
  request.writeUInt32LE(DETECTABLE_AUTO_REPEAT, 12);
  return request;
}

/** Both requests are 28 bytes long and start with the device. */
function requestOf(xkb: Xkb, minor: number): Buffer {
  const request = Buffer.alloc(28);
  request.writeUInt8(xkb.majorOpcode, 0);
  request.writeUInt8(minor, 1);
  request.writeUInt16LE(request.length / 4, 2);
  request.writeUInt16LE(xkb.UseCoreKbd, 4);
  return request;
}
