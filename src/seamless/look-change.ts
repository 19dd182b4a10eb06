import type { SurfaceLook } from '../presenter/presenter.ts';

/** What of `after` differs from `before`: a title that changes ten times a second must not redo the icon. */
export function changedLook(before: SurfaceLook, after: SurfaceLook): Partial<SurfaceLook> {
  const changed = Object.entries(after).filter(
    ([name, value]) => !same(value, before[name as keyof SurfaceLook]),
  );
  return Object.fromEntries(changed);
}

/** Owners by identity, icons by their pixels' identity (a guest's icon is made once), sizes by value. */
function same(a: SurfaceLook[keyof SurfaceLook], b: SurfaceLook[keyof SurfaceLook]): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((icon, index) => icon.bgra === b[index]?.bgra);
  }
  return isSize(a) && isSize(b) && a.width === b.width && a.height === b.height;
}

function isSize(value: unknown): value is { width: number; height: number } {
  return typeof value === 'object' && value !== null && 'width' in value && 'height' in value;
}
