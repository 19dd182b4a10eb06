import type { GuestWindow } from '../guest-bridge/guest-model.ts';
import { isPopup } from './host-window.ts';

type Windows = ReadonlyMap<number, GuestWindow>;

/** Dialogs of dialogs: deeper ones are a guest's jest. */
const maxDepth = 16;

/**
 * The window that has the user's input when the user turns to this one. One that a modal dialog disables passes it
 * on to that dialog, as in Windows: the newest that it owns.
 */
export function enabledFor(windows: Windows, windowId: number): number {
  let current = windowId;
  for (let depth = 0; depth < maxDepth && windows.get(current)?.enabled === false; depth++) {
    const dialog = blockerOf(windows, current);
    if (!dialog) break;
    current = dialog.windowId;
  }
  return current;
}

/** It has to be answered before its owner can go on. Windows has no such mark: a disabled owner is what tells. */
export function isModal(windows: Windows, window: GuestWindow): boolean {
  const owner = windows.get(window.ownerId);
  if (!owner || owner.enabled) return false;
  return blockerOf(windows, owner.windowId)?.windowId === window.windowId;
}

/** The newest window that this one owns and that can have input, or blocks on a dialog of its own. */
function blockerOf(windows: Windows, windowId: number): GuestWindow | undefined {
  return [...windows.values()].findLast(
    (other) => other.ownerId === windowId && !isPopup(other) && other.kind !== 'utility',
  );
}
