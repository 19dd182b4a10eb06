/**
 * Longest name that is given to a file in the guest, in UTF-16 units. NTFS takes 255; but programs of Windows XP take
 * 259 for a whole path (MAX_PATH), of which the folder takes up to 108, and some put a copy with a longer name beside.
 */
const longest = 120;
const longestBelow = 150;
/** What counts as an extension when a name is too long; what comes after an earlier dot is just text. */
const longestExtension = 20;

/** What Win32 keeps out of names, and characters that reverse or hide what is read: see `displayText`. */
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the point
  /[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}|\p{Noncharacter_Code_Point}/gu;

/**
 * Names of devices, with whatever extension (Win32, "Naming Files, Paths, and Namespaces"): `con .txt` is the console,
 * too. The digits may be superscript ones.
 */
const device = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

/**
 * A name that Windows takes for a file called `hostName` here, with the same extension, as that chooses the
 * application. Different names may become the same: each file of the host has a folder of its own in the guest. Pure.
 */
export function guestNameOf(hostName: string): string {
  const plain = hostName.normalize('NFC').replace(forbidden, '_');
  const cut = withoutEnd(cutTo(withoutEnd(plain), longest));
  if (cut === '') return '_';
  return device.test(cut) ? `_${cut}` : cut;
}

/** `Letter (2).txt`, for a second of one name. Pure. */
export function numberedGuestName(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const end = dot > 0 ? dot : name.length;
  return `${name.slice(0, end)} (${number})${name.slice(end)}`;
}

/** Of a file below a document's folder, which itself takes up to 108 of the 259. Pure. */
export function isTooLongInGuest(path: readonly string[]): boolean {
  return path.join('\\').length > longestBelow;
}

/** Win32 drops dots and blanks at the end: what was checked would be another file then. */
function withoutEnd(name: string): string {
  return name.replace(/[. ]+$/, '');
}

/** One short of `maxLength`, so that there is room for what a device's name gets. */
function cutTo(name: string, maxLength: number): string {
  if (name.length < maxLength) return name;
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && name.length - dot <= longestExtension + 1;
  const extension = hasExtension ? name.slice(dot) : '';
  const stem = name.slice(0, maxLength - 1 - extension.length);
  // Never within a pair.
  return stem.replace(/[\ud800-\udbff]$/, '') + extension;
}
