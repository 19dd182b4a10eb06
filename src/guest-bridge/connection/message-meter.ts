/** What the meter finds wrong, before the WebSocket library has buffered anything of it. */
export type MeterFinding = 'too-large' | undefined;

const FINAL = 0x80;
const CONTROL_OPCODE = 0x08;
/** The first byte of a binary message in one piece, without extensions. */
const WHOLE_BINARY = FINAL | 0x02;
const MASKED = 0x80;

/** Where the bytes of a stream go. All of them are borrowed for the call. */
export interface MessageSink {
  /** For the WebSocket library, in the order of the stream. */
  pass(bytes: Uint8Array): void;
  /** Memory for a whole binary message that is about to come; undefined: it goes the ordinary way. */
  memoryFor(sizeBytes: number): Uint8Array | undefined;
  /** The memory asked for last is full: this is the message. */
  filled(message: Uint8Array): void;
}

/**
 * Follows the frame headers of an unmasked WebSocket stream (RFC 6455, 5.2), and nothing else of it: how many
 * frames came, how large the message in hand says it is, and since when it is unfinished. The library tells
 * of whole messages only, so a guest could begin one of 16 MiB before its proof, or never finish one.
 *
 * Large binary messages need not go through the library, which gathers them in pieces and then copies them together:
 * the sink may take them straight into memory of its own.
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
  /** Where the payload in hand goes, if not to the library. */
  #taken: Uint8Array | undefined;

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

  /** The part of the sink's memory that comes next: read into it, then call `fedInPlace`. */
  get wanted(): Uint8Array | undefined {
    return this.#taken?.subarray(this.#taken.length - this.#payloadLeft);
  }

  /** So many bytes of the stream were read straight into `wanted`. */
  fedInPlace(sizeBytes: number, sink: MessageSink): void {
    this.#payloadLeft -= sizeBytes;
    if (this.#payloadLeft === 0) this.#endFrame(sink);
  }

  /** Without a sink only counts. Nothing goes to the sink from the header of a message that is too large on. */
  feed(chunk: Uint8Array, sink?: MessageSink): MeterFinding {
    let at = 0;
    // Where the bytes for the library begin that were not passed yet.
    let kept = 0;
    while (at < chunk.length) {
      this.#begunAt ??= this.#now();
      if (this.#payloadLeft > 0) {
        const count = Math.min(this.#payloadLeft, chunk.length - at);
        if (this.#taken) {
          this.wanted?.set(chunk.subarray(at, at + count));
          kept = at + count;
        }
        this.#payloadLeft -= count;
        at += count;
      } else {
        this.#header[this.#headerFilled++] = chunk[at++] ?? 0;
        if (this.#headerFilled < this.#headerBytes()) continue;
        if (this.#beginFrame() > this.maxBytes) return 'too-large';
        // A header that began in an earlier chunk was passed in part, so the library has to have the rest.
        if (sink && this.#headerFilled <= at && this.#isWholeBinary()) {
          this.#taken = sink.memoryFor(this.#payloadLeft);
          if (this.#taken) {
            passPart(sink, chunk, kept, at - this.#headerFilled);
            kept = at;
          }
        }
      }
      if (this.#payloadLeft === 0) {
        if (sink && !this.#taken && kept < at) {
          passPart(sink, chunk, kept, at);
          kept = at;
        }
        this.#endFrame(sink);
      }
    }
    if (sink) passPart(sink, chunk, kept, at);
    return undefined;
  }

  #headerBytes(): number {
    if (this.#headerFilled < 2) return 2;
    const second = this.#header[1] ?? 0;
    const length = second & 0x7f;
    const mask = (second & MASKED) !== 0 ? 4 : 0;
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

  /** What is wrong with any other binary message, the library says. */
  #isWholeBinary(): boolean {
    const masked = ((this.#header[1] ?? 0) & MASKED) !== 0;
    return this.#header[0] === WHOLE_BINARY && !masked && !this.#betweenFragments && this.#payloadLeft > 0;
  }

  #endFrame(sink?: MessageSink): void {
    this.#headerFilled = 0;
    // Control frames may come between the fragments of a message, which stays unfinished.
    if (!this.#isControl()) {
      this.#betweenFragments = ((this.#header[0] ?? 0) & FINAL) === 0;
      if (!this.#betweenFragments) this.#messageBytes = 0;
    }
    if (!this.#betweenFragments) this.#begunAt = undefined;
    const message = this.#taken;
    this.#taken = undefined;
    if (message) sink?.filled(message);
  }

  #isControl(): boolean {
    return ((this.#header[0] ?? 0) & CONTROL_OPCODE) !== 0;
  }
}

function passPart(sink: MessageSink, chunk: Uint8Array, from: number, to: number): void {
  if (from < to) sink.pass(chunk.subarray(from, to));
}
