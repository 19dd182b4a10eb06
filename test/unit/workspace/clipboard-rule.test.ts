import { expect, it } from 'vitest';
import { clipboardRule, isClipboardRule } from '../../../src/workspace/clipboard-rule.ts';

const most = 64 * 2 ** 20;

it.each([
  ['all', { kinds: 'all', maxBytes: most, maxFilesBytes: 2 ** 30 }],
  ['text', { kinds: 'text', maxBytes: most, maxFilesBytes: 2 ** 30 }],
  ['none', { kinds: 'none', maxBytes: most, maxFilesBytes: 2 ** 30 }],
  ['text, max=10K', { kinds: 'text', maxBytes: 10_240, maxFilesBytes: 10_240 }],
  ['all,MAX=64m', { kinds: 'all', maxBytes: most, maxFilesBytes: most }],
  ['max=1M', { kinds: 'all', maxBytes: 2 ** 20, maxFilesBytes: 2 ** 20 }],
])('%s', (text, rule) => {
  expect(isClipboardRule(text)).toBe(true);
  expect(clipboardRule(text)).toEqual(rule);
});

it.each(['', ' ', 'some', 'text max=1M', 'text,', 'max=0K', 'max=65M', 'max=1G', 'all,text', 'max=1M,text'])(
  'no rule, so nothing crosses: %j',
  (text) => {
    expect(isClipboardRule(text)).toBe(false);
    expect(clipboardRule(text)).toEqual({ kinds: 'none', maxBytes: 0, maxFilesBytes: 0 });
  },
);
