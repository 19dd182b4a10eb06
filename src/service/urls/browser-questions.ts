import type { Params, Result } from '../../launcher/api/methods.ts';
import type { BrowserFilter } from '../../redirection/urls/browser/browser-filters.ts';
import type { BrowserRules } from '../../redirection/urls/browser/browser-rules.ts';
import type { RuleBook } from '../../redirection/urls/rule-book.ts';
import { longestUrl } from '../../redirection/urls/web-address.ts';
import type { LiveWorkspaces } from '../live-workspaces.ts';

/** A browser takes a message of 1 MB from its native messaging host. */
const pageCharacters = 400_000;

/** Filters from `from` on, as many as one message holds. Pure. */
export function browserRulesPage(
  { revision, filters }: Pick<BrowserRules, 'revision' | 'filters'>,
  { revision: known, from }: Params<'browserRules'>,
): Result<'browserRules'> {
  if (revision === known) return { revision };
  const page: Copy[] = [];
  let room = pageCharacters;
  for (const { domains, ...filter } of filters.slice(from)) {
    const copy = { ...filter, ...(domains ? { domains: [...domains] } : {}) };
    room -= JSON.stringify(copy).length;
    if (room < 0 && page.length > 0) break;
    page.push(copy);
  }
  return { revision, filters: page, total: filters.length };
}
type Copy = Omit<BrowserFilter, 'domains'> & { readonly domains?: string[] };

/** Where a navigation belongs that a browser holds. Rejects with `url.*`. */
export async function navigationTest(
  untrusted: string,
  book: RuleBook,
  workspaces: LiveWorkspaces,
): Promise<Result<'testNavigation'>> {
  const { address, decision } = await book.ask(shortened(untrusted), 'host');
  const { to, workspace, by } = decision;
  const url = untrusted.length > longestUrl ? untrusted : address.href;
  const rule = by ? { source: by.source, line: by.rule.line, text: by.rule.text } : undefined;
  const { deniesOn } = await book.forBrowsers();
  const here = to === 'deny' ? 'no' : deniesOn(address.host) ? 'address' : 'host';
  // One that is not there is told when the link is opened.
  const names = to === 'guest' ? workspaces.all.filter(({ id }) => (workspace ?? id) === id) : [];
  const workspaceName = names[0]?.name;
  return {
    ...{ url, to, here },
    ...(workspaceName === undefined ? {} : { workspaceName }),
    ...(rule ? { rule } : {}),
  };
}

/** A browser opens longer addresses than XPane hands on; no rule looks at what follows the path. */
function shortened(url: string): string {
  return url.length > longestUrl ? url.replace(/[?#].*$/s, '') : url;
}
