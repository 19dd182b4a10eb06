import { expect, test } from 'vitest';
import { jolietIdentifier, pathParts, shortKey, shortNames } from '../../../src/guest-setup/iso9660/names.ts';
import { pick, seeded } from './random.ts';

const files = (...names: string[]) => names.map((name) => ({ name, isFolder: false }));
const text = ({ base, extension }: { base: string; extension: string }) =>
  extension ? `${base}.${extension}` : base;

test.each([
  [['agent.exe'], ['AGENT.EXE']],
  [['read me.txt'], ['READ_ME.TXT']],
  [
    ['longfilename one.txt', 'longfilename two.txt'],
    ['LONGFILE.TXT', 'LONGFIL1.TXT'],
  ],
  // Short already: keeps its name, whoever comes first.
  [
    ['longfilename.txt', 'LONGFILE.TXT'],
    ['LONGFIL1.TXT', 'LONGFILE.TXT'],
  ],
  [['archive.tar.gz'], ['ARCHIVE_.GZ']],
  [['page.html'], ['PAGE.HTM']],
  [['.profile'], ['_PROFILE']],
  [['README'], ['README']],
  [['Übung.doc'], ['UBUNG.DOC']],
  [
    ['日本.txt', '中国.txt'],
    ['__.TXT', '__1.TXT'],
  ],
  // Upper case of a dotless i is I, but it is no short name.
  [
    ['fıle.txt', 'file.txt'],
    ['FILE1.TXT', 'FILE.TXT'],
  ],
])('short names of %j', (names, expected) => {
  expect(shortNames(files(...names)).map(text)).toEqual(expected);
});

test('a folder has no extension, and no name of a file', () => {
  const names = shortNames([
    { name: 'a.b', isFolder: true },
    { name: 'A_B', isFolder: false },
    { name: 'verylongfolder', isFolder: true },
  ]);
  expect(names.map(text)).toEqual(['A_B1', 'A_B', 'VERYLONG']);
});

test('hundreds of random names are unique, valid, and the same each time', () => {
  const random = seeded(1);
  const name = () =>
    Array.from({ length: 1 + random(12) }, () => pick(random, [...'aAbB1_-. éß+日'])).join('');
  // Names that differ by case alone are refused before.
  const different = new Map(Array.from({ length: 600 }, name).map((each) => [each.toUpperCase(), each]));
  const entries = [...different.values()].map((each) => ({ name: each, isFolder: random(3) === 0 }));
  const names = shortNames(entries);
  expect(new Set(names.map(text)).size).toBe(entries.length);
  for (const [index, { base, extension }] of names.entries()) {
    expect(base).toMatch(/^[A-Z0-9_]{1,8}$/);
    expect(extension).toMatch(entries[index]?.isFolder ? /^$/ : /^[A-Z0-9_]{0,3}$/);
  }
  expect(shortNames(entries)).toEqual(names);
});

test('names are ordered as if padded with blanks', () => {
  const sorted = [
    { base: 'A', extension: '' },
    { base: 'A', extension: 'B' },
    { base: 'A1', extension: '' },
    { base: 'AB', extension: 'A' },
  ];
  expect([...sorted].reverse().sort((a, b) => (shortKey(a) < shortKey(b) ? -1 : 1))).toEqual(sorted);
});

test('Joliet is UCS-2, big-endian, with a version for files', () => {
  expect(jolietIdentifier('é', false)).toEqual(Buffer.of(0, 0xe9, 0, 0x3b, 0, 0x31));
  expect(jolietIdentifier('é', true)).toEqual(Buffer.of(0, 0xe9));
});

test.each([
  '',
  '/a',
  'a//b',
  'a/',
  'a:b',
  'what?',
  'back\\slash',
  'quote"',
  'dot.',
  'blank ',
  '..',
  'a\nb',
  'smile \u{1f600}',
  'x'.repeat(104),
  'a/b/c/d/e/f/g/h/i',
])('%j is refused', (path) => {
  expect(() => pathParts(path)).toThrow(expect.objectContaining({ code: 'guest-setup.bad-path' }));
});

test('what is allowed is taken as it is', () => {
  expect(pathParts('a/b/c/d/e/f/g/h')).toHaveLength(8);
  expect(pathParts(`Grüße & Küsse/${'x'.repeat(103)}`)).toEqual(['Grüße & Küsse', 'x'.repeat(103)]);
});
