import type { UserAct } from '../presenter.ts';
import { ServerMoment } from './server-clock.ts';
import type { XConnection, XEvent, XInput } from './x11-client.ts';

/** Nobody waits longer for what an act of the user leads to. */
const WATCH_MS = 30_000;
/** Buttons 4 to 7 are the wheel: scrolling is no going elsewhere. */
const WHEEL: readonly number[] = [4, 5, 6, 7];

/**
 * Knows whether the user has gone on to something else since an act, in whatever window: pressed a key or a button.
 * The server tells that to who asks for raw events (XInput 2). They are asked for only while somebody waits, and
 * nothing but the time is looked at. Window managers that compare user times would know it too, but openbox does not
 * compare them, and many programs never set theirs.
 */
export class UserWatch {
  readonly #connection: XConnection;
  #input: XInput | undefined;
  #lastPress: number | undefined;
  #watching: NodeJS.Timeout | undefined;

  constructor(connection: XConnection) {
    this.#connection = connection;
    const { client } = connection;
    // Without it the user counts as waiting: the window manager decides then.
    void connection
      .ask<XInput>((reply) => client.require('xinput', reply))
      .then((input) => {
        this.#input = input;
        if (this.#watching) this.#select(true);
      });
  }

  /** From now on, for a while. */
  watch(): void {
    if (!this.#watching) this.#select(true);
    clearTimeout(this.#watching);
    this.#watching = setTimeout(() => {
      this.#watching = undefined;
      this.#select(false);
    }, WATCH_MS);
  }

  /** Since this act, which came after `watch`. */
  wentOn(since: UserAct): boolean {
    if (!(since instanceof ServerMoment) || since.time === 0 || this.#lastPress === undefined) return false;
    // Server times wrap at 2^32.
    return ((this.#lastPress - since.time) | 0) > 0;
  }

  /** True: the event was its own. */
  handle(event: XEvent): boolean {
    const button = event.name === 'XIRawButtonPress';
    if (!button && event.name !== 'XIRawKeyPress') return false;
    if (!button || !WHEEL.includes(event.detail)) this.#lastPress = event.time;
    return true;
  }

  close(): void {
    clearTimeout(this.#watching);
  }

  #select(on: boolean): void {
    const { ended, root } = this.#connection;
    const input = this.#input;
    if (!input || ended) return;
    const mask = on ? ['RawKeyPress', 'RawButtonPress'] : [];
    input.XISelectEvents(root, { deviceId: input.AllMasterDevices, mask });
  }
}
