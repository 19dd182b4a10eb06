import { type Rule, severity } from '../rule.ts';
import { type FilterText, filterTexts, wholeHost } from './filter-text.ts';

/** One rule of chrome.declarativeNetRequest, but for its number and for what is the same in all of them. */
export interface BrowserFilter {
  /** The highest of those that match decides; among equals `allow`. */
  readonly priority: number;
  readonly action: 'block' | 'allow';
  /** These and what is below them; absent: all. */
  readonly domains?: readonly string[];
  readonly urlFilter?: string;
  readonly regexFilter?: string;
}

/** Of the 30,000 that Chromium has room for since version 121. */
const mostFilters = 25_000;
/** In one filter, which has to fit into a message. */
const mostDomains = 1_000;

/**
 * Which navigations a browser has to hold until the service was asked about them, so that no request leaves first: lists in the
 * order in which they are asked, made into the filters that Chromium applies by itself. The service decides, they only
 * choose what it is asked: **what holds is rather too wide, what lets pass rather too narrow**, and where rules are too
 * many their hosts stand for them. Without a rule that holds anything there are none. Pure.
 */
export function browserFilters(lists: readonly (readonly Rule[])[]): readonly BrowserFilter[] {
  if (!lists.some((rules) => rules.some(holds))) return [];
  // Each rule that is not about whole hosts makes one filter at least.
  const least = lists.flat().filter((rule) => !isWholeHost(rule)).length;
  const exact = least <= mostFilters ? compiled(lists, false) : [];
  return exact.length > 0 && exact.length <= mostFilters ? exact : compiled(lists, true);
}

function holds({ verdict, pattern }: Rule): boolean {
  const browsers = pattern.schemes.has('http') || pattern.schemes.has('https');
  return browsers && (verdict.kind === 'guest' || verdict.kind === 'deny');
}

/** `coarse`: hosts stand for what is about a part of one. */
function compiled(lists: readonly (readonly Rule[])[], coarse: boolean): readonly BrowserFilter[] {
  const ranked = lists.flatMap((rules, list) =>
    rules.map((rule) => ({ rule, rank: rankOf(rule, lists.length - list, coarse) })),
  );
  const ranks = [...new Set(ranked.map(({ rank }) => rank))].sort((one, other) => one - other);
  const priorities = new Map(ranks.map((rank, index) => [rank, index + 1]));
  const groups = new Map<string, Group>();
  for (const { rule, rank } of ranked) {
    const action = holds(rule) ? 'block' : 'allow';
    const priority = priorities.get(rank) ?? 0;
    for (const text of textsOf(rule, action, coarse)) addTo(groups, { priority, action }, text);
  }
  const filters = [...groups.values()].flatMap(inParts);
  return [...filters, ...oddlySpelt(lists, ranks.length + 1)];
}

function textsOf(rule: Rule, action: 'block' | 'allow', coarse: boolean): readonly FilterText[] {
  const { pattern } = rule;
  if (!coarse || isWholeHost(rule)) return filterTexts(pattern, action === 'block' ? 'wide' : 'narrow');
  return action === 'block' ? wholeHost(pattern) : [];
}

/**
 * As `RuleIndex` chooses: the first list, then host, path, port, scheme, severity. The higher number wins; each part has
 * the bits that its longest may need.
 */
function rankOf({ pattern, verdict }: Rule, list: number, coarse: boolean): number {
  const { host, below, path, port, schemes } = pattern;
  const parts: readonly (readonly [number, bits: number])[] = [
    [host === '' ? 0 : host.split('.').length, 13],
    [below ? 0 : 1, 1],
    [coarse ? Math.min(path.length, 1) : path.length, 14],
    [port === undefined ? 0 : 1, 1],
    [3 - schemes.size, 2],
    [3 - severity[verdict.kind], 2],
  ];
  return parts.reduce((rank, [part, bits]) => rank * 2 ** bits + part, list);
}

interface Group {
  readonly filter: Omit<BrowserFilter, 'domains'>;
  readonly domains: Set<string> | undefined;
}

/** Filters that differ only in their hosts are one. */
function addTo(
  groups: Map<string, Group>,
  { priority, action }: Pick<BrowserFilter, 'priority' | 'action'>,
  { domain, urlFilter }: FilterText,
): void {
  const key = `${priority} ${action} ${domain === undefined} ${urlFilter ?? ''}`;
  let group = groups.get(key);
  if (!group) {
    const filter = { priority, action, ...(urlFilter === undefined ? {} : { urlFilter }) };
    group = { filter, domains: domain === undefined ? undefined : new Set() };
    groups.set(key, group);
  }
  if (domain !== undefined) group.domains?.add(domain);
}

function inParts({ filter, domains }: Group): readonly BrowserFilter[] {
  if (!domains) return [filter];
  const all = [...domains];
  const parts = Math.ceil(all.length / mostDomains);
  return Array.from({ length: parts }, (_, part) => ({
    ...filter,
    domains: all.slice(part * mostDomains, (part + 1) * mostDomains),
  }));
}

/**
 * Addresses that a filter's text misses, see `comparablePath` and `hostName`: needless escapes and escaped slashes in the
 * path, several slashes for one, a user's name before the host, a dot after it. All that is asked about, where a rule
 * goes by more than whole hosts.
 */
const odd = [
  '^https?://[^/]*/[^?#]*%(?:2[d-f]|3\\d|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9ae])',
  '^https?://[^/]*/(?:[^?#]*/)?/',
  '^https?://[^/]*(?:@|[.](?::\\d+)?/)',
];

function oddlySpelt(lists: readonly (readonly Rule[])[], priority: number): readonly BrowserFilter[] {
  const byText = lists.flat().filter((rule) => holds(rule) && !isWholeHost(rule));
  if (byText.length === 0) return [];
  const hosts = new Set(byText.map(({ pattern }) => pattern.host));
  const domains = hosts.has('') ? undefined : hosts;
  return odd.flatMap((regexFilter) =>
    inParts({ filter: { priority, action: 'block', regexFilter }, domains }),
  );
}

function isWholeHost({ pattern: { path, port, below } }: Rule): boolean {
  return path === '' && port === undefined && below;
}
