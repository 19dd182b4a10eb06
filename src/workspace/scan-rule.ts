/**
 * The program that looks at content from the guest, as the setting `scanFromGuest` tells: `off`, or an absolute path and
 * arguments, parted by blanks. No shell reads it; the file's path comes last.
 */

export const scanRuleRange = 'off, or the absolute path of a program with its arguments, parted by blanks';

/** Pure. */
export function isScanRule(text: string): boolean {
  return text === 'off' || /^\/\P{Control}+$/u.test(text);
}

/** None for `off`. Pure. */
export function scanCommand(text: string): readonly string[] | undefined {
  return text === 'off' ? undefined : text.trim().split(/ +/);
}
