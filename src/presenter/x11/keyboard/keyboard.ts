import type { Log } from '../../../shared/log.ts';
import type { KeyEvent } from '../../presenter.ts';
import type { XConnection, XEvent, Xkb } from '../x11-client.ts';
import {
  type KeyboardMap,
  type ModifierBits,
  modifierBitsOf,
  modifiersOf,
  textOf,
  usualModifierBits,
} from './keymap.ts';
import { scancodeOf } from './scancodes.ts';
import { parseKeyboardMap } from './xkb-map.ts';

// X Keyboard Extension protocol: request numbers and masks that npm x11 does not have.
const GET_MAP = 8;
const PER_CLIENT_FLAGS = 21;
const KEY_TYPES_AND_SYMBOLS = 3;
const DETECTABLE_AUTO_REPEAT = 1;
const NEW_KEYBOARD_AND_MAP_EVENTS = 3;
const NEW_KEYBOARD_EVENT = 1;

/** The host's keyboard: its layouts, kept up to date, and what its key events mean. */
export class Keyboard {
  readonly #connection: XConnection;
  readonly #log: Log;
  readonly #xkb: Xkb | undefined;
  #map: KeyboardMap = { types: [], keys: new Map() };
  #bits: ModifierBits = usualModifierBits;
  #loading: Promise<void> | undefined;
  #stale = false;

  private constructor(connection: XConnection, xkb: Xkb | undefined, log: Log) {
    this.#connection = connection;
    this.#xkb = xkb;
    this.#log = log;
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

  /** What a KeyPress or KeyRelease is, or undefined for a key that a PC keyboard does not have. */
  translate(event: XEvent): KeyEvent | undefined {
    const code = scancodeOf(event.keycode);
    if (!code) return undefined;
    const down = event.name === 'KeyPress';
    const text = down ? textOf(this.#map, event.keycode, event.buttons, this.#bits) : undefined;
    return { ...code, down, text, modifiers: modifiersOf(event.buttons, this.#bits) };
  }

  /** The letting go of a key that nobody saw. */
  release(keycode: number): KeyEvent | undefined {
    const code = scancodeOf(keycode);
    return code && { ...code, down: false, text: undefined, modifiers: modifiersOf(0, this.#bits) };
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
