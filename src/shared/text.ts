/**
 * Characters that must never reach a title, menu, notification, log or file name: C0/C1 controls, line and
 * paragraph separators, bidirectional controls (they can reverse what a user reads), zero-width and tag
 * characters, lone surrogates, non-characters.
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}|\p{Noncharacter_Code_Point}/gu;

/**
 * Makes text from the guest safe to show: unsafe characters become spaces, runs of white space one space,
 * and the result is cut to `maxLength` UTF-16 units, never within a surrogate pair.
 */
export function displayText(untrusted: string, maxLength: number): string {
  const cleaned = untrusted
    .slice(0, maxLength * 4)
    .replace(UNSAFE, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  if (cleaned.length <= maxLength) return cleaned;
  const cut = cleaned.slice(0, maxLength);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
