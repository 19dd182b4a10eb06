import { describe, expect, it } from 'vitest';
import { Canvas } from '../../../src/presenter/x11/pixels/canvas.ts';

const size = { width: 6, height: 5 };

/** A canvas with room beyond its size, every pixel its own number. */
function numbered(stride = 8, rows = 7) {
  const bytes = Buffer.alloc(stride * rows * 4);
  for (let i = 0; i < stride * rows; i++) bytes.writeUInt32LE(i, i * 4);
  return {
    canvas: new Canvas(bytes, stride, rows),
    at: (x: number, y: number) => bytes.readUInt32LE((y * stride + x) * 4),
  };
}

describe('Canvas', () => {
  it('takes raw rows, at the full width and within', () => {
    const { canvas, at } = numbered();
    const bgrx = Buffer.from(new Uint32Array([101, 102, 103, 104]).buffer);
    canvas.apply(size, { kind: 'raw', rect: { x: 3, y: 1, width: 2, height: 2 }, bgrx });
    expect([at(2, 1), at(3, 1), at(4, 1), at(5, 1), at(3, 2), at(4, 2)]).toEqual([
      10, 101, 102, 13, 103, 104,
    ]);
    const full = numbered(6, 5);
    const row = Buffer.from(new Uint32Array([1, 2, 3, 4, 5, 6]).map((n) => n + 200).buffer);
    full.canvas.apply(size, { kind: 'raw', rect: { x: 0, y: 4, width: 6, height: 1 }, bgrx: row });
    expect([full.at(5, 3), full.at(0, 4), full.at(5, 4)]).toEqual([23, 201, 206]);
  });

  it('fills', () => {
    const { canvas, at } = numbered();
    canvas.apply(size, { kind: 'fill', rect: { x: 1, y: 1, width: 5, height: 4 }, bgrx: 0xff112233 });
    expect([at(0, 1), at(1, 1), at(5, 4), at(6, 4), at(1, 5)]).toEqual([8, 0xff112233, 0xff112233, 38, 41]);
  });

  it.each([
    [1, 1],
    [0, 1],
    [1, 0],
    [0, 0],
    [2, 2],
    [2, 0],
  ])('copies an overlapping area whichever way it moves (from %i,%i)', (x, y) => {
    const { canvas, at } = numbered();
    canvas.apply(size, { kind: 'copy', rect: { x: 1, y: 1, width: 4, height: 3 }, from: { x, y } });
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 4; column++) {
        expect(at(1 + column, 1 + row)).toBe((y + row) * 8 + x + column);
      }
    }
  });

  it('takes over another canvas of another stride', () => {
    const { canvas, at } = numbered();
    const other = numbered(3, 3);
    canvas.takeFrom(other.canvas, { width: 2, height: 3 });
    expect([at(0, 0), at(1, 0), at(2, 0), at(0, 2), at(1, 2)]).toEqual([0, 1, 2, 6, 7]);
  });

  it('draws nothing of a patch outside of the size, though the memory goes on', () => {
    const { canvas, at } = numbered();
    const outside = [
      { x: 5, y: 0, width: 2, height: 1 },
      { x: 0, y: 4, width: 1, height: 2 },
      { x: -1, y: 0, width: 1, height: 1 },
      { x: 0, y: -1, width: 1, height: 1 },
      { x: 0, y: 0, width: -1, height: 1 },
      { x: 0.5, y: 0, width: 1, height: 1 },
      { x: 0, y: 0, width: Number.NaN, height: 1 },
    ];
    for (const rect of outside) {
      expect(() => canvas.apply(size, { kind: 'fill', rect, bgrx: 9999 })).toThrow(RangeError);
      const bgrx = Buffer.alloc(64);
      expect(() => canvas.apply(size, { kind: 'raw', rect, bgrx })).toThrow(RangeError);
    }
    const inside = { x: 0, y: 0, width: 2, height: 2 };
    expect(() => canvas.apply(size, { kind: 'copy', rect: inside, from: { x: 5, y: 0 } })).toThrow(
      RangeError,
    );
    expect(() => canvas.apply(size, { kind: 'raw', rect: inside, bgrx: Buffer.alloc(15) })).toThrow(
      RangeError,
    );
    expect([at(0, 0), at(5, 0), at(6, 0), at(0, 4), at(0, 5)]).toEqual([0, 5, 6, 32, 40]);
  });
});
