import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { StartNotice } from '../presenter/presenter.ts';

/**
 * Ends the desktop's busy pointer as soon as the guest shows a main window or is lost, or after `timeoutMs`: an application
 * that runs already may show no new one. Returns the way to end it at once. The end of the service is not held up.
 */
export function untilFirstWindow(
  bridge: Pick<GuestBridge, 'on'>,
  notice: StartNotice,
  timeoutMs: number,
): () => void {
  const end = () => {
    clearTimeout(timer);
    for (const stop of stopListening) stop();
    notice.end();
  };
  const timer = setTimeout(end, timeoutMs);
  timer.unref();
  const stopListening = [
    bridge.on('windowCreated', ({ kind, ownerId }) => {
      if (ownerId === 0 && (kind === 'normal' || kind === 'dialog')) end();
    }),
    bridge.on('lost', end),
  ];
  return end;
}
