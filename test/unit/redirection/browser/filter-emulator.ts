import type { BrowserFilter } from '../../../../src/redirection/urls/browser/browser-filters.ts';

/** What Chromium does with filters (developer.chrome.com, declarativeNetRequest), for addresses as it writes them. */
export function heldBack(filters: readonly BrowserFilter[], url: string): boolean {
  const matching = filters.filter((filter) => matches(filter, url));
  const best = Math.max(...matching.map(({ priority }) => priority));
  const first = matching.filter(({ priority }) => priority === best);
  return first.length > 0 && first.every(({ action }) => action === 'block');
}

function matches({ domains, urlFilter, regexFilter }: BrowserFilter, url: string): boolean {
  const host = new URL(url).hostname.replace(/\.$/, '');
  if (domains && !domains.some((domain) => host === domain || host.endsWith(`.${domain}`))) return false;
  if (urlFilter !== undefined && !textOf(urlFilter).test(url)) return false;
  return regexFilter === undefined || new RegExp(regexFilter, 'i').test(url);
}

function textOf(urlFilter: string): RegExp {
  const begin = /^\|{0,2}/.exec(urlFilter)?.[0] ?? '';
  const end = urlFilter.length > begin.length && urlFilter.endsWith('|') ? '$' : '';
  const middle = urlFilter
    .slice(begin.length, end === '' ? undefined : -1)
    .replace(/[.+?()[\]{}\\$|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('^', '(?:[^\\w.%-]|$)');
  const start = { '': '', '|': '^', '||': '^[a-z]+://(?:[^/?#]*[.@])?' }[begin] ?? '';
  return new RegExp(start + middle + end, 'i');
}
