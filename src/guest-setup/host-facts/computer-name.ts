import { XPaneError } from '../../shared/errors.ts';

/** NetBIOS leaves 15 characters for the name. */
const maxLength = 15;
/** What `*` gets at least: 36^3 names. */
const minFill = 3;
/** After as many clashes the random part is as good as used up, and a number takes its place. */
const maxTries = 100;

export interface NameFacts {
  readonly userName: string;
  readonly hostName: string;
  /** Names in use already; case does not count. */
  readonly taken: readonly string[];
  /** A whole number from 0 to below `limit`. */
  readonly random: (limit: number) => number;
}

/** One piece of a mask. `fact` gives way where there is not room for everything. */
type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'fact'; readonly name: 'username' | 'hostname'; readonly maxLength: number }
  | { readonly kind: 'digit' }
  | { readonly kind: 'counter' }
  | { readonly kind: 'fill' };

/**
 * A computer name by a mask of MED-V's kind (ComputerNameMask): `%username%` and `%hostname%`, each with `[n]` behind
 * it for its first n characters; `#` for a random digit; `*` at the end for random letters and digits up to
 * 15 characters. Beyond MED-V, `%counter%` is the smallest number that makes the name new.
 *
 * The result has 1 to 15 of A-Z, 0-9 and hyphens, is no number, and is not in `taken`: a mask without anything
 * that varies gets a number at its end where needed. Throws `guest-setup.bad-mask`. Pure but for `random`.
 */
export function computerName(mask: string, facts: NameFacts): string {
  const parts = partsOf(mask);
  const taken = new Set(facts.taken.map((name) => name.toUpperCase()));
  const varies = parts.some(({ kind }) => kind === 'digit' || kind === 'fill');
  const counts = parts.some(({ kind }) => kind === 'counter');
  for (let tried = 1; tried <= (varies ? maxTries : 1); tried++) {
    // A counter has its own way to a new name: as many numbers as there are names, and one more.
    for (let counter = 1; counter <= (counts ? taken.size + 1 : 1); counter++) {
      const name = valid(expanded(parts, facts, counter));
      if (!taken.has(name)) return name;
    }
  }
  return numbered(valid(expanded(parts, facts, 1)), taken);
}

/** Whether `computerName` takes it. Pure. */
export function isComputerNameMask(mask: string): boolean {
  try {
    partsOf(mask);
    return true;
  } catch {
    return false;
  }
}

const token = /%(username|hostname)%(?:\[(\d{1,2})\])?|(%counter%)|(#)|(\*)(?=$)|([A-Za-z0-9-]+)/gy;

function partsOf(mask: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of mask.matchAll(token)) {
    end = match.index + match[0].length;
    const [, fact, length, counter, digit, fill, text = ''] = match;
    if (fact === 'username' || fact === 'hostname') {
      parts.push({ kind: 'fact', name: fact, maxLength: length ? Number(length) : maxLength });
    } else if (counter) parts.push({ kind: 'counter' });
    else if (digit) parts.push({ kind: 'digit' });
    else if (fill) parts.push({ kind: 'fill' });
    else parts.push({ kind: 'literal', text: text.toUpperCase() });
  }
  if (parts.length === 0 || end !== mask.length) throw badMask(mask, 'it has a part that is not known');
  if (fixedLength(parts, 1) > maxLength)
    throw badMask(mask, `it makes names longer than ${maxLength} characters`);
  return parts;
}

/** Room that the facts cannot have. */
function fixedLength(parts: readonly Part[], counter: number): number {
  const lengths = parts.map((part) => {
    if (part.kind === 'literal') return part.text.length;
    if (part.kind === 'counter') return String(counter).length;
    if (part.kind === 'fill') return minFill;
    return part.kind === 'digit' ? 1 : 0;
  });
  return lengths.reduce((sum, length) => sum + length, 0);
}

function expanded(parts: readonly Part[], facts: NameFacts, counter: number): string {
  let room = Math.max(0, maxLength - fixedLength(parts, counter));
  let name = '';
  for (const part of parts) {
    if (part.kind === 'fact') {
      // A host may say its domain too: `pc7.example.org`.
      const fact = allowed(part.name === 'username' ? facts.userName : facts.hostName.replace(/\..*/s, ''));
      const text = fact.slice(0, Math.min(part.maxLength, room));
      room -= text.length;
      name += text;
    } else if (part.kind === 'fill') {
      while (name.length < maxLength) name += randomOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', facts);
    } else if (part.kind === 'digit') name += randomOf('0123456789', facts);
    else name += part.kind === 'counter' ? String(counter) : part.text;
  }
  return name;
}

function randomOf(characters: string, { random }: NameFacts): string {
  return characters.charAt(random(characters.length));
}

/** What NetBIOS and DNS both take of a name: `Jürgen Müller` becomes `JURGENMULLER`. */
function allowed(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9-]/g, '');
}

/** Not empty, not digits alone, no hyphen at an end, 15 at most. */
function valid(name: string): string {
  const trimmed = name.slice(0, maxLength).replace(/^-+|-+$/g, '');
  if (trimmed === '') return 'XPANE';
  return /^\d+$/.test(trimmed) ? `X${trimmed}`.slice(0, maxLength) : trimmed;
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const digits = String(number);
    const candidate = `${name.slice(0, maxLength - digits.length - 1)}-${digits}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function badMask(mask: string, why: string): XPaneError {
  return new XPaneError(
    'guest-setup.bad-mask',
    `${JSON.stringify(mask)} is no mask for computer names: ${why}.`,
    'It may have letters, digits, hyphens, %username%, %hostname%, each with [n] behind it, %counter%, #, and * at the end.',
  );
}
