import { describe, expect, test } from 'vitest';
import { filesOfUriList, uriListOf } from '../../src/shared/uri-list.ts';

describe('text/uri-list', () => {
  const files = (list: string) => filesOfUriList(list, { host: 'Desk.example' });

  test('files of this computer, escapes undone, each once', () => {
    expect(
      files('# from the file manager\r\nfile:///home/u/a%20b%C3%A9%25.txt\r\n\r\nfile:///etc/x\r\n'),
    ).toEqual(['/home/u/a bé%.txt', '/etc/x']);
    expect(files('file://localhost/a\nfile://DESK.example/b\nfile:/c\nFILE:///a')).toEqual([
      '/a',
      '/b',
      '/c',
    ]);
    expect(files('file:///ungültig/平.txt\0')).toEqual(['/ungültig/平.txt']);
    expect(files('file:///tmp/../etc/passwd')).toEqual(['/etc/passwd']);
  });

  test.each([
    ['nothing', ''],
    ['only a comment', '# file:///a\r\n'],
    ['a web address', 'https://example.com/a.txt'],
    ['a file of another computer', 'file://server/share/a.txt'],
    ['a file beside a web address', 'file:///a\r\nhttp://example.com/'],
    ['no absolute path', 'file:a.txt'],
    ['a path alone', '/etc/passwd'],
    ['half an escape', 'file:///a%2'],
    ['a separator in a name', 'file:///a%2fb'],
    ['what is no UTF-8', 'file:///a%ff.txt'],
    ['a zero', 'file:///a%00.txt'],
    ['a question', 'file:///a?b'],
    ['a share of a file manager', 'smb://server/a.txt'],
  ])('%s: none', (_, list) => expect(files(list)).toEqual([]));

  test('one that is too long is known as such, and not read to its end', () => {
    const list = Array.from({ length: 5000 }, (_, at) => `file:///${at}\n`).join('');
    expect(filesOfUriList(list, { most: 1000 })).toHaveLength(1001);
    expect(filesOfUriList(list)).toHaveLength(5000);
  });

  test('is read as it was written', () => {
    const names = ['/home/me/a b#c?.txt', '/ö/%41'];
    expect(uriListOf(names)).toBe('file:///home/me/a%20b%23c%3F.txt\r\nfile:///%C3%B6/%2541\r\n');
    expect(filesOfUriList(uriListOf(names))).toEqual(names);
  });
});
