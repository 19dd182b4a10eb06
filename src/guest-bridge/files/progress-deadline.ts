/** Runs out when the guest lets a transfer stand still. Its owner must call `stop`. */
export class ProgressDeadline {
  readonly #afterMs: number;
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(afterMs: number, onLate: () => void) {
    this.#afterMs = afterMs;
    this.#onLate = onLate;
  }

  /** It is the guest's turn, as it was or from now on: it has all of the time again. */
  guestsTurn(): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(this.#onLate, this.#afterMs);
  }

  /** It is the host's own turn, which may last. */
  hostsTurn(): void {
    clearTimeout(this.#timer);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
