import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { patternOf } from './pattern.ts';
import { longestLine, longestList, mostRules, type Rule, type RuleList, type Verdict } from './rule.ts';
import { readSiteList } from './site-list.ts';

/** Of a rule, in UTF-16 units. */
const mostShown = 240;

/**
 * Reads a list of rules: Microsoft's Enterprise Mode Site List where it is XML, else one rule a line, `VERDICT PATTERN`.
 * Without a verdict it is `guest`, so that MED-V's lists, and plain lists of hosts, are lists of rules.
 * Throws `url.bad-list`, with the line. Pure.
 */
export function readRuleList(text: string): RuleList {
  if (text.length > longestList) throw badList('it is too large');
  if (/^\ufeff?\s*</.test(text)) return readSiteList(text.replace(/^\ufeff/, ''));
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const rules: Rule[] = [];
  for (const [index, line] of lines.entries()) {
    const rule = ruleIn(line, index + 1);
    if (!rule) continue;
    if (rules.length === mostRules) throw badList(`it has more than ${mostRules} rules`);
    rules.push(rule);
  }
  return { form: 'list', rules, skipped: { count: 0 } };
}

function ruleIn(line: string, number: number): Rule | undefined {
  if (line.length > longestLine) throw badLine(number, line, `it has more than ${longestLine} characters`);
  const text = withoutComment(line).trim();
  if (text === '') return undefined;
  const [first = '', second, ...more] = text.split(/\s+/);
  if (more.length > 0) throw badLine(number, text, 'it has more than a verdict and a pattern');
  const verdict = second === undefined ? ({ kind: 'guest' } as const) : verdictOf(first);
  if (!verdict)
    throw badLine(
      number,
      text,
      `"${displayText(first, 40)}" is not guest, guest:WORKSPACE, host, deny or stay`,
    );
  const pattern = patternOf(second ?? first);
  if (typeof pattern === 'string') throw badLine(number, text, pattern);
  return { verdict, pattern, text: displayText(text, mostShown), line: number };
}

/** A comment begins with a # at the beginning of the line, or after a space. */
function withoutComment(line: string): string {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
    if (at === 0 || /\s/.test(line.charAt(at - 1))) return line.slice(0, at);
  }
  return line;
}

function verdictOf(word: string): Verdict | undefined {
  switch (word) {
    case 'guest':
    case 'host':
    case 'deny':
    case 'stay':
      return { kind: word };
    default: {
      const workspace = /^guest:([a-z0-9-]{1,32})$/.exec(word)?.[1];
      return workspace === undefined ? undefined : { kind: 'guest', workspace };
    }
  }
}

function badLine(number: number, text: string, why: string): XPaneError {
  return badList(`line ${number}, "${displayText(text, 80)}": ${displayText(why, 120)}`);
}

/** `why` is a part of a sentence. */
export function badList(why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'url.bad-list',
    `The list of URL rules cannot be used: ${why}.`,
    'Correct it; what was read before holds until then. docs/redirection.md has the grammar.',
    cause,
  );
}
