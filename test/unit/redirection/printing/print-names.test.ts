import { expect, test } from 'vitest';
import { copiesIn, isPostScript, pdfNameOf } from '../../../../src/redirection/printing/print-names.ts';

test.each([
  ['Letter.txt', 'Letter.pdf'],
  ['Z:\\run\\xpane\\Letter.txt', 'Letter.pdf'],
  ['Microsoft Word - Letter.doc', 'Microsoft Word - Letter.pdf'],
  ['Version 1.2', 'Version 1.2.pdf'],
  ['../../.bashrc', '_.bashrc.pdf'],
  ['.profile of it', '_.profile of it.pdf'],
  ['-rf', '_-rf.pdf'],
  ['', 'Printed page.pdf'],
  ['C:\\', 'Printed page.pdf'],
  ['a\u202efdp.exe\u0000\n', 'a fdp.pdf'],
  ['😀'.repeat(300), `${'😀'.repeat(62)}.pdf`],
])('a PDF of %j is called %j', (title, name) => {
  expect(pdfNameOf(title)).toBe(name);
});

test('one that is there already gets a number', () => {
  expect(pdfNameOf('Letter.txt', 2)).toBe('Letter (2).pdf');
});

test('copies are as many as the comments say, within reason', () => {
  const head = (count: string) => `%!PS\n%%BeginNonPPDFeature: NumCopies ${count}\nx`;
  expect(copiesIn('%!PS\n')).toBe(1);
  expect(copiesIn(head('3'))).toBe(3);
  expect(copiesIn(head('0'))).toBe(1);
  expect(copiesIn(head('9999'))).toBe(99);
  expect(copiesIn(head('-2'))).toBe(1);
});

test('PostScript is told by its first bytes', () => {
  expect(['%!PS-Adobe-3.0', '\u0004%!PS', '%PDF-1.4', '', ' %!PS'].map(isPostScript)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
