import type { Pattern } from '../pattern.ts';

/** What a browser's filter looks at: these hosts and all below them, and this pattern of the whole address. */
export interface FilterText {
  readonly domain?: string;
  /** As in chrome.declarativeNetRequest: `|` an end, `||` where a host's name may begin, `^` a separator, `*` anything. */
  readonly urlFilter?: string;
}

/**
 * `wide`: all addresses of the pattern, and perhaps some more. `narrow`: only addresses of the pattern, and perhaps not
 * all.
 */
export type Fit = 'wide' | 'narrow';

const ownPort = { http: '80', https: '443' } as const;
type BrowserScheme = keyof typeof ownPort;

/** The filters of one pattern; none for what no browser opens, and for what has no narrow one. Pure. */
export function filterTexts(pattern: Pattern, fit: Fit): readonly FilterText[] {
  const { host, below, path, port } = pattern;
  const schemes = (['http', 'https'] as const).filter((scheme) => pattern.schemes.has(scheme));
  if (schemes.length === 0) return [];
  // Whoever looks like another host by its user's name is another domain all the same.
  const pinned = host === '' ? {} : { domain: host };
  if (path === '' && port === undefined && below) return wholeHosts(schemes, pinned);
  const middles = fit === 'wide' && port === undefined && path !== '' ? ['', ':*'] : [''];
  const ends = path === '' ? [port === undefined ? '^' : '/'] : pathEnds(pattern, fit);
  return beginnings(pattern, schemes, fit).flatMap((beginning) =>
    middles.flatMap((middle) => ends.map((end) => ({ ...pinned, urlFilter: `${beginning}${middle}${end}` }))),
  );
}

/** Everything on the pattern's host, and below it. Pure. */
export function wholeHost({ host, schemes }: Pattern): readonly FilterText[] {
  const known = (['http', 'https'] as const).filter((scheme) => schemes.has(scheme));
  return wholeHosts(known, host === '' ? {} : { domain: host });
}

function wholeHosts(schemes: readonly BrowserScheme[], pinned: FilterText): readonly FilterText[] {
  if (schemes.length < 2) return schemes.map((scheme) => ({ ...pinned, urlFilter: `|${scheme}://` }));
  return [pinned.domain === undefined ? { urlFilter: '|http' } : pinned];
}

/** The address up to where its path begins, or a port that the pattern leaves open. */
function beginnings(
  { host, below, port }: Pattern,
  schemes: readonly BrowserScheme[],
  fit: Fit,
): readonly string[] {
  const written = (scheme: BrowserScheme) =>
    port === undefined || port === ownPort[scheme] ? '' : `:${port}`;
  const alike = schemes.length === 2 && written('http') === written('https');
  if (host !== '' && below && alike) return [`||${host}${written('http')}`];
  if (host === '' && fit === 'narrow') return [];
  // Below a host there is no exact form with a scheme.
  const star = host === '' || (below && fit === 'wide') ? '*' : '';
  return schemes.map((scheme) => `|${scheme}://${star}${host}${written(scheme)}`);
}

/** The path, and where it may end. */
function pathEnds({ path, open }: Pattern, fit: Fit): readonly string[] {
  const special = /[*^|]/.test(path);
  if (fit === 'wide') return [`${path.replace(/[*^|]/g, '*')}${open ? '' : '^'}`];
  if (special) return [];
  return open ? [path] : ['/', '?', '#', '|'].map((end) => `${path}${end}`);
}
