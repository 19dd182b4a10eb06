import type { Point, Size } from '../../shared/geometry.ts';
import type { PointerButton } from '../presenter.ts';
import type { ViewSpace } from './view-space.ts';

/**
 * The pointer over all windows of one view. Over an edge, or over what is no whole pixel at the end of a window, it
 * counts as over the nearest pixel of the content: beside it lies, in the guest, another window. While a button is
 * down it may go where it likes, from the pixel on that was pressed: that is how a drag leaves a window.
 */
export class ViewPointer {
  readonly #space: ViewSpace;
  readonly #held = new Set<PointerButton>();
  /** From where the pointer was to the pixel that was pressed, in pixels of the view. */
  #shift: Point = { x: 0, y: 0 };
  /** Of relative motion: what was too little for a pixel so far, in pixels of the screen. */
  #rest: Point = { x: 0, y: 0 };

  constructor(space: ViewSpace) {
    this.#space = space;
  }

  /** Where the pointer is over a content of this size; `at` is relative to the window. */
  at(at: Point, content: Size): Point {
    if (this.#held.size === 0) return this.#space.pointWithin(at, content);
    const { x, y } = this.#space.pointIn(at);
    return { x: x + this.#shift.x, y: y + this.#shift.y };
  }

  button(button: PointerButton, down: boolean, at: Point, content: Size): Point {
    // Nobody presses what is down: its release went to a window that had ended.
    if (down) this.#held.delete(button);
    const point = this.at(at, content);
    if (down && this.#held.size === 0) {
      const { x, y } = this.#space.pointIn(at);
      this.#shift = { x: point.x - x, y: point.y - y };
    }
    if (down) this.#held.add(button);
    else this.#held.delete(button);
    return point;
  }

  /** How far it went in pixels of the view; nothing, which tells that it is locked now, starts anew. */
  way(dx: number, dy: number): { dx: number; dy: number } {
    if (dx === 0 && dy === 0) this.#rest = { x: 0, y: 0 };
    const { scale } = this.#space;
    const x = this.#rest.x + dx;
    const y = this.#rest.y + dy;
    const whole = { dx: Math.trunc(x / scale), dy: Math.trunc(y / scale) };
    this.#rest = { x: x - whole.dx * scale, y: y - whole.dy * scale };
    return whole;
  }
}
