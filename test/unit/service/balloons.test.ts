import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GuestBalloon } from '../../../src/guest-bridge/guest-model.ts';
import { Balloons } from '../../../src/service/balloons.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const said = (text: string, trayId = 1): GuestBalloon => ({ trayId, title: 'T', text, kind: 'info' });
const texts = (balloons: Balloons) => balloons.told.map(({ text }) => text);

test('the first is told at once, the others one in two seconds', () => {
  const balloons = new Balloons(({ title }) => `[XP] ${title}`);
  for (const text of ['a', 'b']) balloons.add(said(text));
  expect(balloons.told).toEqual([{ id: 1, title: '[XP] T', text: 'a', kind: 'info' }]);
  vi.advanceTimersByTime(1_999);
  expect(texts(balloons)).toEqual(['a']);
  vi.advanceTimersByTime(1);
  expect(texts(balloons)).toEqual(['a', 'b']);
  balloons.clear();
});

test('of a flood five wait, and the state stays small', () => {
  const balloons = new Balloons(() => 'T');
  for (let i = 0; i < 10_000; i++) balloons.add(said(`${i}`, i));
  let changes = 0;
  balloons.changes.listen(() => changes++);
  vi.advanceTimersByTime(60_000);
  expect(changes).toBe(5);
  expect(texts(balloons)).toEqual(['1', '2', '3', '4', '5']);
  expect(balloons.trayIdOf(6)).toBe(5);
  expect(balloons.trayIdOf(1)).toBeUndefined();
});

test('what waits is forgotten with its guest', () => {
  const balloons = new Balloons(() => 'T');
  for (const text of ['a', 'b']) balloons.add(said(text));
  balloons.clear();
  vi.advanceTimersByTime(10_000);
  expect(balloons.told).toEqual([]);
  balloons.add(said('c'));
  expect(balloons.told.map(({ id }) => id)).toEqual([2]);
});
