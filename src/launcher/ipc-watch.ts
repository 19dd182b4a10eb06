import type { ServiceState } from './api/state.ts';
import type { Peer } from './ipc-channel.ts';

/** What a watch needs of the service. */
export interface StateSource {
  state(): ServiceState;
  onChange(listener: () => void): () => void;
}

/** No client sees more changes than this allows; a guest that flickers costs no more. */
const intervalMs = 50;

/**
 * Sends the whole state now and after each change, at most every 50 ms. A peer that reads slowly gets the
 * newest state once it has read the one before: nothing piles up for it. Returns how to stop.
 */
export function startWatch(source: StateSource, peer: Peer, send: (state: ServiceState) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let lastSentMs = 0;
  let waiting = false;
  let stopped = false;
  const sendNow = () => {
    timer = undefined;
    if (stopped || waiting) return;
    if (peer.congested()) {
      waiting = true;
      peer.whenDrained(() => {
        waiting = false;
        sendNow();
      });
      return;
    }
    lastSentMs = performance.now();
    send(source.state());
  };
  const stopListening = source.onChange(() => {
    if (stopped || waiting) return;
    timer ??= setTimeout(sendNow, Math.max(0, lastSentMs + intervalMs - performance.now()));
  });
  sendNow();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stopListening();
  };
}
