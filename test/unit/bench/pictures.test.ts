import { expect, test } from 'vitest';
import { code, codeCellColour, readCode } from '../../../bench/picture/number-code.ts';
import {
  cellOfPress,
  cellsPage,
  clientSize,
  colourOfNumber,
  framesHeightPx,
  listPage,
  noisePage,
  tickerPage,
} from '../../../bench/picture/pages.ts';

const pixelOf = (page: Buffer) => (x: number, y: number) =>
  page.readUIntLE((y * clientSize.width + x) * 4, 3);
const painted = (number: number) => (x: number) => codeCellColour(number, Math.floor(x / code.cellPx));

test('a number is read back, and survives pale black and dirty white', () => {
  for (const number of [0, 1, 255, 4711, 65_535]) {
    expect(readCode(painted(number))).toBe(number);
    expect(readCode((x) => (painted(number)(x) === 0 ? 0x303030 : 0xd0d0d0))).toBe(number);
  }
});

test('a place without a number, and a mixture of two, are none', () => {
  expect(readCode(() => 0)).toBeUndefined();
  expect(readCode(() => 0xffffff)).toBeUndefined();
  const mixture = (x: number) => painted(x < code.widthPx / 2 ? 0x0f0f : 0xf0f2)(x);
  expect(readCode(mixture)).toBeUndefined();
});

test('the noise has its number at the top and at the bottom, and is another in each frame', () => {
  const page = noisePage(77);
  const at = pixelOf(page);
  expect(readCode(at)).toBe(77);
  expect(readCode((x, y) => at(x, framesHeightPx - code.heightPx + y))).toBe(77);
  expect(noisePage(78).equals(page)).toBe(false);
});

test("the ticker has the program's clock below its number", () => {
  const at = pixelOf(tickerPage(77, 40_000));
  expect(readCode(at)).toBe(77);
  expect(readCode((x, y) => at(x, code.heightPx + y))).toBe(40_000);
});

test('each press leaves the colour that is its own, also in the second turn of a cell', () => {
  const at = pixelOf(cellsPage(301));
  const first = cellOfPress(301);
  expect(first).toEqual(cellOfPress(1));
  expect(at(first.x, first.y)).toBe(colourOfNumber(301));
  const second = cellOfPress(2);
  expect(at(second.x, second.y)).toBe(colourOfNumber(2));
  const colours = new Set(Array.from({ length: 100_000 }, (_, i) => colourOfNumber(i)));
  expect(colours.size).toBe(100_000);
});

test('the list shows thirty rows from the first', () => {
  const at = pixelOf(listPage(5));
  expect(readCode((x, y) => at(x, 4 + y))).toBe(5);
  expect(readCode((x, y) => at(x, 29 * 16 + 4 + y))).toBe(34);
});
