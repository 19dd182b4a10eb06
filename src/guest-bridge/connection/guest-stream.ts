import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { GuestEndpoint } from '../../shared/endpoint.ts';
import type { MessageMeter, MessageSink } from './message-meter.ts';

/** What is read at once while no large message is under way. */
const SCRATCH_BYTES = 64 * 1024;

export interface GuestStreamEvents {
  /** Frames may have begun. */
  onFrames(): void;
  onTooLarge(): void;
  /** Memory for a large message; undefined: the WebSocket library is to gather it. */
  memoryFor(sizeBytes: number): Uint8Array | undefined;
  /** A large binary message, in the memory that was given for it. */
  onMessage(untrusted: Uint8Array): void;
}

/**
 * The socket to the agent as the WebSocket library sees it. Everything goes through, but for large binary messages
 * once they are `measured`: those are read straight into their own memory, without a stream's chunks. The order of
 * messages stays, since a message leaves the library's way only while the library has nothing left to read.
 */
export class GuestStream extends Duplex {
  readonly #socket: Socket;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  readonly #events: GuestStreamEvents;
  readonly #sink: MessageSink;
  #meter: MessageMeter | undefined;
  /** Where the read that is under way goes, if not into the scratch. */
  #inPlace: Uint8Array | undefined;

  constructor(endpoint: GuestEndpoint, events: GuestStreamEvents) {
    super({ allowHalfOpen: false });
    this.#events = events;
    this.#sink = {
      pass: (bytes) => this.push(Uint8Array.from(bytes)),
      memoryFor: (sizeBytes) => (this.#nothingWaits() ? events.memoryFor(sizeBytes) : undefined),
      filled: (message) => events.onMessage(message),
    };
    const onread = {
      buffer: () => this.#nextMemory(),
      callback: (sizeBytes: number) => {
        this.#take(sizeBytes);
        return true;
      },
    };
    this.#socket =
      endpoint.kind === 'tcp'
        ? connect({ host: endpoint.host, port: endpoint.port, noDelay: true, onread })
        : connect({ path: endpoint.path, onread });
    this.#socket.on('end', () => this.push(null));
    this.#socket.on('error', (error) => this.destroy(error));
    this.#socket.on('close', () => this.destroy());
  }

  /** From here on frames are counted and large messages taken out. To be called when the library has upgraded. */
  measure(meter: MessageMeter): void {
    this.#meter = meter;
    // What came with the answer to the upgrade: reading it gives it to the library.
    for (let early = readFrom(this); early; early = readFrom(this)) this.#feed(early, undefined);
  }

  /** Stops and resumes reading: what the guest sends meanwhile waits in the guest. */
  hold(held: boolean): void {
    if (held) this.#socket.pause();
    else this.#socket.resume();
  }

  override _read(): void {
    // It is pushed as it comes; `hold` is what stops it.
  }

  /** Done is what the system has taken: until then the memory is read. */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  /** A frame's header and its content at once. */
  override _writev(chunks: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.cork();
    for (const [at, { chunk }] of chunks.entries())
      this.#socket.write(chunk, at === chunks.length - 1 ? done : undefined);
    this.#socket.uncork();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Over is what the socket is, not what is asked for.
    if (this.#socket.closed) done(error);
    else this.#socket.once('close', () => done(error));
    this.#socket.destroy();
  }

  #nextMemory(): Uint8Array {
    const wanted = this.#meter?.wanted;
    this.#inPlace = wanted;
    return wanted ?? this.#scratch;
  }

  #take(sizeBytes: number): void {
    if (this.destroyed) return;
    if (this.#inPlace) {
      this.#meter?.fedInPlace(sizeBytes, this.#sink);
      return;
    }
    const chunk = this.#scratch.subarray(0, sizeBytes);
    if (this.#meter) this.#feed(chunk, this.#sink);
    else this.#sink.pass(chunk);
  }

  #feed(bytes: Uint8Array, sink: MessageSink | undefined): void {
    if (this.#meter?.feed(bytes, sink) === 'too-large') this.#events.onTooLarge();
    else this.#events.onFrames();
  }

  #nothingWaits(): boolean {
    return this.readableLength === 0 && this.readableFlowing === true;
  }
}

function readFrom(stream: Duplex): Buffer | undefined {
  const chunk: unknown = stream.read();
  return Buffer.isBuffer(chunk) ? chunk : undefined;
}
