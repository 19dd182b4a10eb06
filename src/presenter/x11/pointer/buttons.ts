import type { PointerButton } from '../../presenter.ts';

/** Windows' unit: one notch of a wheel. */
const NOTCH = 120;

const buttons: ReadonlyMap<number, PointerButton> = new Map([
  [1, 'left'],
  [2, 'middle'],
  [3, 'right'],
  [8, 'back'],
  [9, 'forward'],
]);

/** X reports wheels as buttons 4-7: up, down, left, right. */
const wheels: ReadonlyMap<number, { readonly vertical: number; readonly horizontal: number }> = new Map([
  [4, { vertical: NOTCH, horizontal: 0 }],
  [5, { vertical: -NOTCH, horizontal: 0 }],
  [6, { vertical: 0, horizontal: -NOTCH }],
  [7, { vertical: 0, horizontal: NOTCH }],
]);

export function buttonOf(detail: number): PointerButton | undefined {
  return buttons.get(detail);
}

export function wheelOf(detail: number) {
  return wheels.get(detail);
}
