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

/** What the key types on a US keyboard, or undefined for keys that type nothing. */
export function usText(scancode: number, extended: boolean, shift: boolean): string | undefined {
  if (extended) return undefined;
  return byScancode.get(scancode)?.[shift ? 1 : 0];
}

/** The key that types `text` without Shift on a US keyboard: what a shortcut such as Ctrl+Z means by "Z". */
export function usScancode(text: string): number | undefined {
  return scancodeByText.get(text.toLowerCase());
}
