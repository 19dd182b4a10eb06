import type { FrameUpdate, GuestWindow } from '../guest-bridge/guest-model.ts';
import type { Surface } from '../presenter/presenter.ts';
import type { Rect } from '../shared/geometry.ts';

/** What the host has for one guest window: a window of the desktop, or a popup that may be hidden. */
export interface HostWindow {
  readonly windowId: number;
  readonly kind: GuestWindow['kind'];
  /** None while a popup is hidden. */
  readonly surface: Surface | undefined;
  /** The user can see it: neither minimised nor hidden. */
  readonly shown: boolean;
  /** Where it is on the host's screen. */
  readonly content: Rect;
  /** Where something of the guest's screen that belongs to this window goes on the host's. */
  toHost(rect: Rect): Rect;
  change(window: GuestWindow, owner: HostWindow | undefined): void;
  /** Shows the pixels and lets the guest send the next ones. */
  paint(frame: FrameUpdate): void;
  close(): void;
}

/** Menus, drop-downs and tooltips: windows that no window manager frames, marks or lists. */
export function isPopup(window: Pick<GuestWindow, 'kind'>): boolean {
  return window.kind === 'menu' || window.kind === 'tooltip';
}
