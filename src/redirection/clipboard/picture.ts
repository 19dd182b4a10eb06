import { setImmediate as othersTurn } from 'node:timers/promises';

/** A picture between its formats: red, green, blue, alpha (straight), top-down, without padding. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Buffer;
  /** Every pixel is opaque. */
  readonly opaque: boolean;
}

/** 64 MiB as red, green, blue and alpha. */
export const mostPixels = 16 * 2 ** 20;

/** Of one side, so that a single row is quick. */
const mostLength = 2 ** 16;
/** Between two turns of everybody else: some milliseconds. */
const pixelsAtOnce = 2 ** 18;

/** Neither nothing nor more than is taken. Pure. */
export function isSize(width: number, height: number): boolean {
  const areWithin = width > 0 && height > 0 && width <= mostLength && height <= mostLength;
  return areWithin && width * height <= mostPixels;
}

/** Does `row` with each of a picture's rows, and lets others have their turn between: a picture has many pixels. */
export async function eachRow(
  { width, height }: Pick<Picture, 'width' | 'height'>,
  row: (y: number) => void,
): Promise<void> {
  const rowsAtOnce = Math.ceil(pixelsAtOnce / width);
  for (let y = 0; y < height; y++) {
    if (y > 0 && y % rowsAtOnce === 0) await othersTurn();
    row(y);
  }
}
