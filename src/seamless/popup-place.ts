import { clamp, intersect, type Rect } from '../shared/geometry.ts';

/** All popups of a guest together may cover this part of a monitor's work area. */
const coveredShare = 0.5;

/**
 * Where a popup goes on the host, or undefined if it may not be shown.
 *
 * A popup has no frame, no mark and no entry in any list, and stands above everything: a guest that could make one
 * as large as the screen could imitate the whole desktop, or a log-in screen. So all of them together (`coveredPx`:
 * what the others cover) get at most half of a monitor: the rest goes on showing that this is not the desktop. What
 * is larger is cut off at the bottom; no real menu is. And it stays on a monitor where its owner is, inside the work
 * area, so that panels and the other monitors are out of its reach.
 */
export function popupPlace(
  wanted: Rect,
  owner: Rect,
  monitors: readonly Rect[],
  coveredPx: number,
): Rect | undefined {
  const area = monitorFor(wanted, owner, monitors);
  if (!area) return undefined;
  const width = Math.min(wanted.width, area.width);
  const budgetPx = Math.floor(area.width * area.height * coveredShare) - coveredPx;
  const height = Math.min(wanted.height, area.height, Math.floor(budgetPx / width));
  if (height < 1) return undefined;
  return {
    x: clamp(wanted.x, area.x, area.x + area.width - width),
    y: clamp(wanted.y, area.y, area.y + area.height - height),
    width,
    height,
  };
}

/** Of the monitors on which the owner is, the one with most of the popup; else the one with most of the owner. */
function monitorFor(wanted: Rect, owner: Rect, monitors: readonly Rect[]): Rect | undefined {
  const owners = monitors.filter((monitor) => sharedPx(monitor, owner) > 0);
  return most(owners, wanted) ?? most(owners, owner);
}

function most(monitors: readonly Rect[], rect: Rect): Rect | undefined {
  const sorted = [...monitors].sort((a, b) => sharedPx(b, rect) - sharedPx(a, rect));
  const [best] = sorted;
  return best && sharedPx(best, rect) > 0 ? best : undefined;
}

function sharedPx(a: Rect, b: Rect): number {
  const both = intersect(a, b);
  return both ? both.width * both.height : 0;
}
