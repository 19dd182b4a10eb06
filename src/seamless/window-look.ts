import type { GuestWindow } from '../guest-bridge/guest-model.ts';
import type { Surface, SurfaceLook } from '../presenter/presenter.ts';
import type { SeamlessGuest, SeamlessLook } from './guest.ts';
import { isModal } from './modality.ts';
import { applicationClass, type Hanging, markedTitle } from './title-mark.ts';
import { visibilityOf } from './visibility.ts';

/** What the host adds to what the guest says of a window. */
export interface LookContext {
  readonly owner: Surface | undefined;
  /** The focus is on a window of this guest. */
  readonly focusHere: boolean;
  readonly hanging: Hanging;
}

/** How a guest window is to look on the host. */
export function lookOf(
  window: GuestWindow,
  { owner, focusHere, hanging }: LookContext,
  guest: SeamlessGuest,
  look: SeamlessLook,
): SurfaceLook {
  const icon = window.iconId === undefined ? undefined : guest.model.icon(window.iconId);
  return {
    kind: window.kind,
    title: markedTitle(window.title, look.titlePrefix, window.executable, hanging),
    applicationClass: applicationClass(look.workspaceId, window.executable),
    owner,
    modal: isModal(guest.model.windows, window),
    acceptsFocus: window.enabled,
    // Among the guest's windows it is above all; the host's own it may cover no more than any other window does, so
    // it is an ordinary one as soon as the user turns to a program of the host.
    above: window.topmost && focusHere,
    decorated: window.decorated,
    resizable: window.resizable,
    minSize: window.minSize,
    maxSize: window.maxSize,
    icons: icon ? [icon] : [],
    ...visibilityOf(window),
  };
}
