/** What a parser waits for: that all of this memory is filled, or, at the end of a message, to be called again. */
export type Need = Buffer | 'message-end';

/** A parser that is run by the bytes as they come. It gets back the memory that it asked to have filled. */
export type Steps = Generator<Need, never, Buffer>;

const nothing = Buffer.alloc(0);

/** Brings bytes to a parser, in whatever pieces they come. Holds none back: what is not taken stays the caller's. */
export class ByteFeed {
  readonly #steps: Steps;
  #target: Buffer = nothing;
  #filled = 0;
  #resting = false;

  constructor(steps: Steps) {
    this.#steps = steps;
    this.#ask(nothing);
  }

  /** Takes bytes up to the end of a message; returns how many. Throws what the parser throws: then it is over. */
  take(bytes: Buffer): { readonly taken: number; readonly messageEnded: boolean } {
    if (this.#resting) {
      this.#resting = false;
      this.#ask(nothing);
    }
    let taken = 0;
    while (!this.#resting && taken < bytes.length) {
      const copied = bytes.copy(this.#target, this.#filled, taken);
      taken += copied;
      this.#filled += copied;
      if (this.#filled === this.#target.length) this.#ask(this.#target);
    }
    return { taken, messageEnded: this.#resting };
  }

  #ask(filled: Buffer): void {
    let answer = filled;
    for (;;) {
      const { value } = this.#steps.next(answer);
      if (value === 'message-end') {
        this.#resting = true;
        return;
      }
      this.#target = value;
      this.#filled = 0;
      if (value.length > 0) return;
      answer = value;
    }
  }
}

/** Waits for that many bytes. */
export function* bytes(count: number): Generator<Need, Buffer, Buffer> {
  return yield Buffer.allocUnsafe(count);
}
