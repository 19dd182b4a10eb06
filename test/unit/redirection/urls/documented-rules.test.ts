import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/redirection/urls/decision.ts';
import { RuleIndex } from '../../../../src/redirection/urls/rule-index.ts';
import { readRuleList } from '../../../../src/redirection/urls/rule-list.ts';
import { webAddress } from '../../../../src/redirection/urls/web-address.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/redirection.md'), 'utf8');

const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** Rows of the table of patterns: pattern, what it is about, what it is not about. */
const rows = page
  .slice(page.indexOf('| Pattern |'))
  .split('\n\n', 1)
  .flatMap((table) => table.split('\n').slice(2))
  .map((row) => row.split('|').slice(1, 4).map(quoted));

const decides = (rules: string, url: string) =>
  decide([{ name: 'page', index: new RuleIndex(readRuleList(rules).rules) }], webAddress(url, 'host'), 'host')
    .by !== undefined;

describe('docs/redirection.md', () => {
  test('has a table of patterns', () => expect(rows.length).toBeGreaterThan(5));

  test.each(rows.map(([[pattern = ''] = [], about = [], not = []]) => ({ pattern, about, not })))(
    'says the truth of $pattern',
    ({ pattern, about, not }) => {
      expect(about.length * not.length).toBeGreaterThan(0);
      expect(about.filter((url) => !decides(pattern, url))).toEqual([]);
      expect(not.filter((url) => decides(pattern, url))).toEqual([]);
    },
  );

  test('shows rules that are rules', () => {
    const [, block = ''] = /```\n(http:\/\/\*[^`]*)```/.exec(page) ?? [];
    expect(readRuleList(block).rules).toHaveLength(4);
  });
});
