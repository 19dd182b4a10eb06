import { namedKeysyms } from '../x11-client.ts';

/** Keysyms from here on are a Unicode code point plus this. */
const UNICODE_KEYSYMS = 0x0100_0000;
/** Keypad keysyms from 0xff80 to 0xffbd that print: those in 0xffaa-0xffb9 are ASCII in their low 7 bits. */
const KEYPAD_FIRST = 0xffaa;
const KEYPAD_LAST = 0xffb9;
const KEYPAD_SPACE = 0xff80;
const KEYPAD_EQUAL = 0xffbd;

/** Keysyms that modifiers are recognised by. */
export const keysym = {
  numLock: 0xff7f,
  altLeft: 0xffe9,
  altRight: 0xffea,
  metaLeft: 0xffe7,
  superLeft: 0xffeb,
  superRight: 0xffec,
  levelThreeShift: 0xfe03,
  modeSwitch: 0xff7e,
  scrollLock: 0xff14,
} as const;

let legacy: ReadonlyMap<number, string> | undefined;

/** Keysyms older than Unicode (Cyrillic, Greek, Latin-2, …), from the comments of X.Org's keysymdef.h. */
function legacyKeysyms(): ReadonlyMap<number, string> {
  if (legacy) return legacy;
  const table = new Map<number, string>();
  for (const { code, description } of namedKeysyms()) {
    const character = /^\(+(.)\) /u.exec(description ?? '')?.[1];
    if (character !== undefined && code > 0xff && code < UNICODE_KEYSYMS && !table.has(code)) {
      table.set(code, character);
    }
  }
  legacy = table;
  return table;
}

/** The printable text of a keysym; undefined for function keys, modifiers and dead keys. */
export function textOfKeysym(code: number): string | undefined {
  if ((code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff)) return String.fromCharCode(code);
  if (code >= KEYPAD_FIRST && code <= KEYPAD_LAST) return String.fromCharCode(code & 0x7f);
  if (code === KEYPAD_SPACE) return ' ';
  if (code === KEYPAD_EQUAL) return '=';
  if (code > UNICODE_KEYSYMS && code <= UNICODE_KEYSYMS + 0x10ffff) return printable(code - UNICODE_KEYSYMS);
  return legacyKeysyms().get(code);
}

function printable(codePoint: number): string | undefined {
  const text = String.fromCodePoint(codePoint);
  return /^[\p{Cc}\p{Cs}\p{Cn}]$/u.test(text) ? undefined : text;
}
