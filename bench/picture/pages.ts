import type { Size } from '../../src/shared/geometry.ts';
import { code, codeCellColour } from './number-code.ts';

/** What the guest's program paints (guest-program/), painted again here: 32-bit BGRX, top-down, X always 0. */
export const clientSize: Size = { width: 640, height: 480 };
/** Height of the part that moves on the pages of frames. */
export const framesHeightPx = 400;

const white = 0xffffff;
const cellPx = 32;
const columns = clientSize.width / cellPx;
const rows = clientSize.height / cellPx;
/** Presses until the first cell has its second turn. */
export const cellCount = columns * rows;

/** A colour that belongs to this number alone, for numbers below 2^24. */
export function colourOfNumber(number: number): number {
  return (Math.imul(number, 0x9e3779) + 0x123456) & 0xffffff;
}

/** The cell that the n-th press (from 1) changes. */
export function cellOfPress(press: number): { readonly x: number; readonly y: number; readonly px: number } {
  const cell = (press - 1) % cellCount;
  return { x: (cell % columns) * cellPx, y: Math.floor(cell / columns) * cellPx, px: cellPx };
}

export function cellsPage(presses: number): Buffer {
  const page = new Painting();
  for (let press = Math.max(1, presses - cellCount + 1); press <= presses; press++) {
    const { x, y, px } = cellOfPress(press);
    page.fill(x, y, px, px, colourOfNumber(press));
  }
  return page.bgrx;
}

export function noisePage(frame: number): Buffer {
  const page = new Painting();
  let state = (Math.imul(frame, 2654435761) | 1) >>> 0;
  for (let i = 0; i < clientSize.width * framesHeightPx; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    page.bgrx.writeUIntLE(state & 0xffffff, i * 4, 3);
  }
  page.code(0, 0, frame);
  page.code(0, framesHeightPx - code.heightPx, frame);
  return page.bgrx;
}

/** Parts of a millisecond that the ticker's clock counts. */
export const tickerQuarters = 4;

/** `drawnAt`: the program's clock when it drew the frame, in quarters of a millisecond, 16 bits. */
export function tickerPage(frame: number, drawnAt: number): Buffer {
  const page = new Painting();
  page.fill(0, 0, clientSize.width, framesHeightPx, 0xc0c0c0);
  page.code(0, 0, frame);
  page.code(0, code.heightPx, drawnAt);
  page.code(0, framesHeightPx - code.heightPx, frame);
  return page.bgrx;
}

export const list = { rowPx: 16, rows: 30 };

export function listPage(first: number): Buffer {
  const page = new Painting();
  const { rowPx } = list;
  const half = clientSize.width / 2;
  for (let row = 0; row < list.rows; row++) {
    const number = first + row;
    page.fill(0, row * rowPx, half, rowPx, number % 2 ? 0xe0e8f0 : white);
    page.fill(half, row * rowPx, half, rowPx, colourOfNumber(number));
    page.code(0, row * rowPx + (rowPx - code.heightPx) / 2, number);
  }
  return page.bgrx;
}

class Painting {
  readonly bgrx = Buffer.alloc(clientSize.width * clientSize.height * 4);

  constructor() {
    this.fill(0, 0, clientSize.width, clientSize.height, white);
  }

  fill(left: number, top: number, width: number, height: number, colour: number): void {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) {
        this.bgrx.writeUInt32LE(colour, (y * clientSize.width + x) * 4);
      }
    }
  }

  code(left: number, top: number, number: number): void {
    for (let cell = 0; cell < code.cells; cell++) {
      this.fill(left + cell * code.cellPx, top, code.cellPx, code.heightPx, codeCellColour(number, cell));
    }
  }
}
