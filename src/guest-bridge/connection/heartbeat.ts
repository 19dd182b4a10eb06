import { ProtocolViolation } from '../protocol/violation.ts';

/** Pings without an answer until the guest counts as dead. */
const MISSED_AT_MOST = 3;

/** Pings at a steady pace and watches for the answers. Its owner must call `stop`. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  #answered = 0;

  /**
   * `isHeld` tells that the host itself does not read at the moment, so that answers cannot come.
   * `onDead` is called once, three intervals after the first ping that stayed without an answer.
   */
  constructor(intervalMs: number, callbacks: { ping(id: number): void; isHeld(): boolean; onDead(): void }) {
    this.#timer = setInterval(() => {
      if (callbacks.isHeld()) this.#answered = this.#sent;
      if (this.#sent - this.#answered >= MISSED_AT_MOST) {
        this.stop();
        callbacks.onDead();
        return;
      }
      this.#sent++;
      callbacks.ping(this.#sent);
    }, intervalMs);
  }

  /** Throws ProtocolViolation for an answer to a ping that was never sent. */
  pong(untrustedId: number): void {
    if (untrustedId > this.#sent) {
      throw new ProtocolViolation('bridge.wrong-order', 'an answer to a ping that was never sent');
    }
    this.#answered = Math.max(this.#answered, untrustedId);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
