import { clamp, type Point, type Rect, type Size } from '../../shared/geometry.ts';
import type { HostScreen, SurfaceView } from '../presenter.ts';

/**
 * The screen as it is seen by a program whose pixels are squares of `scale` x `scale` of the screen's and whose
 * windows have an edge of `edgePx` around their content. Pure.
 *
 * The view's zero is where the content of a window is that lies in the screen's corner. So a content as large as the
 * view's screen belongs to a window that fills the host's, edge and all: full screen is the same to both.
 * A window may lie between two of the view's pixels: that it lies `offset` right of and below the first is kept apart.
 */
export class ViewSpace {
  readonly scale: number;
  readonly #edgePx: number;

  constructor({ scale, edgePx }: Pick<SurfaceView, 'scale' | 'edgePx'>) {
    this.scale = scale;
    this.#edgePx = edgePx;
  }

  /** The content of a window that is there on the screen. What is no whole pixel of the view is left out. */
  contentOf(window: Rect): Rect {
    return {
      x: Math.floor(window.x / this.scale),
      y: Math.floor(window.y / this.scale),
      width: this.#lengthIn(window.width),
      height: this.#lengthIn(window.height),
    };
  }

  /** From 0 to below `scale`, in pixels of the screen. */
  offsetOf(window: Point): Point {
    const rest = (value: number) => value - Math.floor(value / this.scale) * this.scale;
    return { x: rest(window.x), y: rest(window.y) };
  }

  windowOf(content: Rect, offset: Point): Rect {
    return {
      x: content.x * this.scale + offset.x,
      y: content.y * this.scale + offset.y,
      ...this.windowSizeOf(content),
    };
  }

  windowSizeOf(content: Size): Size {
    return {
      width: content.width * this.scale + 2 * this.#edgePx,
      height: content.height * this.scale + 2 * this.#edgePx,
    };
  }

  /**
   * The parts that a window is made of. One with an edge is a rectangle, or is not there at all: the edge goes all
   * around what a guest may draw into.
   */
  shapeOf(shape: readonly Rect[] | undefined): readonly Rect[] | undefined {
    if (shape === undefined || (this.#edgePx > 0 && shape.length > 0)) return undefined;
    return shape.map((part) => ({
      x: part.x * this.scale,
      y: part.y * this.scale,
      width: part.width * this.scale,
      height: part.height * this.scale,
    }));
  }

  /** A point of a window, from the window's corner, as a point of its content; on the edge it is less than 0, or past the end. */
  pointIn(at: Point): Point {
    return { x: this.#position(at.x), y: this.#position(at.y) };
  }

  /** The nearest point that is in a content of this size. */
  pointWithin(at: Point, { width, height }: Size): Point {
    const { x, y } = this.pointIn(at);
    return { x: clamp(x, 0, width - 1), y: clamp(y, 0, height - 1) };
  }

  /** Where a point of the screen is. */
  pointOnScreen(at: Point): Point {
    return this.pointIn(at);
  }

  /** Where something is on the screen that has no edge. */
  rectOnScreen(rect: Rect): Rect {
    const length = (value: number) => Math.max(1, Math.round(value / this.scale));
    return { ...this.pointOnScreen(rect), width: length(rect.width), height: length(rect.height) };
  }

  screenOf(screen: HostScreen): HostScreen {
    const { width, height } = screen.size;
    const monitors = screen.monitors.map((area) => this.#areaOf(area));
    return {
      size: { width: this.#lengthIn(width), height: this.#lengthIn(height) },
      workArea: this.#areaOf(screen.workArea),
      monitors,
    };
  }

  /** Where contents may be for their windows to stay inside. */
  #areaOf(area: Rect): Rect {
    const x = Math.ceil(area.x / this.scale);
    const y = Math.ceil(area.y / this.scale);
    const end = (value: number) => Math.floor((value - 2 * this.#edgePx) / this.scale);
    return {
      x,
      y,
      width: Math.max(1, end(area.x + area.width) - x),
      height: Math.max(1, end(area.y + area.height) - y),
    };
  }

  #position(value: number): number {
    return Math.floor((value - this.#edgePx) / this.scale);
  }

  #lengthIn(value: number): number {
    return Math.max(1, Math.floor((value - 2 * this.#edgePx) / this.scale));
  }
}
