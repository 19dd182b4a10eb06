import type { GuestWindow } from '../guest-bridge/guest-model.ts';
import type { Surface, SurfaceLook } from '../presenter/presenter.ts';
import type { SeamlessGuest, SeamlessLook } from './guest.ts';
import { applicationClass, markedTitle } from './title-mark.ts';

/** How a guest window is to look on the host. */
export function lookOf(
  window: GuestWindow,
  owner: Surface | undefined,
  guest: SeamlessGuest,
  look: SeamlessLook,
): SurfaceLook {
  const icon = window.iconId === undefined ? undefined : guest.model.icon(window.iconId);
  return {
    kind: window.kind,
    title: markedTitle(window.title, look.titlePrefix, window.executable),
    applicationClass: applicationClass(look.workspaceId, window.executable),
    owner,
    decorated: window.decorated,
    resizable: window.resizable,
    minSize: window.minSize,
    maxSize: window.maxSize,
    icons: icon ? [icon] : [],
  };
}
