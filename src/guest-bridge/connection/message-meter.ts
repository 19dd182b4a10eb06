/** What the meter finds wrong, before the WebSocket library has buffered anything of it. */
export type MeterFinding = 'too-large' | undefined;

const CONTROL_OPCODE = 0x08;

/**
 * Follows the frame headers of an unmasked WebSocket stream (RFC 6455, 5.2), and nothing else of it: how many
 * frames came, how large the message in hand says it is, and since when it is unfinished. The library tells
 * of whole messages only, so a guest could begin one of 16 MiB before its proof, or never finish one.
 */
export class MessageMeter {
  /** Largest message, all fragments together. */
  maxBytes: number;
  readonly #now: () => number;
  #frames = 0;
  /** Bytes of the header in hand; its length is known after two. */
  readonly #header = new Uint8Array(14);
  #headerFilled = 0;
  #payloadLeft = 0;
  #messageBytes = 0;
  #betweenFragments = false;
  #begunAt: number | undefined;

  constructor(maxBytes: number, now: () => number = () => performance.now()) {
    this.maxBytes = maxBytes;
    this.#now = now;
  }

  /** Frames begun since the last call. */
  takeFrames(): number {
    const frames = this.#frames;
    this.#frames = 0;
    return frames;
  }

  /** For how long a message is begun and not finished; 0 when none is. */
  unfinishedMs(): number {
    return this.#begunAt === undefined ? 0 : this.#now() - this.#begunAt;
  }

  /** The host itself did not read for a while: that is not the guest's delay. */
  restartClock(): void {
    if (this.#begunAt !== undefined) this.#begunAt = this.#now();
  }

  feed(chunk: Uint8Array): MeterFinding {
    let at = 0;
    while (at < chunk.length) {
      this.#begunAt ??= this.#now();
      if (this.#payloadLeft > 0) {
        const taken = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= taken;
        at += taken;
      } else {
        this.#header[this.#headerFilled++] = chunk[at++] ?? 0;
        if (this.#headerFilled < this.#headerBytes()) continue;
        if (this.#beginFrame() > this.maxBytes) return 'too-large';
      }
      if (this.#payloadLeft === 0) this.#endFrame();
    }
    return undefined;
  }

  #headerBytes(): number {
    if (this.#headerFilled < 2) return 2;
    const second = this.#header[1] ?? 0;
    const length = second & 0x7f;
    const mask = (second & 0x80) !== 0 ? 4 : 0;
    return 2 + mask + (length === 127 ? 8 : length === 126 ? 2 : 0);
  }

  /** Gives the size of the message so far. */
  #beginFrame(): number {
    const view = new DataView(this.#header.buffer);
    const length = view.getUint8(1) & 0x7f;
    this.#payloadLeft =
      length === 127 ? Number(view.getBigUint64(2)) : length === 126 ? view.getUint16(2) : length;
    this.#frames++;
    if (this.#isControl()) return this.#payloadLeft;
    this.#messageBytes += this.#payloadLeft;
    return this.#messageBytes;
  }

  #endFrame(): void {
    this.#headerFilled = 0;
    // Control frames may come between the fragments of a message, which stays unfinished.
    if (!this.#isControl()) {
      this.#betweenFragments = ((this.#header[0] ?? 0) & 0x80) === 0;
      if (!this.#betweenFragments) this.#messageBytes = 0;
    }
    if (!this.#betweenFragments) this.#begunAt = undefined;
  }

  #isControl(): boolean {
    return ((this.#header[0] ?? 0) & CONTROL_OPCODE) !== 0;
  }
}
