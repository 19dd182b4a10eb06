/** Mirrors guest-program/number-code.cpp: a number of 16 bits as black and white cells, magenta to find them by. */
export const code = { cellPx: 8, cells: 21, widthPx: 168, heightPx: 8 };

export const magenta = 0xff00ff;
const white = 0xffffff;

/** The colour of one cell of a number. */
export function codeCellColour(number: number, cell: number): number {
  if (cell === 0) return magenta;
  const bits = (number & 0xffff) | (checksum(number) << 16);
  return (bits >> (cell - 1)) & 1 ? white : 0;
}

/**
 * Reads a number; `pixel` gives what is at a place relative to the code's corner. Undefined where there is none, or
 * a mixture of two. Forgives what lossy codecs do to black and white.
 */
export function readCode(pixel: (x: number, y: number) => number): number | undefined {
  let bits = 0;
  for (let cell = 1; cell < code.cells; cell++) {
    const at = cell * code.cellPx + code.cellPx / 2;
    if (((pixel(at, code.cellPx / 2) >> 8) & 0xff) > 127) bits |= 1 << (cell - 1);
  }
  const number = bits & 0xffff;
  return bits >>> 16 === checksum(number) ? number : undefined;
}

function checksum(number: number): number {
  return ((number & 15) + ((number >> 4) & 15) + ((number >> 8) & 15) + ((number >> 12) & 15) + 5) & 15;
}
