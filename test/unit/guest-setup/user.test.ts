import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { fullNameIn, hostUser } from '../../../src/guest-setup/host-facts/user.ts';

const line = (comment: string) => `jdoe:x:1000:1000:${comment}:/home/jdoe:/bin/bash`;

test.each([
  ['Jane Doe', 'Jane Doe'],
  ['Jürgen Müller,Room 7,555-1,', 'Jürgen Müller'],
  ['& Smith', 'Jdoe Smith'],
  ['', undefined],
  [',,,', undefined],
  ['  ', undefined],
  ['Jane "The 100%" Doe', 'Jane The 100 Doe'],
  ['a\u202eb\u0007c', 'a b c'],
  ['x'.repeat(200), 'x'.repeat(50)],
])('%j', (comment, expected) => {
  expect(fullNameIn(line(comment))).toBe(expected);
});

test('a line that is none has no name', () => {
  expect(fullNameIn('')).toBeUndefined();
  expect(fullNameIn('jdoe')).toBeUndefined();
});

test('whoever runs this is known by name', async () => {
  const { username, uid } = userInfo();
  const entry = execFileSync('getent', ['passwd', String(uid)], { encoding: 'utf8' });
  expect(await hostUser()).toEqual({ loginName: username, fullName: fullNameIn(entry.trim()) ?? username });
});

test('asking can be cancelled', async () => {
  await expect(hostUser(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
