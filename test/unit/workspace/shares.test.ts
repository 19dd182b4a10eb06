import { expect, test } from 'vitest';
import { isShareRule, shareRule } from '../../../src/workspace/share-rule.ts';
import {
  type AskedShare,
  findShare,
  type Share,
  sharesSchema,
  withoutShare,
  withShare,
} from '../../../src/workspace/shares.ts';

const asked = (part: Partial<AskedShare> = {}): AskedShare => ({
  ...{ folder: '/home/me/Projects', readOnly: false, documents: false },
  ...part,
});
const refused = (code: string) => expect.objectContaining({ code });

test.each([
  ['off', { access: 'off', maxBytes: 4 * 2 ** 30 }],
  ['read-only', { access: 'read-only', maxBytes: 4 * 2 ** 30 }],
  ['Read-Write , max=500m', { access: 'read-write', maxBytes: 500 * 2 ** 20 }],
  ['read-write,max=16G', { access: 'read-write', maxBytes: 16 * 2 ** 30 }],
])('the rule %s', (text, rule) => {
  expect(isShareRule(text)).toBe(true);
  expect(shareRule(text)).toEqual(rule);
});

test.each(['', 'on', 'read-write, max=0G', 'read-write max=1G', 'max=1G', 'read-write, max=1K'])(
  'no rule, so nothing is allowed: %j',
  (text) => {
    expect(isShareRule(text)).toBe(false);
    expect(shareRule(text).access).toBe('off');
  },
);

test('a share is called as its folder and gets a drive that is free', () => {
  let shares: Share[] = [];
  for (const folder of ['/a/Projects', '/b/Forms', '/c/More']) shares = withShare(shares, asked({ folder }));
  expect(shares.map(({ name, drive }) => [name, drive])).toEqual([
    ['Projects', 'S'],
    ['Forms', 'T'],
    ['More', 'U'],
  ]);
  const documents = withShare(shares, asked({ folder: '/d/Docs', documents: true }));
  expect(documents.at(-1)).not.toHaveProperty('drive');
  expect(withShare(shares, asked({ folder: '/d/Docs', drive: 'p:' })).at(-1)?.drive).toBe('P');
  expect(sharesSchema.safeParse(documents).success).toBe(true);
  expect(findShare(shares, 'FORMS').folder).toBe('/b/Forms');
  expect(withoutShare(shares, '/b/Forms')).toHaveLength(2);
  expect(() => withoutShare(shares, 'None')).toThrow(refused('share.unknown'));
});

test.each<[string, Partial<AskedShare>, string]>([
  ['its name', { name: 'projects' }, 'share.taken'],
  ['its drive', { name: 'b', drive: 'S' }, 'share.taken'],
  ['a drive of Windows', { name: 'b', drive: 'C' }, 'share.invalid'],
  ['no drive', { name: 'b', drive: '1' }, 'share.invalid'],
  ['a name with a way up', { name: '../b' }, 'share.invalid'],
  ['a name that cannot be seen', { name: 'a\u202eb' }, 'share.invalid'],
  ['no name', { folder: '/' }, 'share.invalid'],
  ['a folder that cannot be shown', { name: 'b', folder: '/a\nb' }, 'share.invalid'],
])('refused: %s', (_, part, code) => {
  expect(() => withShare(withShare([], asked()), asked(part))).toThrow(refused(code));
});

test('there are eight at most, and a definition cannot have two of one', () => {
  let shares: Share[] = [];
  for (let number = 0; number < 8; number++) shares = withShare(shares, asked({ name: `${number}` }));
  expect(() => withShare(shares, asked({ name: '9' }))).toThrow(refused('share.too-many'));
  const [first] = shares;
  expect(sharesSchema.safeParse([first, first]).success).toBe(false);
});
