import { expect, test } from 'vitest';
import { readDocumentsFolder } from '../../../src/integration/printing/documents-folder.ts';
import { readPrinters } from '../../../src/integration/printing/host-printers.ts';
import { usualPaper } from '../../../src/integration/printing/paper.ts';
import { printArguments } from '../../../src/integration/printing/print-file.ts';

test('printers are read from what lpstat prints', () => {
  expect(readPrinters('Laser\nInk_2\n', 'system default destination: Laser\n')).toEqual({
    names: ['Laser', 'Ink_2'],
    usual: 'Laser',
  });
  expect(readPrinters('Laser\n', 'system default destination: Laser/draft\n').usual).toBe('Laser');
  expect(readPrinters('Laser\n', 'no system default destination\n').usual).toBeUndefined();
  expect(readPrinters('Laser\n', 'system default destination: Gone\n').usual).toBeUndefined();
  expect(readPrinters('-o\na b\na/b\n\n', '').names).toEqual([]);
});

test('a title of the guest is one argument of lp, cleaned', () => {
  const order = { printer: 'Laser', copies: 2, file: '/tmp/a.pdf' };
  expect(printArguments({ ...order, title: '-o raw\n$(id)\u202e' })).toEqual([
    '-d',
    'Laser',
    '-n',
    '2',
    '-t',
    '-o raw $(id)',
    '--',
    '/tmp/a.pdf',
  ]);
  expect(printArguments({ ...order, title: '' })[5]).toBe('XPane');
});

test.each([
  ['XDG_DOCUMENTS_DIR="$HOME/Dokumente"\n', '/home/u/Dokumente'],
  ['# x\nXDG_DESKTOP_DIR="$HOME/D"\nXDG_DOCUMENTS_DIR="/srv/My \\"docs\\""\n', '/srv/My "docs"'],
  ['XDG_DOCUMENTS_DIR="$HOME"\n', '/home/u'],
  ['XDG_DOCUMENTS_DIR="relative"\n', undefined],
  ['', undefined],
])('the documents of %j', (text, folder) => {
  expect(readDocumentsFolder(text, '/home/u')).toBe(folder);
});

test('paper is as where the user lives', () => {
  expect(usualPaper({ LANG: 'en_US.UTF-8' })).toBe('letter');
  expect(usualPaper({ LANG: 'en_US.UTF-8', LC_PAPER: 'de_DE.UTF-8' })).toBe('a4');
  expect(usualPaper({ LC_ALL: 'C' })).toBe('a4');
});
