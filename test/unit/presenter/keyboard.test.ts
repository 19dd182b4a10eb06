import { describe, expect, it } from 'vitest';
import { HeldKeys, keycodesDown } from '../../../src/presenter/x11/keyboard/held-keys.ts';
import {
  type KeyboardMap,
  modifierBitsOf,
  modifiersOf,
  textOf,
  usualModifierBits,
} from '../../../src/presenter/x11/keyboard/keymap.ts';
import { textOfKeysym } from '../../../src/presenter/x11/keyboard/keysyms.ts';
import { scancodeOf } from '../../../src/presenter/x11/keyboard/scancodes.ts';
import { parseKeyboardMap } from '../../../src/presenter/x11/keyboard/xkb-map.ts';

const linux = (code: number) => scancodeOf(code + 8);

describe('scancodeOf', () => {
  it.each([
    ['Esc', 1, 0x01, false],
    ['1', 2, 0x02, false],
    ['A', 30, 0x1e, false],
    ['left Ctrl', 29, 0x1d, false],
    ['Num Lock', 69, 0x45, false],
    ['Scroll Lock', 70, 0x46, false],
    ['keypad 7', 71, 0x47, false],
    ['keypad .', 83, 0x53, false],
    ['102nd key', 86, 0x56, false],
    ['F11', 87, 0x57, false],
    ['F12', 88, 0x58, false],
    ['ABNT2 /', 89, 0x73, false],
    ['Muhenkan', 94, 0x7b, false],
    ['keypad Enter', 96, 0x1c, true],
    ['right Ctrl', 97, 0x1d, true],
    ['keypad /', 98, 0x35, true],
    ['Print Screen', 99, 0x37, true],
    ['AltGr', 100, 0x38, true],
    ['Home', 102, 0x47, true],
    ['up', 103, 0x48, true],
    ['left', 105, 0x4b, true],
    ['right', 106, 0x4d, true],
    ['down', 108, 0x50, true],
    ['Delete', 111, 0x53, true],
    ['Pause', 119, 0x46, true],
    ['ABNT2 keypad .', 121, 0x7e, false],
    ['Yen', 124, 0x7d, false],
    ['left Windows', 125, 0x5b, true],
    ['menu', 127, 0x5d, true],
    ['F13', 183, 0x64, false],
    ['F24', 194, 0x76, false],
  ])('%s', (_name, code, scancode, extended) => {
    expect(linux(code)).toEqual({ scancode, extended });
  });

  it('gives every key of its own code and only valid ones', () => {
    const seen = new Map<string, number>();
    for (let keycode = 0; keycode < 256; keycode++) {
      const found = scancodeOf(keycode);
      if (!found) continue;
      expect(found.scancode).toBeGreaterThanOrEqual(1);
      expect(found.scancode).toBeLessThanOrEqual(127);
      const name = `${found.scancode}${found.extended}`;
      // Two keys of Japanese keyboards share a code with the grave key.
      if (keycode - 8 !== 85) expect(seen.get(name), `keycode ${keycode}`).toBeUndefined();
      seen.set(name, keycode);
    }
    expect(seen.size).toBeGreaterThan(125);
  });

  it('knows nothing of keys that are the host’s or do not exist', () => {
    for (const code of [-8, 0, 84, 116, 142, 143, 240, 247]) expect(linux(code)).toBeUndefined();
  });
});

describe('textOfKeysym', () => {
  it.each([
    [0x61, 'a'],
    [0xe4, 'ä'],
    [0x06c1, 'а'], // Cyrillic_a, older than Unicode
    [0x01a1, 'Ą'],
    [0x07e1, 'α'],
    [0x20ac, '€'],
    [0x0100_20ac, '€'],
    [0x0101_f600, '😀'],
    [0xffb7, '7'],
    [0xffae, '.'],
    [0xffaf, '/'],
    [0xffbd, '='],
  ])('%i', (code, text) => {
    expect(textOfKeysym(code)).toBe(text);
  });

  it('is undefined for what does not print', () => {
    // Return, F1, Shift, dead acute, keypad Enter, keypad Home, nothing, and control characters as Unicode.
    for (const code of [0xff0d, 0xffbe, 0xffe1, 0xfe51, 0xff8d, 0xff95, 0, 0x0100_000a, 0x0100_d800]) {
      expect(textOfKeysym(code)).toBeUndefined();
    }
  });
});

const alphabetic = {
  mask: 3,
  entries: [
    { mask: 1, level: 1 },
    { mask: 2, level: 1 },
  ],
};
const fourLevel = {
  mask: 0x81,
  entries: [
    { mask: 1, level: 1 },
    { mask: 0x80, level: 2 },
    { mask: 0x81, level: 3 },
  ],
};
const keypad = { mask: 0x11, entries: [{ mask: 0x10, level: 1 }] };

/** Two layouts: Latin and Cyrillic on key 38; a four-level key with ö on 47; keypad 7 on 79; modifiers. */
const map: KeyboardMap = {
  types: [alphabetic, fourLevel, keypad],
  keys: new Map([
    [
      38,
      {
        types: [0, 0, 0, 0],
        groups: [
          [0x61, 0x41],
          [0x06c6, 0x06e6],
        ],
        outOfRange: 'wrap',
      },
    ],
    [47, { types: [1, 0, 0, 0], groups: [[0xf6, 0xd6, 0x40, 0]], outOfRange: 'wrap' }],
    [79, { types: [2, 0, 0, 0], groups: [[0xff95, 0xffb7]], outOfRange: 'wrap' }],
    [64, { types: [0, 0, 0, 0], groups: [[0xffe9]], outOfRange: 'wrap' }],
    [77, { types: [0, 0, 0, 0], groups: [[0xff7f]], outOfRange: 'wrap' }],
    [133, { types: [0, 0, 0, 0], groups: [[0xffeb]], outOfRange: 'wrap' }],
    [108, { types: [0, 0, 0, 0], groups: [[0xfe03]], outOfRange: 'wrap' }],
  ]),
};
const secondGroup = 1 << 13;
const text = (keycode: number, state: number) => textOf(map, keycode, state, usualModifierBits);

describe('textOf', () => {
  it('follows Shift, Caps Lock, AltGr and Num Lock', () => {
    expect(text(38, 0)).toBe('a');
    expect(text(38, 1)).toBe('A');
    expect(text(38, 2)).toBe('A');
    expect(text(47, 0x80)).toBe('@');
    expect(text(47, 0x81)).toBeUndefined();
    expect(text(79, 0)).toBeUndefined();
    expect(text(79, 0x10)).toBe('7');
  });

  it('leaves Ctrl, Alt and Super aside', () => {
    expect(text(38, 0x04 | 0x08 | 0x40)).toBe('a');
  });

  it('follows the layout', () => {
    expect(text(38, secondGroup)).toBe('ф');
    expect(text(38, secondGroup | 1)).toBe('Ф');
    expect(text(47, secondGroup)).toBe('ö');
  });

  it('makes capitals by Caps Lock where the key type says nothing of it', () => {
    expect(text(47, 2)).toBe('Ö');
    expect(text(47, 2 | 0x80)).toBe('@');
  });

  it('has none for an unknown key', () => {
    expect(text(200, 0)).toBeUndefined();
  });
});

it('finds the modifiers of a layout that puts them elsewhere', () => {
  const bits = modifierBitsOf(map, [[50], [66], [37], [77], [108], [], [133], [64]]);
  expect(bits).toEqual({ numLock: 0x08, altGr: 0x10, super: 0x40, alt: 0x80, scrollLock: 0 });
  expect(modifiersOf(0x80 | 0x01, bits)).toMatchObject({ alt: true, shift: true, altGr: false, ctrl: false });
});

describe('parseKeyboardMap', () => {
  /** One type with two entries (one inactive, with preserved modifiers) and two keys from keycode 10. */
  function reply(): Buffer {
    const header = Buffer.alloc(32);
    header.writeUInt16LE(3, 4);
    header.writeUInt8(1, 7);
    header.writeUInt8(10, 9);
    header.writeUInt8(2, 12);
    const type = Buffer.from([3, 3, 0, 0, 2, 2, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 2, 1, 2, 0, 0, 0, 0]);
    const preserved = Buffer.alloc(8);
    const symbols = (...codes: number[]) => Buffer.from(new Uint32Array(codes).buffer);
    const first = Buffer.concat([Buffer.from([0, 0, 0, 0, 2 | 0x40, 2, 4, 0]), symbols(1, 2, 3, 4)]);
    const second = Buffer.from([0, 0, 0, 0, 0x90, 0, 0, 0]);
    return Buffer.concat([header, type, preserved, first, second]);
  }

  it('reads types and symbols', () => {
    const parsed = parseKeyboardMap(reply());
    expect(parsed.types).toEqual([{ mask: 3, entries: [{ mask: 1, level: 1 }] }]);
    expect(parsed.keys.get(10)).toEqual({
      types: [0, 0, 0, 0],
      groups: [
        [1, 2],
        [3, 4],
      ],
      outOfRange: 'clamp',
    });
    expect(parsed.keys.get(11)).toEqual({ types: [0, 0, 0, 0], groups: [], outOfRange: 1 });
  });

  it('refuses every reply that is cut short', () => {
    const whole = reply();
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseKeyboardMap(whole.subarray(0, length)), `${length} bytes`).toThrow(RangeError);
    }
  });
});

it('HeldKeys finds what was let go unseen, once', () => {
  const held = new HeldKeys();
  const key = (scancode: number) => ({ scancode, extended: false, kept: false });
  for (const keycode of [8, 64, 255]) held.press(keycode, key(keycode & 0x7f));
  const keys = Buffer.alloc(31);
  keys[0] = 1;
  keys[5] = 2;
  keys[30] = 0x80;
  expect(held.missedReleases(keys)).toEqual([key(64)]);
  expect(held.missedReleases(keys)).toEqual([]);
  expect(keycodesDown(keys)).toEqual([8, 49, 255]);
  expect(held.missedReleases(Buffer.alloc(31))).toEqual([key(8), key(127)]);
});
