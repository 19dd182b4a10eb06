import { expect, test } from 'vitest';
import { findApplication, notFound } from '../../../src/workspace/application-lookup.ts';

const application = (id: string, name: string, ...folder: string[]) => ({ id, name, folder });
const applications = [
  application('a1', 'Notepad', 'Accessories'),
  application('a2', 'WordPad', 'Accessories'),
  application('b1', 'Minesweeper', 'Games'),
  application('b2', 'Editor', 'Games'),
  application('c1', 'Editor', 'Office'),
];

test.each(['a1', 'Notepad', 'NOTEPAD', ' notepad ', 'accessories/notepad'])('%j is found', (wanted) => {
  expect(findApplication(applications, wanted)).toEqual({ kind: 'found', application: applications[0] });
});

test('namesakes are told apart by their folder, or are all named', () => {
  expect(findApplication(applications, 'Office/Editor')).toMatchObject({ application: { id: 'c1' } });
  const lookup = findApplication(applications, 'editor');
  if (lookup.kind === 'found') throw new Error('found one of two');
  expect(lookup).toMatchObject({ kind: 'ambiguous', candidates: [{ id: 'b2' }, { id: 'c1' }] });
  const error = notFound(lookup, 'editor');
  expect(error.code).toBe('application.ambiguous');
  expect(error.hint).toContain('Games/Editor (b2), Office/Editor (c1)');
});

test.each([
  ['Notpad', 'Did you mean "Notepad"?'],
  ['wordpda', 'Did you mean "WordPad"?'],
  ['mine', 'Did you mean "Minesweeper"?'],
  ['pad', 'Did you mean "Notepad" or "WordPad"?'],
  ['zzzzzz', 'See "xpane apps" for those there are.'],
])('%s: %s', (wanted, hint) => {
  const lookup = findApplication(applications, wanted);
  if (lookup.kind === 'found') throw new Error('found');
  const error = notFound(lookup, wanted);
  expect(error.code).toBe('application.unknown');
  expect(error.hint).toBe(hint);
});

test('2048 long names and a long wish take no time', () => {
  const many = Array.from({ length: 2048 }, (_, at) => application(`id${at}`, `${at}`.repeat(60)));
  const startMs = performance.now();
  findApplication(many, 'x'.repeat(512));
  expect(performance.now() - startMs).toBeLessThan(2000);
});
