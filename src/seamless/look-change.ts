import type { IconImage, SurfaceLook } from '../presenter/presenter.ts';
import { type Rect, sameRect } from '../shared/geometry.ts';

/** What of `after` differs from `before`: a title that changes ten times a second must not redo the icon. */
export function changedLook(before: SurfaceLook, after: SurfaceLook): Partial<SurfaceLook> {
  const changed = Object.entries(after).filter(
    ([name, value]) => !same(value, before[name as keyof SurfaceLook]),
  );
  return Object.fromEntries(changed);
}

/** Owners by identity, icons by their pixels' identity (a guest's icon is made once), sizes and shapes by value. */
function same(a: SurfaceLook[keyof SurfaceLook], b: SurfaceLook[keyof SurfaceLook]): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((one, index) => sameItem(one, b[index]));
  }
  return isSize(a) && isSize(b) && a.width === b.width && a.height === b.height;
}

function isList(value: unknown): value is readonly (IconImage | Rect)[] {
  return Array.isArray(value);
}

function sameItem(a: IconImage | Rect, b: IconImage | Rect | undefined): boolean {
  if (b === undefined) return false;
  if ('bgra' in a || 'bgra' in b) return 'bgra' in a && 'bgra' in b && a.bgra === b.bgra;
  return sameRect(a, b);
}

function isSize(value: unknown): value is { width: number; height: number } {
  return typeof value === 'object' && value !== null && 'width' in value && 'height' in value;
}
