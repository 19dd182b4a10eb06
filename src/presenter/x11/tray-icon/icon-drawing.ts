import type { Rect, Size } from '../../../shared/geometry.ts';
import type { IconImage } from '../../presenter.ts';

/** From this on a pixel is shown; panels give no way to blend with what they paint below an icon. */
const OPAQUE_ALPHA = 128;

/** What an icon's window shows, and which part of the window it covers. */
export interface DrawnIcon {
  /** 32-bit BGRX of the whole window, top-down, no padding. */
  readonly bgrx: Buffer;
  /** Runs of covered pixels, from top to bottom and left to right. */
  readonly covered: readonly Rect[];
}

/**
 * An icon in the middle of a window: as it is where it fits, twice or three times as large where that fits,
 * made smaller where it does not.
 */
export function drawIcon(icon: IconImage, window: Size): DrawnIcon {
  const bgrx = Buffer.alloc(window.width * window.height * 4);
  const covered: Rect[] = [];
  const { width, height } = drawnSize(icon, window);
  const left = (window.width - width) >> 1;
  const top = (window.height - height) >> 1;
  for (let y = 0; y < height; y++) {
    let start = -1;
    for (let x = 0; x <= width; x++) {
      const from = sourceOffset(icon, { width, height }, x, y);
      const shown = x < width && (icon.bgra[from + 3] ?? 0) >= OPAQUE_ALPHA;
      if (shown) bgrx.set(icon.bgra.subarray(from, from + 3), ((top + y) * window.width + left + x) * 4);
      if (shown && start < 0) start = x;
      if (!shown && start >= 0) {
        covered.push({ x: left + start, y: top + y, width: x - start, height: 1 });
        start = -1;
      }
    }
  }
  return { bgrx, covered };
}

function drawnSize(icon: Size, window: Size): Size {
  const ratio = Math.min(window.width / icon.width, window.height / icon.height);
  const scale = ratio >= 1 ? Math.floor(ratio) : ratio;
  return {
    width: Math.max(1, Math.floor(icon.width * scale)),
    height: Math.max(1, Math.floor(icon.height * scale)),
  };
}

function sourceOffset(icon: Size, drawn: Size, x: number, y: number): number {
  const column = Math.floor((x * icon.width) / drawn.width);
  const row = Math.floor((y * icon.height) / drawn.height);
  return (row * icon.width + column) * 4;
}
