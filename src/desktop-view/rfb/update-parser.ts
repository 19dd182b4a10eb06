import type { Rect, Size } from '../../shared/geometry.ts';
import { bytes, type Need } from './byte-feed.ts';
import { readCursor } from './cursor.ts';
import { encodings } from './encodings.ts';
import { rfbLimits } from './limits.ts';
import type { PointerMode, ScreenCursor, ScreenPatch } from './screen-events.ts';
import { violation } from './violation.ts';

/** What one FramebufferUpdate says. */
export interface ScreenUpdate {
  readonly size: Size;
  readonly resized: boolean;
  readonly patches: readonly ScreenPatch[];
  readonly pointerMode: PointerMode | undefined;
  readonly cursor: ScreenCursor | undefined;
  /** The server takes scan codes. */
  readonly extendedKeys: boolean;
}

/**
 * Reads one FramebufferUpdate (RFC 6143, 7.6.1) from after its type. What its rectangles cover together, painted or
 * copied, is once the screen at most: no honest server tells of a pixel twice, and work and memory have an end. For
 * the same reason the screen changes its size at most once.
 */
export class UpdateParser {
  #size: Size;
  #resized = false;
  #leftPx: number;
  #patches: ScreenPatch[] = [];
  #pointerMode: PointerMode | undefined;
  #cursor: ScreenCursor | undefined;
  #extendedKeys = false;

  constructor(size: Size) {
    this.#size = size;
    this.#leftPx = size.width * size.height;
  }

  *read(): Generator<Need, ScreenUpdate, Buffer> {
    const untrustedCount = (yield* bytes(3)).readUInt16BE(1);
    for (let i = 0; i < untrustedCount; i++) yield* this.#rectangle();
    return {
      size: this.#size,
      resized: this.#resized,
      patches: this.#patches,
      pointerMode: this.#pointerMode,
      cursor: this.#cursor,
      extendedKeys: this.#extendedKeys,
    };
  }

  *#rectangle(): Generator<Need, void, Buffer> {
    const head = yield* bytes(12);
    const untrustedRect = {
      x: head.readUInt16BE(0),
      y: head.readUInt16BE(2),
      width: head.readUInt16BE(4),
      height: head.readUInt16BE(6),
    };
    const untrustedEncoding = head.readInt32BE(8);
    switch (untrustedEncoding) {
      case encodings.raw:
        return yield* this.#raw(this.#painted(untrustedRect));
      case encodings.copyRect:
        return yield* this.#copy(this.#painted(untrustedRect));
      case encodings.desktopSize:
        return this.#resize(untrustedRect);
      case encodings.extendedDesktopSize:
        return yield* this.#extendedResize(untrustedRect);
      case encodings.cursor:
        this.#cursor = yield* readCursor(untrustedRect);
        return;
      case encodings.pointerMode:
        this.#pointerMode = untrustedRect.x === 0 ? 'relative' : 'absolute';
        return;
      case encodings.extendedKeys:
        this.#extendedKeys = true;
        return;
      default:
        throw violation(`an encoding that nobody asked for: ${untrustedEncoding}`);
    }
  }

  *#raw(rect: Rect): Generator<Need, void, Buffer> {
    const bgrx = yield* bytes(rect.width * rect.height * 4);
    if (bgrx.length > 0) this.#patches.push({ kind: 'raw', rect, bgrx });
  }

  *#copy(rect: Rect): Generator<Need, void, Buffer> {
    const from = yield* bytes(4);
    const untrustedFrom = { ...rect, x: from.readUInt16BE(0), y: from.readUInt16BE(2) };
    const { x, y } = this.#inside(untrustedFrom);
    if (rect.width > 0 && rect.height > 0) this.#patches.push({ kind: 'copy', rect, from: { x, y } });
  }

  /** Where the size is another one it was changed by somebody; the list of monitors that follows says nothing new. */
  *#extendedResize(untrustedRect: Rect): Generator<Need, void, Buffer> {
    const untrustedScreens = (yield* bytes(4)).readUInt8(0);
    yield* bytes(untrustedScreens * 16);
    const { width, height } = this.#size;
    // Our own requests could fail; there are none. Told at the start, too, when nothing has changed.
    if (untrustedRect.width !== width || untrustedRect.height !== height) this.#resize(untrustedRect);
  }

  #resize({ width, height }: Rect): void {
    if (this.#resized) throw violation('two sizes in one update');
    this.#size = screenSize(width, height);
    this.#resized = true;
    this.#leftPx = width * height;
    // Of the screen that was.
    this.#patches = [];
  }

  #painted(untrustedRect: Rect): Rect {
    const rect = this.#inside(untrustedRect);
    this.#leftPx -= rect.width * rect.height;
    if (this.#leftPx < 0) throw violation('more pixels in one update than the screen has');
    return rect;
  }

  #inside(untrustedRect: Rect): Rect {
    const { x, y, width, height } = untrustedRect;
    if (x + width > this.#size.width || y + height > this.#size.height) {
      throw violation(`a rectangle outside of the screen: ${x},${y} ${width}x${height}`);
    }
    return untrustedRect;
  }
}

/** A screen's size within what is taken from one. */
export function screenSize(untrustedWidth: number, untrustedHeight: number): Size {
  const longest = Math.max(untrustedWidth, untrustedHeight);
  const areaPx = untrustedWidth * untrustedHeight;
  if (areaPx === 0 || longest > rfbLimits.sidePx || areaPx > rfbLimits.areaPx) {
    throw violation(`a screen of ${untrustedWidth}x${untrustedHeight}`);
  }
  return { width: untrustedWidth, height: untrustedHeight };
}
