import { intersect, type Rect, type Size } from '../../../shared/geometry.ts';
import type { Log } from '../../../shared/log.ts';
import type { PixelPatch, SurfaceView } from '../../presenter.ts';
import { Canvas } from './canvas.ts';
import type { PixelMemory, PixelPath } from './pixel-path.ts';
import { PixelView } from './pixel-view.ts';

/** Memory grows by at least this factor in a direction, so that a drag of the border does not ask each pixel. */
const GROWTH = 1.25;
/** Memory is given back when less than one part in this many of it is used. */
const WASTE = 6;
/** What is shown where nothing has been painted yet. */
export const UNPAINTED_BGRX = 0xece9d8;

/** The pixels of one surface, kept as long as it lives. Its owner must `release` it. */
export class BackingStore {
  readonly #path: PixelPath;
  readonly #log: Log;
  readonly #onReplaced: () => void;
  readonly #view: PixelView;
  #memory: PixelMemory | undefined;
  #canvas = new Canvas(Buffer.alloc(0), 0, 0);
  /** What was painted, in its own pixels. */
  #painted: Size = { width: 0, height: 0 };
  #size: Size = { width: 0, height: 0 };

  /** `onReplaced`: everything must be drawn again, for the server did not see the memory so far. */
  constructor(path: PixelPath, log: Log, onReplaced: () => void, view?: SurfaceView) {
    this.#path = path;
    this.#log = log;
    this.#onReplaced = onReplaced;
    this.#view = new PixelView(view);
  }

  /** How much of the window is stored, from its corner on. */
  get size(): Size {
    return this.#size;
  }

  /** Where a part of what is painted is in the window. */
  placeOf(rect: Rect): Rect {
    return this.#view.placeOf(rect);
  }

  /** Sets the size of what is painted; what was there stays where it fits. */
  resize(painted: Size): void {
    const old = this.#size;
    this.#painted = painted;
    const size = this.#view.extentOf(painted);
    if (size.width === old.width && size.height === old.height) return;
    const { stride, rows } = this.#canvas;
    const fits = size.width <= stride && size.height <= rows;
    const wasteful = stride * rows > WASTE * size.width * size.height;
    if (!fits || wasteful) this.#move(fits || stride === 0 ? size : roomFor(size, this.#canvas));
    this.#size = size;
    const right = { x: old.width, y: 0, width: size.width - old.width, height: size.height };
    const below = { x: 0, y: old.height, width: size.width, height: size.height - old.height };
    if (right.width > 0) this.#canvas.fill(right, UNPAINTED_BGRX);
    if (below.height > 0) this.#canvas.fill(below, UNPAINTED_BGRX);
  }

  /** Draws patches into the store. Throws RangeError for one outside of it. */
  apply(patches: readonly PixelPatch[]): void {
    for (const patch of patches) {
      const placed = this.#view.patchOf(this.#painted, patch);
      if (placed) this.#canvas.apply(this.#size, placed);
    }
  }

  /** Sends the part of `rect`, in pixels of the window, that the store has to a drawable. */
  put(drawable: number, rect: Rect): void {
    const inside = intersect(rect, { x: 0, y: 0, ...this.#size });
    if (!inside || !this.#memory) return;
    try {
      this.#memory.put(drawable, inside, this.#canvas.stride, this.#canvas.rows);
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'Shared memory is full; pixels of a window go by the socket');
      this.#toPlainMemory();
    }
  }

  /** The parts of `rect` right of and below what it has, as x, y, width, height, x, y, … */
  unpainted(rect: Rect): number[] {
    const right = rect.x + rect.width;
    const bottom = rect.y + rect.height;
    const areas: number[] = [];
    const fromX = Math.max(rect.x, this.#size.width);
    const fromY = Math.max(rect.y, this.#size.height);
    if (right > fromX) areas.push(fromX, rect.y, right - fromX, rect.height);
    if (bottom > fromY) areas.push(rect.x, fromY, rect.width, bottom - fromY);
    return areas;
  }

  release(): void {
    this.#memory?.release();
    this.#memory = undefined;
    this.#canvas = new Canvas(Buffer.alloc(0), 0, 0);
    this.#size = { width: 0, height: 0 };
  }

  #move(room: Size): void {
    this.#adopt(this.#allocate(room.width * room.height * 4), room.width, room.height);
  }

  #allocate(sizeBytes: number): PixelMemory {
    try {
      return this.#path.allocate(sizeBytes, () => {
        this.#log.warn({}, 'The X server refused shared memory; pixels of a window go by the socket');
        this.#toPlainMemory();
      });
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'No shared memory; pixels of a window go by the socket');
      return this.#path.allocatePlain(sizeBytes);
    }
  }

  #toPlainMemory(): void {
    const { stride, rows } = this.#canvas;
    this.#adopt(this.#path.allocatePlain(stride * rows * 4), stride, rows);
    this.#onReplaced();
  }

  #adopt(memory: PixelMemory, stride: number, rows: number): void {
    const canvas = new Canvas(memory.bytes, stride, rows);
    const kept = intersect({ x: 0, y: 0, ...this.#size }, { x: 0, y: 0, width: stride, height: rows });
    if (kept) canvas.takeFrom(this.#canvas, kept);
    this.#memory?.release();
    this.#memory = memory;
    this.#canvas = canvas;
  }
}

function roomFor(size: Size, canvas: Canvas): Size {
  const grown = (wanted: number, had: number) =>
    wanted <= had ? had : Math.max(wanted, Math.min(MAX_ROOM, Math.ceil(had * GROWTH)));
  return { width: grown(size.width, canvas.stride), height: grown(size.height, canvas.rows) };
}

/** Largest size in either direction that the protocol can name. */
const MAX_ROOM = 32_767;
