import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { displayText } from '../../shared/text.ts';
import { patternOf } from './pattern.ts';
import { longestLine, mostRules, type Rule, type RuleList, type Verdict } from './rule.ts';
import { badList } from './rule-list.ts';

/** `site-list` > `site` > `open-in`; nothing of the format lies deeper. */
const deepest = 8;

interface Site {
  readonly url: string | undefined;
  readonly line: number;
  openIn: string;
  compatMode: string;
}

/**
 * Microsoft's Enterprise Mode Site List, schema 2 (learn.microsoft.com, "Enterprise Mode schema v.2 guidance"). What opens
 * in Internet Explorer opens in the guest, what opens in Edge on the host, all else stays. An entry without a protocol
 * is about http and https, its host and what is below that, its path and what is below that; compat-mode is for
 * Internet Explorer, which the guest has.
 *
 * Read as a stream by an XML parser that knows no entities but XML's own; a document type ends it.
 * Throws `url.bad-list`. Pure.
 */
export function readSiteList(text: string): RuleList {
  const rules: Rule[] = [];
  const path: string[] = [];
  let skipped = 0;
  let first: string | undefined;
  let site: Site | undefined;
  const parser = new SaxesParser({ xmlns: false, position: true });
  const fail = (why: string) => badList(`line ${parser.line}: ${why}`);

  parser.on('error', (error) => {
    throw fail(displayText(error.message.replace(/^[\d:]+\s*/, ''), 120).replace(/\.$/, ''));
  });
  parser.on('doctype', () => {
    throw fail('a site list has no document type');
  });
  parser.on('opentag', (tag: SaxesTagPlain) => {
    path.push(tag.name);
    if (path.length > deepest) throw fail('it nests too deep');
    if (path.length === 1 && tag.name !== 'site-list') throw fail(wrongRoot(tag.name));
    if (path.length === 2 && tag.name === 'site') {
      if (rules.length + skipped >= mostRules) throw fail(`it has more than ${mostRules} sites`);
      site = { url: tag.attributes.url, line: parser.line, openIn: '', compatMode: '' };
    }
  });
  parser.on('text', (part) => {
    if (!site || path.length !== 3) return;
    if (path[2] === 'open-in') site.openIn = (site.openIn + part).slice(0, 64);
    else if (path[2] === 'compat-mode') site.compatMode = (site.compatMode + part).slice(0, 64);
  });
  parser.on('closetag', () => {
    path.pop();
    if (!site || path.length !== 1) return;
    const rule = ruleOf(site);
    if (typeof rule === 'string') {
      skipped += 1;
      first ??= rule;
    } else {
      rules.push(rule);
    }
    site = undefined;
  });
  // Microsoft's own example has comments of the form <!--- text --->, which XML does not know.
  parser.write(text.replaceAll('--->', ' -->')).close();
  return {
    form: 'site-list',
    rules,
    skipped: { count: skipped, ...(first === undefined ? {} : { first }) },
  };
}

function wrongRoot(name: string): string {
  return name === 'rules'
    ? 'it is a site list of schema 1, and XPane reads schema 2; Microsoft’s site list tool saves it as such'
    : `it begins with <${displayText(name, 40)}>, and a site list with <site-list>`;
}

/** Why it cannot be used, in words. */
function ruleOf({ url, line, openIn, compatMode }: Site): Rule | string {
  const where = `line ${line}`;
  if (url === undefined || url.trim() === '') return `${where}: a site without url`;
  if (url.length > longestLine) return `${where}: an address has more than ${longestLine} characters`;
  const agnostic = url.trim().replace(/^[a-z]+:\/\//i, '');
  const query = agnostic.search(/[?#]/);
  const pattern = agnostic.includes('*')
    ? 'a site list has no *'
    : patternOf(query < 0 ? agnostic : agnostic.slice(0, query));
  if (typeof pattern === 'string') return `${where}: "${displayText(url, 80)}": ${pattern}`;
  const mode = compatMode.trim();
  const text = `${displayText(agnostic, 200)} open-in ${displayText(openIn, 32) || 'None'}`;
  return {
    verdict: verdictOf(openIn.trim().toLowerCase()),
    pattern,
    text: mode === '' ? text : `${text}, compat-mode ${displayText(mode, 32)}`,
    line,
  };
}

function verdictOf(openIn: string): Verdict {
  if (openIn === 'ie11') return { kind: 'guest' };
  return { kind: openIn === 'msedge' ? 'host' : 'stay' };
}
