import { describe, expect, it } from 'vitest';
import { restacks } from '../../../src/seamless/restack.ts';

/** What a window manager makes of the moves; `exact`: it knows "right above", else only top and bottom. */
function done(before: readonly number[], after: readonly number[], exact: boolean): number[] {
  const order = [...before];
  for (const { windowId, where, otherId } of restacks(before, after)) {
    order.splice(order.indexOf(windowId), 1);
    const beside = order.indexOf(otherId) + (where === 'below' ? 1 : 0);
    const extreme = where === 'below' ? order.length : 0;
    order.splice(exact ? beside : extreme, 0, windowId);
  }
  return order;
}

function* permutations(rest: readonly number[]): Generator<number[]> {
  if (rest.length === 0) yield [];
  for (const first of rest) {
    for (const others of permutations(rest.filter((id) => id !== first))) yield [first, ...others];
  }
}

describe('restacks', () => {
  it.each([true, false])('lead from any order to any other (exact: %s)', (exact) => {
    for (const after of permutations([1, 2, 3, 4, 5]))
      expect(done([1, 2, 3, 4, 5], after, exact)).toEqual(after);
  });

  it('leave alone what has not moved', () => {
    expect(restacks([1, 2, 3], [1, 2, 3])).toEqual([]);
    expect(restacks([1, 2, 3], [1, 3])).toEqual([]);
    expect(restacks([1, 3], [1, 2, 3])).toEqual([]);
    expect(restacks([1, 2, 3], [3, 1, 2])).toEqual([{ windowId: 3, where: 'above', otherId: 1 }]);
    expect(restacks([1, 2, 3], [2, 3, 1])).toEqual([{ windowId: 1, where: 'below', otherId: 3 }]);
  });
});
