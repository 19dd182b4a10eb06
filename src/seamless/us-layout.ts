/**
 * What each key of the US keyboard types, by scan code (set 1): [plain, with Shift]. The built-in guest and the
 * default of Windows XP use this layout, so a key whose host text equals this is sent as the key it is; any other
 * text goes as Unicode.
 */
const rows: readonly (readonly [firstScancode: number, plain: string, shifted: string])[] = [
  [0x02, '1234567890-=', '!@#$%^&*()_+'],
  [0x10, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [0x1e, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [0x2b, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [0x39, ' ', ' '],
];

const byScancode = new Map<number, readonly [string, string]>();
const scancodeByText = new Map<string, number>();
for (const [first, plain, shifted] of rows) {
  for (let offset = 0; offset < plain.length; offset++) {
    const pair = [plain.charAt(offset), shifted.charAt(offset)] as const;
    byScancode.set(first + offset, pair);
    scancodeByText.set(pair[0], first + offset);
  }
}

/** The numeric pad's digits and point, by scan code from 47 on; the keys between them are `-` and `+`. */
const pad = '789-456+1230.';
const firstPad = 0x47;
const padOperators: ReadonlyMap<number, string> = new Map([
  [0x37, '*'],
  [0x4a, '-'],
  [0x4e, '+'],
]);
const divide = 0x35;

/** A key of the numeric pad, if it has no E0 prefix. */
export function isKeypad(scancode: number): boolean {
  return scancode === 0x37 || (scancode >= firstPad && scancode < firstPad + pad.length);
}

export interface UsKey {
  readonly scancode: number;
  readonly extended: boolean;
  readonly modifiers: { readonly shift: boolean; readonly capsLock: boolean; readonly numLock: boolean };
}

/** What the key types on a US keyboard, or undefined for keys that type nothing. */
export function usText({ scancode, extended, modifiers }: UsKey): string | undefined {
  if (extended) return scancode === divide ? '/' : undefined;
  const { shift, capsLock, numLock } = modifiers;
  if (isKeypad(scancode)) {
    return padOperators.get(scancode) ?? (numLock && !shift ? pad[scancode - firstPad] : undefined);
  }
  const pair = byScancode.get(scancode);
  const isLetter = pair !== undefined && /^[a-z]$/.test(pair[0]);
  return pair?.[shift !== (capsLock && isLetter) ? 1 : 0];
}

/** The key that types `text` without Shift on a US keyboard: what a shortcut such as Ctrl+Z means by "Z". */
export function usScancode(text: string): number | undefined {
  return scancodeByText.get(text.toLowerCase());
}
