import type { KeyEvent } from '../../presenter.ts';
import { keysym, textOfKeysym } from './keysyms.ts';
import { ctrlMask, groupOf, lockMask, shiftMask } from './modifier-state.ts';

/** How the modifiers of a key choose its shift level (an XKB key type). */
export interface KeyType {
  /** Modifiers that matter; others are ignored. */
  readonly mask: number;
  readonly entries: readonly { readonly mask: number; readonly level: number }[];
}

/** The symbols of one key: `groups[layout][level]` is a keysym. */
export interface KeySymbols {
  /** Index into the map's types for each group. */
  readonly types: readonly number[];
  readonly groups: readonly (readonly number[])[];
  /** What to do with a layout that this key does not have (XKB group info). */
  readonly outOfRange: 'wrap' | 'clamp' | number;
}

export interface KeyboardMap {
  readonly types: readonly KeyType[];
  readonly keys: ReadonlyMap<number, KeySymbols>;
}

/** Bits of the event state that stand for these modifiers; which ones is up to the layout. */
export interface ModifierBits {
  readonly alt: number;
  readonly altGr: number;
  readonly super: number;
  readonly numLock: number;
  /** 0 where the host keeps no such state: most do not. */
  readonly scrollLock: number;
}

/** X's usual assignment, for a server that tells nothing. */
export const usualModifierBits: ModifierBits = {
  alt: 0x08,
  numLock: 0x10,
  super: 0x40,
  altGr: 0x80,
  scrollLock: 0,
};

/** The keysym that a key makes with the modifiers and layout in `state` (of a key event), or 0. */
export function keysymOf(map: KeyboardMap, keycode: number, state: number): number {
  const found = symbolsOf(map, keycode, state);
  return found ? (found.levels[levelOf(found.type, state)] ?? 0) : 0;
}

/**
 * The text of a key with the modifiers in `state`, save Ctrl, Alt and Super. Caps Lock makes capitals of keys
 * whose type does not speak of it, as Xlib does.
 */
export function textOf(map: KeyboardMap, keycode: number, state: number, bits: ModifierBits) {
  const relevant = state & ~(ctrlMask | bits.alt | bits.super);
  const text = textOfKeysym(keysymOf(map, keycode, relevant));
  if (text === undefined || !(state & lockMask)) return text;
  const type = symbolsOf(map, keycode, relevant)?.type;
  if (type === undefined || type.mask & lockMask) return text;
  const capital = text.toUpperCase();
  return [...capital].length === 1 ? capital : text;
}

/** Which state bit each modifier is, from the modifier mapping's rows (Shift, Lock, Control, Mod1-Mod5). */
export function modifierBitsOf(map: KeyboardMap, rows: readonly (readonly number[])[]): ModifierBits {
  const rowWith = (...wanted: number[]): number => {
    for (let row = 3; row < rows.length; row++) {
      const symbols = (rows[row] ?? []).flatMap((keycode) => map.keys.get(keycode)?.groups.flat() ?? []);
      if (symbols.some((symbol) => wanted.includes(symbol))) return 1 << row;
    }
    return 0;
  };
  return {
    alt: rowWith(keysym.altLeft, keysym.altRight, keysym.metaLeft) || usualModifierBits.alt,
    numLock: rowWith(keysym.numLock),
    super: rowWith(keysym.superLeft, keysym.superRight),
    altGr: rowWith(keysym.levelThreeShift, keysym.modeSwitch),
    scrollLock: rowWith(keysym.scrollLock),
  };
}

export function modifiersOf(state: number, bits: ModifierBits): KeyEvent['modifiers'] {
  return {
    shift: (state & shiftMask) !== 0,
    ctrl: (state & ctrlMask) !== 0,
    alt: (state & bits.alt) !== 0,
    altGr: (state & bits.altGr) !== 0,
    super: (state & bits.super) !== 0,
    capsLock: (state & lockMask) !== 0,
    numLock: (state & bits.numLock) !== 0,
    scrollLock: (state & bits.scrollLock) !== 0,
  };
}

function symbolsOf(map: KeyboardMap, keycode: number, state: number) {
  const key = map.keys.get(keycode);
  const count = key?.groups.length ?? 0;
  if (!key || count === 0) return undefined;
  let group = groupOf(state);
  if (group >= count) {
    if (key.outOfRange === 'wrap') group %= count;
    else if (key.outOfRange === 'clamp') group = count - 1;
    else group = key.outOfRange < count ? key.outOfRange : 0;
  }
  const type = map.types[key.types[group] ?? 0];
  const levels = key.groups[group];
  return type && levels ? { type, levels } : undefined;
}

function levelOf(type: KeyType, state: number): number {
  const active = state & type.mask;
  return type.entries.find((entry) => entry.mask === active)?.level ?? 0;
}
