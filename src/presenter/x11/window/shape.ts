import type { Rect } from '../../../shared/geometry.ts';
import type { Shape, XConnection } from '../x11-client.ts';

const SET = 0;
const BOUNDING = 0;
const YX_BANDED = 3;

/** Windows that are not rectangular (X Nonrectangular Window Shape Extension). */
export class WindowShapes {
  readonly #shape: Shape | undefined;

  private constructor(shape: Shape | undefined) {
    this.#shape = shape;
  }

  /** Every server of the last thirty years has the extension; without it windows stay rectangles. */
  static async open(connection: XConnection): Promise<WindowShapes> {
    const shape = await connection.ask<Shape>((reply) => connection.client.require('shape', reply));
    return new WindowShapes(shape);
  }

  /**
   * Leaves of a window what the rectangles cover: outside of them it neither shows nor takes the pointer.
   * `rects` go from top to bottom and, within a band of equal rows, from left to right.
   */
  set(window: number, rects: readonly Rect[]): void {
    const list = rects.map(({ x, y, width, height }) => [x, y, width, height] as const);
    this.#shape?.Rectangles(SET, BOUNDING, window, 0, 0, list, YX_BANDED);
  }
}
