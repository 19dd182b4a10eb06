import type { Log } from '../../../shared/log.ts';
import { eventMask, type XConnection } from '../x11-client.ts';

const INPUT_ONLY = 2;
const ASYNCHRONOUS = 1;
const SUCCESS = 0;
const CURRENT_TIME = 0;
const RETRY_MS = 20;
/** Another program that holds the pointer (a drag, the window manager's own menu) is waited for this long. */
const GIVE_UP_MS = 3_000;
const GRABBED_EVENTS =
  (eventMask.ButtonPress ?? 0) | (eventMask.ButtonRelease ?? 0) | (eventMask.PointerMotion ?? 0);

/**
 * Holds the pointer while any menu is open, so that a press anywhere on the screen is seen.
 *
 * The grab belongs to an invisible window of its own: it outlives any single menu, and since events over our own
 * surfaces still go to those, whatever is reported for this window happened outside of all of them. The keyboard
 * is left alone: the menu's owner keeps the focus and gets the keys.
 */
export class MenuGrab {
  readonly window: number;
  readonly #connection: XConnection;
  readonly #log: Log;
  #holders = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(connection: XConnection, log: Log) {
    this.#connection = connection;
    this.#log = log;
    const { client, root } = connection;
    this.window = client.AllocID();
    // It must be viewable to hold a grab; outside of the screen it stands in nobody's way.
    client.CreateWindow(this.window, root, -10, -10, 1, 1, 0, 0, INPUT_ONLY, 0, { overrideRedirect: 1 });
    client.MapWindow(this.window);
  }

  hold(): void {
    this.#holders++;
    if (this.#holders === 1) this.#grab(performance.now() + GIVE_UP_MS);
  }

  letGo(): void {
    this.#holders = Math.max(0, this.#holders - 1);
    if (this.#holders > 0) return;
    clearTimeout(this.#retry);
    if (!this.#connection.ended) this.#connection.client.UngrabPointer(CURRENT_TIME);
  }

  /** Forgets every holder; the connection and with it the grab are gone. */
  abandon(): void {
    this.#holders = 0;
    clearTimeout(this.#retry);
  }

  #grab(deadline: number): void {
    const { client } = this.#connection;
    const mode = ASYNCHRONOUS;
    void this.#connection
      .ask<number>((reply) =>
        client.GrabPointer(this.window, true, GRABBED_EVENTS, mode, mode, 0, 0, CURRENT_TIME, reply),
      )
      .then((status) => {
        if (status === SUCCESS || this.#holders === 0 || this.#connection.ended) return;
        if (performance.now() >= deadline) {
          this.#log.warn({ status }, 'Another program holds the pointer: clicks beside a menu go unseen');
          return;
        }
        this.#retry = setTimeout(() => this.#grab(deadline), RETRY_MS);
      });
  }
}
