import { clamp, intersect, type Rect } from '../shared/geometry.ts';

/** So much of a window's top has to be on a monitor for the user to take hold of it. */
const gripPx = { width: 48, height: 24 };
/** Room for the caption that the window manager draws above the content. */
const captionPx = 32;

/** Whether the user can get hold of a window with this content: part of its top, where it is taken, is on a monitor. */
export function isReachable(content: Rect, monitors: readonly Rect[]): boolean {
  const grip = {
    width: Math.min(gripPx.width, content.width),
    height: Math.min(gripPx.height, content.height),
  };
  const top = { ...content, y: content.y - captionPx, height: captionPx + grip.height };
  return monitors.some((monitor) => {
    const seen = intersect(top, monitor);
    return seen !== undefined && seen.width >= grip.width && seen.height >= grip.height;
  });
}

/** The same window where it is reachable: on the nearest monitor, as much of it as fits, its top in any case. */
export function broughtBack(content: Rect, monitors: readonly Rect[]): Rect {
  const nearest = [...monitors].sort((a, b) => distance(content, a) - distance(content, b))[0];
  if (!nearest) return content;
  const right = nearest.x + nearest.width - content.width;
  const bottom = nearest.y + nearest.height - content.height;
  const top = Math.min(nearest.y + captionPx, nearest.y + nearest.height - gripPx.height);
  return {
    ...content,
    x: clamp(content.x, Math.min(nearest.x, right), Math.max(nearest.x, right)),
    y: clamp(content.y, top, Math.max(top, bottom)),
  };
}

/** Between the nearest points of the two. */
function distance(a: Rect, b: Rect): number {
  const dx = Math.max(b.x - (a.x + a.width), a.x - (b.x + b.width), 0);
  const dy = Math.max(b.y - (a.y + a.height), a.y - (b.y + b.height), 0);
  return Math.hypot(dx, dy);
}
