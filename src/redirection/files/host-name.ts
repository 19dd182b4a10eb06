import { displayText } from '../../shared/text.ts';

/** Of Linux's file systems, in bytes of UTF-8. */
const longestBytes = 255;
const longestExtensionBytes = 32;

/**
 * A safe name on this computer for a file that the guest called `untrustedName`. It has no separator and nothing that
 * reverses or hides what is read, it is not hidden (`.bashrc` would be run) and no option on a command line. Pure.
 */
export function hostNameOf(untrustedName: string): string {
  const clean = displayText(untrustedName, 1024).replaceAll('/', '_');
  const plain = /^[.~-]/.test(clean) ? `_${clean}` : clean;
  return cutToBytes(plain || '_', '');
}

/**
 * A name beside `name` for what cannot take its place, as `Letter (from Office, 2026-11-23 14.03).txt`; with `number`
 * above 1 another one. `date` is shown in the user's own time. Pure but for the time zone.
 */
export function nameBeside(name: string, workspaceName: string, date: Date, number = 1): string {
  const digits = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), digits(date.getMonth() + 1), digits(date.getDate())].join('-');
  const time = `${digits(date.getHours())}.${digits(date.getMinutes())}`;
  const from = displayText(workspaceName, 64).replaceAll('/', '_');
  return cutToBytes(name, ` (from ${from}, ${day} ${time}${number > 1 ? `, ${number}` : ''})`);
}

/** `Letter (2).txt`. Pure. */
export function numberedHostName(name: string, number: number): string {
  return cutToBytes(name, ` (${number})`);
}

/** `suffix` comes before the extension; what is too long is cut before both, never within a character. */
function cutToBytes(name: string, suffix: string): string {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= longestExtensionBytes;
  const end = suffix + (hasExtension ? name.slice(dot) : '');
  const room = longestBytes - Buffer.byteLength(end);
  let stem = '';
  let bytes = 0;
  for (const character of hasExtension ? name.slice(0, dot) : name) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    stem += character;
  }
  return stem + end;
}
