/**
 * Which files take their folder with them into the guest when they are opened there, as the setting `companions` tells:
 * `none`, or a list of extensions that do (`mdb, shp`), of `ask`, with which the user is asked once for each other kind
 * that is known to need its folder, and of the size of a folder (`max=500M`; K, M or G).
 */
export interface CompanionRule {
  /** Lower case, without the dot. */
  readonly always: ReadonlySet<string>;
  /** What the user has answered counts for all others. */
  readonly asks: boolean;
  /** Of all that goes beside one file. */
  readonly maxBytes: number;
}

export const companionRuleRange =
  'none, or a list of ask, of up to 64 extensions as mdb, and of a size as max=500M';

const mostWords = 64;
const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;
const usualMaxBytes = 512 * units.M;
const extension = /^[\p{Letter}\p{Number}_$~#+-]{1,32}$/u;
const size = /^max=([1-9][0-9]{0,5})([kmg])$/;

/**
 * Kinds whose programs open further files by themselves: databases with linked tables or memo and index files, maps and
 * web pages in several files, documents with includes, drawings with references, layouts with linked pictures, projects,
 * and lists of tracks.
 */
const known: ReadonlySet<string> = new Set(
  `mdb mde accdb accde dbf dbc shp tab mif mxd apr htm html tex dwg
   pmd p65 indd qxd dsw sln vbp dpr cue m3u`.split(/\s+/),
);

/** Pure. */
export function isCompanionRule(text: string): boolean {
  if (text === 'none') return true;
  const words = wordsOf(text);
  return words.length <= mostWords && words.every((word) => size.test(word) || extension.test(word));
}

/** What is no rule takes nothing, and asks nothing. Pure. */
export function companionRule(text: string): CompanionRule {
  const words = text === 'none' || !isCompanionRule(text) ? [] : wordsOf(text);
  const sizes = words.flatMap(bytesIn);
  const others = words.filter((word) => !size.test(word));
  return {
    always: new Set(others.filter((word) => word !== 'ask')),
    // A size alone changes nothing else.
    asks: others.includes('ask') || (words.length > 0 && others.length === 0),
    maxBytes: sizes.length > 0 ? Math.min(...sizes) : usualMaxBytes,
  };
}

/** Lower case, without the dot; empty for a name without one. Pure. */
export function kindOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** Files of this kind are known to need their folder. Pure. */
export function isKnownToNeedFolder(kind: string): boolean {
  return known.has(kind);
}

function wordsOf(text: string): string[] {
  return text.split(',').map((word) => word.trim().toLowerCase().replace(/^\./, ''));
}

function bytesIn(word: string): number[] {
  const [, count, unit] = size.exec(word) ?? [];
  if (count === undefined || unit === undefined) return [];
  return [Number(count) * units[unit.toUpperCase() as keyof typeof units]];
}
