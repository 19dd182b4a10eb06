import { describe, expect, test } from 'vitest';
import { isByTheWay, refusal } from '../../../../src/redirection/files/file-rules.ts';
import { fileRule, isFileRule } from '../../../../src/workspace/file-rule.ts';

function codeFor(
  rule: string,
  name: string,
  { sizeBytes = 10, direction = 'to-guest' as 'to-guest' | 'from-guest' } = {},
): string | undefined {
  const nothing = fileRule('none');
  const asked = fileRule(rule);
  const rules =
    direction === 'to-guest'
      ? { toGuest: asked, fromGuest: nothing }
      : { toGuest: nothing, fromGuest: asked };
  return refusal(rules, direction, { names: [name], sizeBytes })?.code;
}

describe('file rules', () => {
  test.each([
    ['all', 'a.doc', undefined],
    ['all', 'README', undefined],
    ['none', 'a.doc', 'files.not-allowed'],
    ['none', 'README', 'files.not-allowed'],
    ['doc, XLS', 'a.xls', undefined],
    ['doc, .xls', 'a.XLS', undefined],
    ['doc, xls', 'a.txt', 'files.not-allowed'],
    ['doc', 'doc', 'files.not-allowed'],
    ['doc, -', 'doc', undefined],
    ['!zip', 'a.zip', 'files.not-allowed'],
    ['!zip', 'a.doc', undefined],
    ['!.zip', 'a.doc.ZIP', 'files.not-allowed'],
    ['zip, !zip', 'a.zip', 'files.not-allowed'],
    ['!-', 'README', 'files.not-allowed'],
    ['nonsense=', 'a.doc', 'files.not-allowed'],
  ])('by "%s" %s is %s', (rule, name, code) => {
    expect(codeFor(rule, name)).toBe(code);
    expect(codeFor(rule, name, { direction: 'from-guest' })).toBe(code);
  });

  test('a size is allowed to its last byte; of several the smallest counts', () => {
    expect(codeFor('max=1K', 'a.doc', { sizeBytes: 1024 })).toBeUndefined();
    expect(codeFor('max=1k', 'a.doc', { sizeBytes: 1025 })).toBe('files.too-large');
    expect(codeFor('doc, max=2G, max=1M', 'a.doc', { sizeBytes: 2 ** 20 + 1 })).toBe('files.too-large');
    expect(codeFor('all', 'a.doc', { sizeBytes: 2 ** 40 })).toBeUndefined();
  });

  test.each([
    'a.exe',
    'A.EXE',
    'a.exe.',
    'a.exe . ',
    '.exe',
    'a.txt.scr',
    'a.lnk',
    'a.js',
    'a.sh',
    'a.desktop',
  ])('%s never crosses', (name) => {
    expect(codeFor('all', name)).toBe('files.program');
    expect(codeFor('exe, scr, lnk, js, sh, desktop', name)).toBe('files.program');
    expect(codeFor('all', name, { direction: 'from-guest' })).toBe('files.program');
  });

  test('every name that a file has counts', () => {
    const rules = { toGuest: fileRule('all'), fromGuest: fileRule('!zip') };
    const asked = { names: ['a.txt', 'a.zip'], sizeBytes: 1 };
    expect(refusal(rules, 'from-guest', asked)?.code).toBe('files.not-allowed');
    expect(refusal(rules, 'to-guest', asked)).toBeUndefined();
  });

  test('what is refused can be read', () => {
    const rules = { toGuest: fileRule('doc'), fromGuest: fileRule('all') };
    const error = refusal(rules, 'to-guest', { names: ['evil\u202e\n.zip'], sizeBytes: 1 });
    expect(error?.message).toBe('Files of the kind of evil .zip may not go into the guest.');
    expect(error?.hint).toContain('filesToGuest');
  });

  test('a setting that cannot be understood is none', () => {
    for (const good of [
      'all',
      'none',
      'doc',
      'doc,xls',
      '!exe',
      'max=5M',
      '.doc, !zip, max=10G',
      'öl',
      '-',
    ]) {
      expect(isFileRule(good), good).toBe(true);
    }
    for (const bad of [
      '',
      ' ',
      'doc xls',
      'doc,,xls',
      'max=0M',
      'max=5',
      '*.doc',
      '!!zip',
      'a/b',
      'x'.repeat(33),
    ]) {
      expect(isFileRule(bad), bad).toBe(false);
    }
  });
});

test('what applications make for themselves is known', () => {
  const theirs = [
    '~$letter.doc',
    '~WRL0001.tmp',
    'x.TMP',
    'db.ldb',
    '.~lock.a.odt#',
    'Thumbs.db',
    'desktop.ini',
  ];
  expect(theirs.filter((name) => !isByTheWay(name))).toEqual([]);
  const users = ['letter.doc', 'letter.bak', '~notes.txt', 'tmp', 'template.dot', 'lock.txt', '$.txt'];
  expect(users.filter(isByTheWay)).toEqual([]);
});
