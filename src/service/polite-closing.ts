import type { GuestWindow } from '../guest-bridge/guest-model.ts';
import { closeApplications, heldBy, stopHeld } from './closing-applications.ts';
import type { SessionGuest } from './session-guest.ts';

/** How long applications hold a stop up while they ask the user something; then the guest goes on. */
const closingMs = 10_000;

/** Shows what holds a stop up, or with nothing that it is over. False where that guest does not run any more. */
type Tell = (guest: SessionGuest, notice: string | undefined) => boolean;

/** The part of a stop that asks the guest's applications. The session owns it, and its phase. */
export class PoliteClosing {
  readonly #tell: Tell;
  /** Aborted when applications are waited for no longer. */
  #asking: AbortController | undefined;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Whoever waits for applications waits no longer: the guest is stopped whatever they say. */
  hurry(): void {
    this.#asking?.abort();
  }

  /** Resolves when no application is open, or nobody waits for them. Throws `workspace.stop-held`. */
  async ask(guest: SessionGuest): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    void guest.vm.exited.then(() => asking.abort());
    const onWaiting = (open: readonly GuestWindow[]) => this.#showNotice(guest, open);
    try {
      const options = { patienceMs: closingMs, signal: asking.signal, onWaiting };
      const open = await closeApplications(guest.bridge, options);
      if (open.length > 0 && !asking.signal.aborted) throw stopHeld(open);
    } finally {
      this.#asking = undefined;
    }
  }

  /** Tells what holds the stop up, until the user has answered: then one of these windows goes. */
  #showNotice(guest: SessionGuest, open: readonly GuestWindow[]): void {
    if (!this.#tell(guest, heldBy(open))) return;
    const stopListening = guest.bridge.on('windowDestroyed', ({ windowId }) => {
      if (!open.some((window) => window.windowId === windowId)) return;
      stopListening();
      this.#tell(guest, undefined);
    });
  }
}
