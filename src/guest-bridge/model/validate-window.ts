import { clamp, intersect, type Rect, type Size, sameRect } from '../../shared/geometry.ts';
import { displayText } from '../../shared/text.ts';
import type { GuestWindow } from '../guest-model.ts';
import type { WireWindow } from '../protocol/from-guest.ts';
import { limits } from '../protocol/limits.ts';

/**
 * A window as the rest of XPane may see it, from one that already has the protocol's shape. What only others
 * know (whether the owner lives, whether the icon came) is decided by the caller.
 */
export function validateWindow(
  untrusted: WireWindow,
  ownerId: number,
  iconId: string | undefined,
): GuestWindow {
  const minSize = lowestSize(untrusted.minSize);
  const surface = surfaceRect(untrusted.surface);
  return {
    windowId: untrusted.windowId,
    ownerId,
    kind: untrusted.kind,
    title: displayText(untrusted.title, limits.titleLength),
    className: displayText(untrusted.className, limits.classLength),
    processId: untrusted.processId,
    executable: displayText(untrusted.executable, limits.pathLength),
    frame: untrusted.frame,
    surface,
    shape: shapeWithin(untrusted.shape, surface),
    opacity: untrusted.opacity ?? 255,
    decorated: untrusted.decorated,
    resizable: untrusted.resizable,
    state: untrusted.state,
    minSize,
    maxSize: highestSize(untrusted.maxSize, minSize),
    enabled: untrusted.enabled,
    topmost: untrusted.topmost,
    attention: untrusted.attention ?? false,
    responding: untrusted.responding ?? true,
    iconId,
    geometrySerial: untrusted.geometrySerial,
  };
}

/** A minimised window may have no pixels, and one dragged over several screens more than frames can carry. */
function surfaceRect(untrusted: Rect): Rect {
  return {
    x: untrusted.x,
    y: untrusted.y,
    width: clamp(untrusted.width, 1, limits.surfaceEdgePx),
    height: clamp(untrusted.height, 1, limits.surfaceEdgePx),
  };
}

/** Rectangles beyond the surface are cut off; one that covers all of it is no shape. */
function shapeWithin(untrusted: readonly Rect[] | undefined, { width, height }: Size): Rect[] | undefined {
  const whole = { x: 0, y: 0, width, height };
  const rects = untrusted?.map((rect) => intersect(rect, whole)).filter((rect) => rect !== undefined);
  return rects?.some((rect) => sameRect(rect, whole)) ? undefined : rects;
}

function lowestSize(untrusted: Size): Size | undefined {
  if (untrusted.width === 0 && untrusted.height === 0) return undefined;
  return {
    width: clamp(untrusted.width, 1, limits.surfaceEdgePx),
    height: clamp(untrusted.height, 1, limits.surfaceEdgePx),
  };
}

/** 0 in one direction only: no limit there. Never below the lowest size. */
function highestSize(untrusted: Size, lowest: Size | undefined): Size | undefined {
  if (untrusted.width === 0 && untrusted.height === 0) return undefined;
  const edge = (value: number, low: number) =>
    value === 0 ? limits.surfaceEdgePx : clamp(value, low, limits.surfaceEdgePx);
  return {
    width: edge(untrusted.width, lowest?.width ?? 1),
    height: edge(untrusted.height, lowest?.height ?? 1),
  };
}
