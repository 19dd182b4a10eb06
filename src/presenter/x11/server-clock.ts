import type { UserAct } from '../presenter.ts';
import type { Atoms } from './atoms.ts';
import { eventMask, type XConnection, type XEvent } from './x11-client.ts';

const INPUT_ONLY = 2;
const REPLACE = 0;

/** A moment that the server has put into its own time (0 until it has). */
export class ServerMoment implements UserAct {
  readonly what = 'user-act';
  time = 0;
}

/**
 * Asks the server what time it is. Only the server knows: its milliseconds start when it likes. The way is that of
 * ICCCM 2.1: changing a property leads to an event with the time of the change.
 */
export class ServerClock {
  readonly window: number;
  readonly #connection: XConnection;
  readonly #atoms: Atoms;
  /** In the order in which they were asked for, as the events come. */
  readonly #unanswered: ServerMoment[] = [];

  constructor(connection: XConnection, atoms: Atoms) {
    this.#connection = connection;
    this.#atoms = atoms;
    const { client, root } = connection;
    this.window = client.AllocID();
    const mask = eventMask.PropertyChange ?? 0;
    client.CreateWindow(this.window, root, -10, -10, 1, 1, 0, 0, INPUT_ONLY, 0, { eventMask: mask });
  }

  now(): ServerMoment {
    const moment = new ServerMoment();
    if (this.#connection.ended) return moment;
    this.#unanswered.push(moment);
    const { _NET_WM_USER_TIME: property, CARDINAL } = this.#atoms;
    this.#connection.client.ChangeProperty(REPLACE, this.window, property, CARDINAL, 32, [0]);
    return moment;
  }

  /** Takes an event of its window. True: a moment has got its time. */
  handle(event: XEvent): boolean {
    if (event.name !== 'PropertyNotify') return false;
    const moment = this.#unanswered.shift();
    if (moment) moment.time = event.time;
    return moment !== undefined;
  }
}
