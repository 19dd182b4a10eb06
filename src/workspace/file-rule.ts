/**
 * Which files may cross, as the settings `filesToGuest` and `filesFromGuest` tell: `all`, `none`, or a list of
 * extensions that may (`doc, xls`), that may not (`!zip`), and a size (`max=500M`; K, M or G). A list without an
 * extension that may is all others. `-` is a file without extension.
 */
export interface FileRule {
  /** Lower case, without the dot. None: all but `never`. */
  readonly only: ReadonlySet<string> | undefined;
  readonly never: ReadonlySet<string>;
  readonly maxBytes: number;
}

export const fileRuleRange =
  'all, none, or a list of extensions as doc, of extensions with ! that may not, and a size as max=500M';

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;
/** Longer than any extension that is in use. */
const extension = /^(?:-|[\p{Letter}\p{Number}_$~#+-]{1,32})$/u;
const size = /^max=([1-9][0-9]{0,5})([KMG])$/i;

/** Pure. */
export function isFileRule(text: string): boolean {
  return text === 'all' || text === 'none' || wordsOf(text).every(isWord);
}

/** What is no rule allows nothing. Pure. */
export function fileRule(text: string): FileRule {
  const nothing = { only: new Set<string>(), never: new Set<string>(), maxBytes: 0 };
  if (!isFileRule(text) || text === 'none') return nothing;
  const words = text === 'all' ? [] : wordsOf(text);
  const sizes = words.flatMap(bytesIn);
  const extensions = words.filter((word) => !size.test(word));
  const only = extensions.filter((word) => !word.startsWith('!'));
  const never = extensions.filter((word) => word.startsWith('!')).map((word) => word.slice(1));
  return {
    only: only.length > 0 ? new Set(only) : undefined,
    never: new Set(never),
    maxBytes: Math.min(Number.MAX_SAFE_INTEGER, ...sizes),
  };
}

function wordsOf(text: string): string[] {
  return text.split(',').map((word) =>
    word
      .trim()
      .toLowerCase()
      .replace(/^(!?)\./, '$1'),
  );
}

function isWord(word: string): boolean {
  return size.test(word) || extension.test(word.replace(/^!/, ''));
}

function bytesIn(word: string): number[] {
  const [, count, unit] = size.exec(word) ?? [];
  if (count === undefined || unit === undefined) return [];
  return [Number(count) * units[unit.toUpperCase() as keyof typeof units]];
}
