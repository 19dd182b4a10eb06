import { expect, test } from 'vitest';
import { GuestLinks } from '../../../src/guest-bridge/guest-links.ts';
import { HostQuota } from '../../../src/service/urls/host-quota.ts';
import { RecentLinks } from '../../../src/service/urls/recent-links.ts';
import { RefusedLinks } from '../../../src/service/urls/refused-links.ts';
import { UnaskedLinks } from '../../../src/service/urls/unasked-links.ts';
import { XPaneError } from '../../../src/shared/errors.ts';
import { silentLog } from '../../../src/shared/log.ts';

const refusal = (code: string) => new XPaneError(code, 'It is not.', 'Do not.');

test('a link is opened three times in half a minute, and only so many are remembered', () => {
  let nowMs = 0;
  const recent = new RecentLinks(() => nowMs);
  const times = (url: string, count: number) =>
    Array.from({ length: count }, () => recent.count(url)).filter(Boolean).length;
  expect(times('first', 2)).toBe(2);
  nowMs = 29_999;
  expect([times('first', 5), times('other', 5)]).toEqual([1, 3]);
  nowMs = 30_000;
  expect(times('first', 5)).toBe(2);
  for (let number = 0; number < 64; number++) recent.count(String(number));
  expect(times('other', 5)).toBe(3);
});

test('refusals are numbered, and of each guest’s one is told in two seconds', () => {
  let nowMs = 0;
  const refused = new RefusedLinks(() => nowMs);
  const told = () => refused.told.map(({ id, failure }) => [id, failure.code]);
  const [office, shop] = [
    { id: 'office', name: 'Office' },
    { id: 'shop', name: 'Shop' },
  ];
  refused.addFromGuest(refusal('url.a'), office);
  nowMs = 1_999;
  refused.addFromGuest(refusal('url.b'), office);
  refused.add(refusal('url.c'));
  nowMs = 2_000;
  refused.addFromGuest(refusal('url.d'), office);
  refused.addFromGuest(refusal('url.e'), shop);
  refused.addFromGuest(refusal('url.f'), shop, { always: true });
  expect(refused.told.map(({ from }) => from?.name)).toEqual(['Office', undefined, 'Office', 'Shop', 'Shop']);
  expect(told()).toEqual([
    [1, 'url.a'],
    [2, 'url.c'],
    [3, 'url.d'],
    [4, 'url.e'],
    [5, 'url.f'],
  ]);
  for (let more = 0; more < 20; more++) refused.add(refusal('url.e'));
  expect([refused.told.length, refused.told.at(-1)?.id]).toEqual([8, 25]);
});

test('a guest’s links are as many as a user could click', () => {
  let nowMs = 0;
  const links = new GuestLinks(silentLog, () => nowMs);
  const taken = (count: number) => Array.from({ length: count }, () => links.take()).filter(Boolean).length;
  expect(taken(100)).toBe(20);
  nowMs = 20_000;
  expect(taken(100)).toBe(20);
});

test('a guest has the host open twenty links in ten minutes, and the user is told once that it wanted more', () => {
  let nowMs = 0;
  const quota = new HostQuota(() => nowMs);
  const took = (count: number) => Array.from({ length: count }, () => quota.take());
  expect(took(10)).toEqual(Array(10).fill('taken'));
  nowMs = 1_000;
  expect(took(13)).toEqual([...Array(10).fill('taken'), 'first-refused', 'refused', 'refused']);
  nowMs = 599_999;
  expect(took(1)).toEqual(['refused']);
  nowMs = 600_000;
  expect(took(12)).toEqual([...Array(10).fill('taken'), 'first-refused', 'refused']);
});

test('links that nobody may have clicked are ten of a host and twenty of all in ten minutes', () => {
  let nowMs = 0;
  const links = new UnaskedLinks(() => nowMs);
  const took = (host: string, count: number) =>
    Array.from({ length: count }, () => links.take(host)).filter(Boolean).length;
  expect(took('a.test', 30)).toBe(10);
  nowMs = 1_000;
  expect([took('b.test', 4), took('c.test', 30), took('d.test', 1)]).toEqual([4, 6, 0]);
  nowMs = 599_999;
  expect(took('a.test', 1)).toBe(0);
  nowMs = 600_000;
  expect([took('a.test', 8), took('d.test', 30)]).toEqual([8, 2]);
});
