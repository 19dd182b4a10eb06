import { expect, test } from 'vitest';
import {
  companionRule,
  isCompanionRule,
  isKnownToNeedFolder,
  kindOf,
} from '../../../src/workspace/companion-rule.ts';

const usual = 512 * 2 ** 20;

test.each<[string, string[], boolean, number]>([
  ['none', [], false, usual],
  ['ask', [], true, usual],
  ['mdb', ['mdb'], false, usual],
  ['.MDB, shp ,ask', ['mdb', 'shp'], true, usual],
  ['ask, max=2G', [], true, 2 * 2 ** 30],
  ['max=10K', [], true, 10 * 2 ** 10],
  ['tex,max=1M,max=2M', ['tex'], false, 2 ** 20],
])('%j', (text, always, asks, maxBytes) => {
  expect(isCompanionRule(text)).toBe(true);
  expect(companionRule(text)).toEqual({ always: new Set(always), asks, maxBytes });
});

test.each(['', 'ask,', 'a/b', '*', 'tar.gz', '!mdb', 'max=0M', 'x'.repeat(33), Array(65).fill('a').join()])(
  '%j is no rule: nothing takes its folder, nobody is asked',
  (text) => {
    expect(isCompanionRule(text)).toBe(false);
    expect(companionRule(text)).toMatchObject({ always: new Set(), asks: false });
  },
);

test('a kind is what stands after the last dot, in any case', () => {
  expect(['Roads.SHP', 'a.tar.gz', '.bashrc', 'Makefile', 'odd.'].map(kindOf)).toEqual([
    ...['shp', 'gz', '', '', ''],
  ]);
  expect(['shp', 'mdb', 'doc', ''].map(isKnownToNeedFolder)).toEqual([true, true, false, false]);
});
