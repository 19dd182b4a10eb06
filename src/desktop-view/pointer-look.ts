import { createHash } from 'node:crypto';
import type { PointerLook } from '../presenter/presenter.ts';
import type { ScreenCursor } from './rfb/screen-events.ts';

/** Larger ones cost the display too much, and no desktop has them: the host's arrow stands for them. */
const mostSidePx = 64;

/** How the host shows the guest's pointer. */
export function pointerLook({ width, height, bgra, hotSpot }: ScreenCursor): PointerLook {
  if (width === 0 || height === 0) return { kind: 'hidden' };
  if (width > mostSidePx || height > mostSidePx) return { kind: 'shape', shape: 'arrow' };
  const hash = createHash('sha256').update(`${width}x${height}+${hotSpot.x}+${hotSpot.y}:`).update(bgra);
  return { kind: 'image', image: { key: `screen-${hash.digest('hex')}`, width, height, bgra, hotSpot } };
}
