import { expect, test } from 'vitest';
import { isUnpublishedRule, unpublishedRule } from '../../../src/workspace/unpublished-rule.ts';

const notepad = { name: 'Notepad', folder: ['Zubehör'], target: 'C:\\WINDOWS\\system32\\notepad.exe' };
const word = { name: 'Word', folder: ['Microsoft Office'], target: 'D:\\Programme\\Office\\WINWORD.EXE' };

test.each([
  ['default', 'image', [true, false]],
  ['default', 'builtin', [false, false]],
  ['none', 'image', [false, false]],
  ['Microsoft Office/*', 'image', [false, true]],
  ['*/W?RD', 'builtin', [false, true]],
  ['word', 'builtin', [false, false]],
  ['default; *\\winword.exe ;', 'image', [true, true]],
  ['D:\\*', 'builtin', [false, true]],
  ['*', 'builtin', [true, true]],
] as const)('%s, of a guest that is %s', (rule, guest, expected) => {
  expect(isUnpublishedRule(rule)).toBe(true);
  expect([notepad, word].map(unpublishedRule(rule, guest))).toEqual(expected);
});

test('what comes with Windows stays out in every language; what was installed does not', () => {
  const out = unpublishedRule('default', 'image');
  const at = (target: string, ...folder: string[]) => out({ name: 'x', folder, target });
  expect(at('C:\\Programme\\Windows NT\\Zubehör\\wordpad.exe', 'Zubehör')).toBe(true);
  expect(at('c:\\program files\\Internet Explorer\\iexplore.exe')).toBe(true);
  expect(at('', 'Startup')).toBe(true);
  expect(at('C:\\Program Files\\Contoso\\windows\\app.exe', 'Contoso')).toBe(false);
  expect(at('C:\\Windows Tools\\app.exe')).toBe(false);
});

test('no list is no rule, and no pattern takes long', () => {
  for (const text of ['', ' ; ', 'none;x', `${'x;'.repeat(65)}`, 'x'.repeat(513)]) {
    expect(isUnpublishedRule(text)).toBe(false);
    expect(unpublishedRule(text, 'image')(notepad)).toBe(false);
  }
  const start = performance.now();
  const slow = unpublishedRule('*a'.repeat(200), 'builtin');
  slow({ name: `${'a'.repeat(255)}b`, folder: Array.from({ length: 8 }, () => 'a'.repeat(256)), target: '' });
  expect(performance.now() - start).toBeLessThan(500);
});
