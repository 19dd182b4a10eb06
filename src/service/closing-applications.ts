import { dirname } from 'node:path';
import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { GuestModel, GuestWindow } from '../guest-bridge/guest-model.ts';
import { type ErrorReport, XPaneError } from '../shared/errors.ts';

export interface ClosingOptions {
  /** How long applications may take, the time for the user to answer what they ask included. */
  readonly patienceMs: number;
  /** Ends the waiting early. */
  readonly signal: AbortSignal;
  /** Called once when they do not close within a moment: the user may have to answer something. */
  readonly onWaiting: (open: readonly GuestWindow[]) => void;
}

const momentMs = 1500;

/**
 * Asks every application of the guest to close, as the user would by its window's close button, and waits until
 * none is open. Resolves to the windows that stay, with the dialogs in which they ask.
 */
export async function closeApplications(
  bridge: GuestBridge,
  { patienceMs, signal, onWaiting }: ClosingOptions,
): Promise<readonly GuestWindow[]> {
  // Without a connection nothing can be asked; a guest that is not there cannot hold anything up.
  if (bridge.state !== 'ready') return [];
  const toAsk = new Set(applicationWindows(bridge.model).map(({ windowId }) => windowId));
  const over = Promise.withResolvers<void>();
  const look = () => {
    const open = applicationWindows(bridge.model);
    if (open.length === 0) return over.resolve();
    // One that is disabled asks something already. One that opened only now may be a question itself.
    for (const { windowId } of open.filter(({ ownerId, enabled }) => ownerId === 0 && enabled)) {
      if (toAsk.delete(windowId)) bridge.send({ type: 'window-close', windowId });
    }
  };
  const stopListening = [bridge.on('windowChanged', look), bridge.on('windowDestroyed', look)];
  const moment = setTimeout(() => onWaiting(applicationWindows(bridge.model)), momentMs);
  const patience = setTimeout(over.resolve, patienceMs);
  const onAbort = () => over.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    look();
    await over.promise;
    return applicationWindows(bridge.model);
  } finally {
    clearTimeout(moment);
    clearTimeout(patience);
    signal.removeEventListener('abort', onAbort);
    for (const stop of stopListening) stop();
  }
}

/** What the user sees as an application. Menus, tooltips and tool windows go with the application they belong to. */
export function applicationWindows(model: GuestModel): GuestWindow[] {
  return [...model.windows.values()].filter(({ kind }) => kind === 'normal' || kind === 'dialog');
}

/** What the user is told while, and after, these windows keep the guest from being shut down. */
export function heldBy(open: readonly GuestWindow[]): string {
  const mains = open.filter(({ ownerId }) => ownerId === 0);
  const titles = mains.map(({ title }) => `“${title.slice(0, 60) || 'a window without a title'}”`);
  const more = titles.length > 3 ? ` and ${titles.length - 3} more` : '';
  const asking = mains.some(({ enabled }) => !enabled) ? 'asks something' : 'does not close';
  return `${titles.slice(0, 3).join(', ')}${more} ${titles.length > 1 ? 'do not close' : asking}`;
}

export function stopHeld(open: readonly GuestWindow[]): XPaneError {
  return new XPaneError(
    'workspace.stop-held',
    `The guest was not shut down: ${heldBy(open)}.`,
    'Answer it or save your work, then stop again. To lose what is not saved, choose "Turn off without saving" ' +
      'in the menu, or use "xpane stop --force".',
  );
}

/** Throws `workspace.stop-held` when what troubles the guest is that it waits for room beside its `disk`. */
export function requireRoomToStop(trouble: ErrorReport | undefined, disk: string): void {
  if (trouble?.code !== 'vm.waits-for-room') return;
  throw new XPaneError(
    'workspace.stop-held',
    `The guest was not shut down: it stands still, as there is no room left in ${dirname(disk)} for what it writes.`,
    'Free some space there: it goes on by itself; then stop it again. To lose what it has not saved, use "xpane stop --force".',
  );
}
