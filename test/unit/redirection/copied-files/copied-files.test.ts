import { describe, expect, it } from 'vitest';
import { listForGuest, readCopiedList } from '../../../../src/redirection/copied-files/copied-list.ts';
import { numberedGuestName as numbered } from '../../../../src/redirection/files/guest-name.ts';

const read = (list: string) => readCopiedList(Buffer.from(list));
const id = '0123456789abcdef';

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
