import { describe, expect, it } from 'vitest';
import { listForGuest, readCopiedList } from '../../../../src/redirection/copied-files/copied-list.ts';
import { numbered } from '../../../../src/redirection/copied-files/copy-plan.ts';
import { pathsIn, uriListOf } from '../../../../src/redirection/copied-files/uri-list.ts';

const paths = (list: string) => pathsIn(Buffer.from(list));
const read = (list: string) => readCopiedList(Buffer.from(list));
const id = '0123456789abcdef';

describe('a list of URIs', () => {
  it('names files of this computer, however it is written', () => {
    expect(paths('file:///home/me/a%20b.txt\r\n')).toEqual(['/home/me/a b.txt']);
    expect(paths('# a comment\nfile://localhost/a\nFILE:///b%C3%B6\n\n')).toEqual(['/a', '/bö']);
    expect(paths('file:///tmp/../etc/passwd')).toEqual(['/etc/passwd']);
  });

  it.each([
    ['', 'nothing'],
    ['http://example.org/a', 'what is no file'],
    ['file:///a\r\nhttp://example.org/b', 'not only files'],
    ['file://server/share/a', 'a file of another computer'],
    ['file:///a%2fb', 'a name with a separator'],
    ['file:///a%00b', 'a name with a zero'],
    ['file:///a%ffb', 'a name that is no text'],
    ['/etc/passwd', 'a path'],
  ])('%j is %s', (list) => {
    expect(paths(list)).toBeUndefined();
  });

  it('that is too long is known as such, and not read to its end', () => {
    expect(paths('file:///a\n'.repeat(5000))).toHaveLength(1001);
  });

  it('is read as it was written', () => {
    const names = ['/home/me/a b#c?.txt', '/ö/%41'];
    expect(String(uriListOf(names))).toBe('file:///home/me/a%20b%23c%3F.txt\r\nfile:///%C3%B6/%2541\r\n');
    expect(pathsIn(uriListOf(names))).toEqual(names);
  });
});

describe('the names of copied files', () => {
  it('of the guest have an id and a size', () => {
    expect(read(`${id} 5 a b.txt\n${id} 0 folder/ö\n`)).toEqual([
      { id, sizeBytes: 5, untrustedPath: ['a b.txt'] },
      { id, sizeBytes: 0, untrustedPath: ['folder', 'ö'] },
    ]);
  });

  it.each([
    '',
    `${id} 5 a`,
    `${id} 5 \n`,
    `${id} -5 a\n`,
    `${id} 05 a\n`,
    `${id} 5 /a\n`,
    `${id} 5 a//b\n`,
    `${id} 5 a/b/c/d/e/f/g/h/i\n`,
    `${id.toUpperCase()} 5 a\n`,
    `${id} 5 a\n\n`,
    `${id} 5 a\n`.repeat(1001),
  ])('are refused where they are anything else: %j', (list) => {
    expect(read(list)).toBeUndefined();
  });

  it('of this computer stand below their document', () => {
    expect(String(listForGuest(id, ['a b.txt', 'folder']))).toBe(`${id}\na b.txt\nfolder\n`);
  });

  it('get a number before the extension', () => {
    expect([numbered('a.b.txt', 2), numbered('a', 3), numbered('.a', 2)]).toEqual([
      'a.b (2).txt',
      'a (3)',
      '.a (2)',
    ]);
  });
});
