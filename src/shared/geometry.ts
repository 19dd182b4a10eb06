/** Whole pixels. `x` and `y` may be negative (a monitor left of or above the first one). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Whole pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whole pixels; the right and bottom edges are exclusive. */
export interface Rect extends Point, Size {}

export function sameRect(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

/** The part of `a` inside `b`, or undefined where they do not meet. */
export function intersect(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
