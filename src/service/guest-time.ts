import type { SessionGuest } from './session-guest.ts';

/**
 * Tells a guest the time, now or as soon as it is connected again: a computer that slept may have lost its guests'
 * connections. Guests without a clock of their own are told nothing.
 */
export function tellTime({ vm, bridge }: SessionGuest): void {
  if (!vm.suspend && !vm.pause) return;
  const tell = () => bridge.send({ type: 'set-time', unixMs: Date.now() });
  if (tell()) return;
  const stopListening = bridge.on('ready', () => {
    stopListening();
    tell();
  });
}
