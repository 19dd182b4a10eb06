/** A key as scan code set 1 names it. */
export interface Scancode {
  /** 1-127, without the E0 prefix. */
  readonly scancode: number;
  readonly extended: boolean;
}

/** X keycodes of evdev, libinput and XWayland are Linux key codes (input-event-codes.h) plus this. */
const KEYCODE_OFFSET = 8;

/**
 * Linux key codes that differ from their scan code; E0-prefixed ones as 0xe0NN. Below 89 the two are the same
 * number, which is no coincidence: Linux took its codes from the PC keyboard.
 *
 * Where Windows and the keyboard disagree, this follows what Windows' keyboard layouts expect: Pause is E0 46
 * (as in the RFB protocol; the true E1 1D 45 fits no single code), F13-F24 are 64-6E and 76.
 * Power, sleep and wake are left out on purpose: they are the host's.
 */
const EXCEPTIONS: ReadonlyMap<number, number> = new Map([
  [85, 0x29], // Zenkaku/Hankaku: Japanese layouts of Windows expect it on the grave key
  [86, 0x56], // the 102nd key, left of Z
  [87, 0x57], // F11
  [88, 0x58], // F12
  [89, 0x73], // RO: ABNT2 slash, Japanese backslash
  [90, 0x78], // Katakana
  [91, 0x77], // Hiragana
  [92, 0x79], // Henkan
  [93, 0x70], // Katakana/Hiragana
  [94, 0x7b], // Muhenkan
  [95, 0x5c], // Japanese keypad comma
  [96, 0xe01c], // keypad Enter
  [97, 0xe01d], // right Ctrl
  [98, 0xe035], // keypad /
  [99, 0xe037], // Print Screen
  [100, 0xe038], // right Alt, AltGr
  [102, 0xe047], // Home
  [103, 0xe048], // up
  [104, 0xe049], // Page Up
  [105, 0xe04b], // left
  [106, 0xe04d], // right
  [107, 0xe04f], // End
  [108, 0xe050], // down
  [109, 0xe051], // Page Down
  [110, 0xe052], // Insert
  [111, 0xe053], // Delete
  [113, 0xe020], // mute
  [114, 0xe02e], // volume down
  [115, 0xe030], // volume up
  [117, 0x59], // keypad =
  [119, 0xe046], // Pause
  [121, 0x7e], // ABNT2 keypad .
  [122, 0x72], // Hangul
  [123, 0x71], // Hanja
  [124, 0x7d], // Yen
  [125, 0xe05b], // left Windows key
  [126, 0xe05c], // right Windows key
  [127, 0xe05d], // menu key
  [128, 0xe068], // browser stop
  [140, 0xe021], // calculator
  [155, 0xe06c], // mail
  [156, 0xe066], // browser favourites
  [157, 0xe06b], // my computer
  [158, 0xe06a], // browser back
  [159, 0xe069], // browser forward
  [163, 0xe019], // next track
  [164, 0xe022], // play, pause
  [165, 0xe010], // previous track
  [166, 0xe024], // stop
  [172, 0xe032], // browser home
  [173, 0xe067], // browser refresh
  [183, 0x64], // F13
  [184, 0x65],
  [185, 0x66],
  [186, 0x67],
  [187, 0x68],
  [188, 0x69],
  [189, 0x6a],
  [190, 0x6b],
  [191, 0x6c],
  [192, 0x6d],
  [193, 0x6e], // F23
  [194, 0x76], // F24
  [217, 0xe065], // search
  [226, 0xe06d], // media
]);

/** Last Linux key code that is its own scan code (keypad dot). */
const LAST_IDENTICAL = 83;

/** The key behind an X keycode, or undefined for one that a PC keyboard does not have. */
export function scancodeOf(keycode: number): Scancode | undefined {
  const linuxCode = keycode - KEYCODE_OFFSET;
  const code = linuxCode >= 1 && linuxCode <= LAST_IDENTICAL ? linuxCode : EXCEPTIONS.get(linuxCode);
  if (code === undefined) return undefined;
  return { scancode: code & 0x7f, extended: code > 0xff };
}
