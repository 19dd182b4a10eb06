import { createHash } from 'node:crypto';
import type { Rule } from '../rule.ts';
import { type BrowserFilter, browserFilters } from './browser-filters.ts';

export interface BrowserRules {
  /** Of what the filters say: the same after any restart. */
  readonly revision: string;
  readonly filters: readonly BrowserFilter[];
  /** Whether a rule forbids anything on this host, or below it. */
  readonly deniesOn: (host: string) => boolean;
}

type Lists = readonly (readonly Rule[])[];

/** Makes them anew only when a list is another one: browsers ask again and again. */
export class BrowserRulesMaker {
  #lists: Lists = [];
  #made: BrowserRules = made([]);

  of(lists: Lists): BrowserRules {
    const same =
      lists.length === this.#lists.length && lists.every((list, index) => list === this.#lists[index]);
    if (!same) [this.#lists, this.#made] = [lists, made(lists)];
    return this.#made;
  }
}

function made(lists: Lists): BrowserRules {
  const filters = browserFilters(lists);
  const denied = lists.flat().flatMap(({ verdict, pattern }) => (verdict.kind === 'deny' ? [pattern] : []));
  return {
    filters,
    revision: createHash('sha256').update(JSON.stringify(filters)).digest('hex').slice(0, 16),
    deniesOn: (host) =>
      denied.some(
        (pattern) => pattern.host === '' || within(host, pattern.host) || within(pattern.host, host),
      ),
  };
}

function within(host: string, parent: string): boolean {
  return host === parent || host.endsWith(`.${parent}`);
}
