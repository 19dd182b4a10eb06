import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where rules for URLs come from, as the setting `urlRules` tells: `none`, or files and addresses separated by spaces, the
 * most important first.
 */
export type UrlSource =
  /** `optional`: it need not be there. */
  | { readonly kind: 'file'; readonly path: string; readonly optional: boolean }
  | { readonly kind: 'address'; readonly url: string };

/** The user's own list, beside the settings. */
export const ownUrlList = 'url-rules.txt';

export const urlSourcesRange = `none, or files (absolute, as file:// with %20 for a space, or ${ownUrlList}, which lies beside the settings) and http or https addresses, separated by spaces`;

const mostSources = 16;

/** Pure. */
export function isUrlSources(text: string): boolean {
  const parts = partsOf(text);
  return text === 'none' || (parts.length > 0 && parts.length <= mostSources && parts.every(isSource));
}

/** Pure. */
export function urlSources(text: string, configFolder: string): readonly UrlSource[] {
  if (text === 'none' || !isUrlSources(text)) return [];
  return [...new Set(partsOf(text))].map((part) => {
    if (part === ownUrlList) return { kind: 'file', path: join(configFolder, part), optional: true };
    if (isAbsolute(part)) return { kind: 'file', path: part, optional: false };
    const url = new URL(part);
    if (url.protocol !== 'file:') return { kind: 'address', url: url.href };
    return { kind: 'file', path: fileURLToPath(url), optional: false };
  });
}

const partsOf = (text: string) => text.split(/\s+/).filter((part) => part !== '');

function isSource(part: string): boolean {
  if (part === ownUrlList || isAbsolute(part)) return true;
  const url = URL.parse(part);
  // A password would be in every log and list of sources.
  if (url?.username !== '' || url.password !== '') return false;
  if (url.protocol === 'file:') return url.host === '' && !/%2f|%00/i.test(url.pathname);
  return url.protocol === 'http:' || url.protocol === 'https:';
}
