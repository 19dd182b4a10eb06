import type { Pattern } from './pattern.ts';

/**
 * `stay`: where it was asked for. From one side and from the other a rule says the same, so no address can go to and
 * fro.
 */
export type Verdict =
  /** Of the first workspace, unless one is named. */
  { readonly kind: 'guest'; readonly workspace?: string } | { readonly kind: 'host' | 'deny' | 'stay' };

/** What is nearer to nothing comes first. */
export const severity = { deny: 0, stay: 1, host: 2, guest: 3 } as const;

export interface Rule {
  readonly verdict: Verdict;
  readonly pattern: Pattern;
  /** As it was written, made safe to show, and not longer than anybody reads. */
  readonly text: string;
  /** From 1; where it was written. */
  readonly line: number;
}

/** What a list was read to. */
export interface RuleList {
  readonly form: 'list' | 'site-list';
  readonly rules: readonly Rule[];
  /** Entries that could not be used, the first of them in words. */
  readonly skipped: { readonly count: number; readonly first?: string };
}

/** Of one line, or of one address in a site list, in UTF-16 units. No pattern is matched against a longer one. */
export const longestLine = 8192;
export const mostRules = 100_000;
/** In UTF-16 units. */
export const longestList = 8 * 1024 * 1024;
