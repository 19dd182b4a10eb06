import type { Atoms } from '../atoms.ts';
import type { XConnection, XEvent } from '../x11-client.ts';

/** From a window manager's first sign of life until it should have seen every window; a busy machine takes longer. */
const SETTLE_MS = [500, 2_000, 5_000] as const;

/**
 * Notices that a window manager started. openbox overlooks windows that come up in the very moment of its start (seen
 * once in some ten starts): they have no frame and are in no list. A display that is back gets its window manager and
 * XPane's windows at just that time, so `onSettled` looks after a while whether it has taken them.
 */
export class ManagerWatch {
  readonly #connection: XConnection;
  readonly #atoms: Atoms;
  readonly #onSettled: () => void;
  #timers: NodeJS.Timeout[] = [];

  /** `onSettled`: may be called several times for one window manager. */
  constructor(connection: XConnection, atoms: Atoms, onSettled: () => void) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#onSettled = onSettled;
    this.#restart();
  }

  /** Takes an event of the root window. */
  handle(event: XEvent): void {
    if (event.name === 'PropertyNotify' && event.atom === this.#atoms._NET_SUPPORTING_WM_CHECK)
      this.#restart();
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #restart(): void {
    this.close();
    this.#timers = SETTLE_MS.map((ms) => setTimeout(() => void this.#settle(), ms));
  }

  async #settle(): Promise<void> {
    const { client, root } = this.#connection;
    const found = await this.#connection.ask<{ format: number }>((reply) =>
      client.GetProperty(0, root, this.#atoms._NET_SUPPORTING_WM_CHECK, this.#atoms.WINDOW, 0, 1, reply),
    );
    if (found?.format === 32) this.#onSettled();
  }
}
