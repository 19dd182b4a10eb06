import type { XEvent } from '../x11-client.ts';

const focusMode = { grab: 1, ungrab: 2 } as const;
const focusDetail = { inferior: 2, pointer: 5 } as const;

/** A window manager that grabs the keyboard for its shortcuts takes the focus for no more than that. */
export function isGrabNoise(event: XEvent): boolean {
  return event.mode === focusMode.grab || event.mode === focusMode.ungrab;
}

/** The keyboard came to the window or left it; not merely because of where the pointer is. */
export function isFocusChange(event: XEvent): boolean {
  if (isGrabNoise(event)) return false;
  return event.detail !== focusDetail.inferior && event.detail < focusDetail.pointer;
}
