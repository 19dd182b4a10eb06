import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KeyOrder } from '../../../src/presenter/x11/input-method/key-order.ts';
import type { KeyLine } from '../../../src/presenter/x11/input-method/lines.ts';

let told: string[];
let order: KeyOrder;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  order = new KeyOrder(({ keycode, down }) => told.push(`${down ? '+' : '-'}${keycode}`));
});
afterEach(() => {
  vi.useRealTimers();
});

const key = (keycode: number, down: boolean): KeyLine => ({
  ...{ type: 'key', window: 1, state: 0, timeMs: 0, keycode, down },
});
/** The method takes the press and gives the release back. */
const keep = (keycode: number) => {
  order.sent(key(keycode, true));
  order.sent(key(keycode, false));
  order.cameBack(key(keycode, false));
};
const pass = (keycode: number) => {
  order.sent(key(keycode, true));
  order.cameBack(key(keycode, true));
};

test('while nothing is composed keys pass at once', () => {
  pass(38);
  order.cameBack(key(38, false));
  expect(told).toEqual(['+38', '-38']);
});

test('the key that ends a composition comes after its text, and what follows after that', () => {
  keep(38);
  pass(65);
  order.cameBack(key(65, false));
  expect(told).toEqual(['-38']);
  told.push('text');
  order.text();
  expect(told).toEqual(['-38', 'text', '+65', '-65']);
  pass(39);
  expect(told.at(-1)).toBe('+39');
});

test('without text the key comes a moment later', () => {
  keep(38);
  pass(65);
  vi.advanceTimersByTime(20);
  expect(told).toEqual(['-38', '+65']);
});

test('a method that takes a key for itself slows three keys, not all', () => {
  keep(38);
  for (const keycode of [10, 11, 12]) {
    pass(keycode);
    expect(told).not.toContain(`+${keycode}`);
    vi.advanceTimersByTime(20);
  }
  pass(13);
  expect(told).toEqual(['-38', '+10', '+11', '+12', '+13']);
});

test('a change of the focus loses nothing that waits', () => {
  keep(38);
  pass(65);
  order.reset();
  expect(told).toEqual(['-38', '+65']);
});
