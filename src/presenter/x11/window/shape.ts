import type { Rect } from '../../../shared/geometry.ts';
import type { Shape, XConnection } from '../x11-client.ts';

const SET = 0;
const BOUNDING = 0;
const INPUT = 2;
const UNSORTED = 0;
const NO_MASK = 0;

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
   * Leaves of a window what the rectangles cover: outside of them it neither shows nor takes the pointer. They come in
   * any order and may overlap: the server finds out, whoever made them.
   */
  set(window: number, rects: readonly Rect[]): void {
    const list = rects.map(({ x, y, width, height }) => [x, y, width, height] as const);
    for (const kind of [BOUNDING, INPUT]) this.#shape?.Rectangles(SET, kind, window, 0, 0, list, UNSORTED);
  }

  /** As `set` with a shape, as `clear` without one. */
  apply(window: number, shape: readonly Rect[] | undefined): void {
    if (shape) this.set(window, shape);
    else this.clear(window);
  }

  /** The window is a rectangle again, of whatever size it gets. */
  clear(window: number): void {
    for (const kind of [BOUNDING, INPUT]) this.#shape?.Mask(SET, kind, window, 0, 0, NO_MASK);
  }
}
