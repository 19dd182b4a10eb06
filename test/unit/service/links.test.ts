import { expect, test } from 'vitest';
import { GuestLinks } from '../../../src/guest-bridge/guest-links.ts';
import { RecentLinks } from '../../../src/service/urls/recent-links.ts';
import { RefusedLinks } from '../../../src/service/urls/refused-links.ts';
import { XPaneError } from '../../../src/shared/errors.ts';
import { silentLog } from '../../../src/shared/log.ts';

const refusal = (code: string) => new XPaneError(code, 'It is not.', 'Do not.');

test('a link is recent for half a minute, and only so many are', () => {
  let nowMs = 0;
  const recent = new RecentLinks(() => nowMs);
  recent.note('first');
  nowMs = 29_999;
  expect([recent.has('first'), recent.has('other')]).toEqual([true, false]);
  nowMs = 30_000;
  expect(recent.has('first')).toBe(false);
  for (let number = 0; number < 65; number++) recent.note(String(number));
  expect([recent.has('0'), recent.has('1'), recent.has('64')]).toEqual([false, true, true]);
});

test('refusals are numbered, and a guest’s are told one in two seconds', () => {
  let nowMs = 0;
  const refused = new RefusedLinks(() => nowMs);
  const told = () => refused.told.map(({ id, failure }) => [id, failure.code]);
  refused.addFromGuest(refusal('url.a'));
  nowMs = 1_999;
  refused.addFromGuest(refusal('url.b'));
  refused.add(refusal('url.c'));
  nowMs = 2_000;
  refused.addFromGuest(refusal('url.d'));
  expect(told()).toEqual([
    [1, 'url.a'],
    [2, 'url.c'],
    [3, 'url.d'],
  ]);
  for (let more = 0; more < 20; more++) refused.add(refusal('url.e'));
  expect([refused.told.length, refused.told.at(-1)?.id]).toEqual([8, 23]);
});

test('a guest’s links are as many as a user could click', () => {
  let nowMs = 0;
  const links = new GuestLinks(silentLog, () => nowMs);
  const taken = (count: number) => Array.from({ length: count }, () => links.take()).filter(Boolean).length;
  expect(taken(100)).toBe(20);
  nowMs = 20_000;
  expect(taken(100)).toBe(20);
});
