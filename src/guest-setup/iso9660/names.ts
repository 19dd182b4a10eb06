import { XPaneError } from '../../shared/errors.ts';

/** Level 1: eight and three of A-Z, 0-9 and `_`. A folder has no extension. */
export interface ShortName {
  readonly base: string;
  readonly extension: string;
}

export interface NamedEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * Joliet's specification says 64. Windows and Linux read up to 110; 103 is what other writers allow themselves,
 * so readers are used to it.
 */
export const maxNameLength = 103;

/** Not allowed by Joliet, or not by Windows, which would show the file but not open it; UCS-2 has no pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const forbidden = /[*/:;?\\"<>|\u0000-\u001f\u007f\ud800-\udfff]|[. ]$/;

/**
 * The parts of a path such as `tools/read me.txt`.
 * Throws `guest-setup.bad-path` if Joliet or Windows could not have one of its names.
 */
export function pathParts(path: string): string[] {
  const parts = path.split('/');
  for (const part of parts) {
    if (part === '') throw badPath(path, 'a name in it is empty');
    if (part.length > maxNameLength) throw badPath(path, `a name in it is longer than ${maxNameLength}`);
    if (forbidden.test(part)) throw badPath(path, 'Windows does not allow a name in it');
  }
  if (parts.length > 8) throw badPath(path, 'it is deeper than eight levels');
  return parts;
}

/** `README.TXT;1` for a file, without a version for a folder. */
export function shortIdentifier(name: ShortName, isFolder: boolean): Buffer {
  return Buffer.from(isFolder ? name.base : `${name.base}.${name.extension};1`, 'latin1');
}

/** The same in Joliet: UCS-2, big-endian. */
export function jolietIdentifier(name: string, isFolder: boolean): Buffer {
  return ucs2(isFolder ? name : `${name};1`);
}

export function ucs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

/**
 * Level 1 names for the entries of one folder, in their order. What is short already, but for its case, keeps
 * its name; others are cut and get a number where that is needed. Depends on names and order only. Pure.
 */
export function shortNames(entries: readonly NamedEntry[]): ShortName[] {
  const exact = entries.map(asShort);
  const taken = new Set(exact.flatMap((name) => (name ? [keyOf(name)] : [])));
  return entries.map((entry, index) => exact[index] ?? numbered(cut(entry), taken));
}

/** Orders names as 9.3 has it, which is padded with blanks: `A` before `A.B` before `AB`. */
export function shortKey(name: ShortName): string {
  return `${name.base.padEnd(8)}${name.extension.padEnd(3)}`;
}

function asShort({ name, isFolder }: NamedEntry): ShortName | undefined {
  const pattern = isFolder ? /^([A-Z0-9_]{1,8})$/ : /^([A-Z0-9_]{1,8})(?:\.([A-Z0-9_]{1,3}))?$/;
  // Letters that become A-Z only by changing case, such as a dotless i, are not short.
  const match = /^[\x20-\x7e]*$/.test(name) ? pattern.exec(name.toUpperCase()) : null;
  return match ? { base: match[1] ?? '', extension: match[2] ?? '' } : undefined;
}

function cut({ name, isFolder }: NamedEntry): ShortName {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  const dot = isFolder ? -1 : plain.lastIndexOf('.');
  const [base, extension] = dot > 0 ? [plain.slice(0, dot), plain.slice(dot + 1)] : [plain, ''];
  const clean = (text: string, length: number) => text.replace(/[^A-Z0-9_]/g, '_').slice(0, length);
  return { base: clean(base, 8), extension: clean(extension, 3) };
}

function numbered(wish: ShortName, taken: Set<string>): ShortName {
  for (let number = 0; ; number++) {
    const digits = number === 0 ? '' : String(number);
    const name = { base: wish.base.slice(0, 8 - digits.length) + digits, extension: wish.extension };
    if (taken.has(keyOf(name))) continue;
    taken.add(keyOf(name));
    return name;
  }
}

function keyOf(name: ShortName): string {
  return `${name.base}.${name.extension}`;
}

function badPath(path: string, why: string): XPaneError {
  return new XPaneError(
    'guest-setup.bad-path',
    `The file ${JSON.stringify(path)} cannot go on a disk for the guest: ${why}.`,
    'Give it another name.',
  );
}
