import type { GuestWindow } from '../guest-bridge/guest-model.ts';
import type { SurfaceLook } from '../presenter/presenter.ts';

/** A window that shows anything shows at least this much of itself: a quarter. */
export const leastOpacity = 64;

/**
 * What of a guest window the user gets to see. One that can hardly be seen takes clicks and keys all the same, meant
 * for what shines through it: a guest could lie in wait above a program of the host. So a window is either seen or not
 * there: fully transparent it shows nothing and lets clicks through; anything more is shown well visible, where a
 * compositor shows transparency at all. Menus that fade in from nothing come up with their first step.
 */
export function visibilityOf({
  shape,
  opacity,
}: Pick<GuestWindow, 'shape' | 'opacity'>): Pick<SurfaceLook, 'shape' | 'opacity'> {
  if (opacity === 0) return { shape: [], opacity: 255 };
  return { shape, opacity: Math.max(opacity, leastOpacity) };
}
