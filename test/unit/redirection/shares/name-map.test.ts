import { expect, test } from 'vitest';
import { NameMap } from '../../../../src/redirection/shares/name-map.ts';
import type { BaseEntry } from '../../../../src/redirection/shares/share-entries.ts';

const base = (rel: string, ...path: string[]): BaseEntry => ({
  ...{ rel, path, stamp: '0'.repeat(16), modifiedMs: 0, older: [] },
});
const from = (names: NameMap, rel: string) => names.guestPathOf(rel).join('/');

test('names that Windows cannot have, or not twice, are others there, each folder by itself', () => {
  const names = new NameMap([], []);
  expect(from(names, 'con/a:b.txt')).toBe('_con/a_b.txt');
  expect(from(names, 'con/a?b.txt')).toBe('_con/a_b (2).txt');
  expect(from(names, 'con/A_B.TXT')).toBe('_con/A_B (3).TXT');
  expect(from(names, '_con/a.txt')).toBe('_con (2)/a.txt');
  // And are the same again.
  expect(from(names, 'con/a?b.txt')).toBe('_con/a_b (2).txt');
  expect(names.hostRelOf(['_CON', 'A_b (2).txt'])).toBe('con/a?b.txt');
});

test('what was the same once keeps its names, whatever comes first', () => {
  const names = new NameMap([base('x?/b', 'x_ (2)', 'b')], []);
  expect(from(names, 'x_/b')).toBe('x_/b');
  expect(from(names, 'x?/c')).toBe('x_ (2)/c');
  expect(names.hostRelOf(['X_ (2)', 'new'])).toBe('x?/new');
});

test('what the guest has under the same name without case is the same file', () => {
  const names = new NameMap([], [['Folder', 'LETTER.TXT']]);
  expect(from(names, 'folder/letter.txt')).toBe('Folder/LETTER.TXT');
  expect(from(names, 'folder/other.txt')).toBe('Folder/other.txt');
});

test('names of the guest are safe here: not hidden, no option, no way up', () => {
  const names = new NameMap([], []);
  expect(names.hostRelOf(['.ssh', '-rf', '..', '~x'])).toBe('_.ssh/_-rf/_../_~x');
  expect(names.hostRelOf(['a/b\u202e'])).not.toMatch(/[/\u202e]/u);
  // Two of its folders that become one here.
  expect(names.hostRelOf(['_.ssh', 'a'])).toBe('_.ssh/a');
});
