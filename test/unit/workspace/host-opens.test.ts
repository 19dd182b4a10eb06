import { expect, test } from 'vitest';
import { loanExtension } from '../../../src/guest-bridge/protocol/loan-messages.ts';
import { extensionsIn, isHostOpens } from '../../../src/workspace/host-opens.ts';

test.each<[string, string[]]>([
  ['none', []],
  ['pdf', ['pdf']],
  ['.PDF, docx ,pdf', ['pdf', 'docx']],
  ['7z,c-x,a_b,c++', ['7z', 'c-x', 'a_b', 'c++']],
])('%j', (text, extensions) => {
  expect(isHostOpens(text)).toBe(true);
  expect(extensionsIn(text)).toEqual(extensions);
  // What a setting allows, the channel takes.
  expect(extensions.every((each) => loanExtension.safeParse(each).success)).toBe(true);
});

test.each(['', 'pdf,', 'a/b', '*', 'tar.gz', 'ä', 'x'.repeat(17), Array(65).fill('a').join()])(
  '%j is no list, and opens nothing',
  (text) => {
    expect(isHostOpens(text)).toBe(false);
    expect(extensionsIn(text)).toEqual([]);
  },
);
