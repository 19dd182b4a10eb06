import type { Scancode } from './scancodes.ts';

/**
 * Keys that a user may have put elsewhere (Caps Lock as Ctrl, Alt and Windows swapped): their keysym says what they
 * are, not their place.
 */
const movable: ReadonlyMap<number, Scancode> = new Map(
  (
    [
      [0xff08, 0x0e], // BackSpace
      [0xff09, 0x0f], // Tab
      [0xff0d, 0x1c], // Return
      [0xff14, 0x46], // Scroll_Lock
      [0xff1b, 0x01], // Escape
      [0xff67, 0xe05d], // Menu
      [0xff7f, 0x45], // Num_Lock
      [0xffe1, 0x2a], // Shift_L
      [0xffe2, 0x36], // Shift_R
      [0xffe3, 0x1d], // Control_L
      [0xffe4, 0xe01d], // Control_R
      [0xffe5, 0x3a], // Caps_Lock
      [0xffe7, 0x38], // Meta_L
      [0xffe8, 0xe038], // Meta_R
      [0xffe9, 0x38], // Alt_L
      [0xffea, 0xe038], // Alt_R
      [0xffeb, 0xe05b], // Super_L
      [0xffec, 0xe05c], // Super_R
      [0xffff, 0xe053], // Delete
    ] as const
  ).map(([keysym, code]) => [keysym, { scancode: code & 0x7f, extended: code > 0xff }]),
);

/** Mode_switch, and the block of keysyms that choose levels and layouts: ISO_Lock to ISO_Last_Group_Lock. */
const MODE_SWITCH = 0xff7e;
const FIRST_CHOOSER = 0xfe01;
const LAST_CHOOSER = 0xfe0f;
/** ISO_Level5_Shift, _Latch, _Lock. */
const FIRST_LEVEL_FIVE = 0xfe11;
const LAST_LEVEL_FIVE = 0xfe13;

/** The PC key that a key with this keysym is, wherever it is; undefined where its place says what it is. */
export function movedKey(keysym: number): Scancode | undefined {
  return movable.get(keysym);
}

/** The key chooses a level or a layout: the host's own business. */
export function isChooser(keysym: number): boolean {
  return (
    keysym === MODE_SWITCH ||
    (keysym >= FIRST_CHOOSER && keysym <= LAST_CHOOSER) ||
    (keysym >= FIRST_LEVEL_FIVE && keysym <= LAST_LEVEL_FIVE)
  );
}

/** Modifiers whose being held matters to what follows: Shift, Ctrl and Alt; others stay on the host. */
export function isSharedModifier(key: Scancode): boolean {
  return (
    key.scancode === 0x1d || key.scancode === 0x38 || (!key.extended && [0x2a, 0x36].includes(key.scancode))
  );
}
