import type { XPaneError } from '../../shared/errors.ts';
import type { TransferOptions } from '../guest-files.ts';
import { limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { Caller } from './caller.ts';
import { changed, errorOf, unexpected } from './file-errors.ts';
import type { OpenTransfer, TransferEnd, TransferLine, TransferTerms } from './open-transfer.ts';

/** Content in one message: keys and clicks wait behind it no longer than the socket needs for so much. */
const CHUNK_BYTES = limits.transferChunkBytes;

/** A file on its way to the guest, which was told of it already. */
export class PutTransfer implements OpenTransfer {
  readonly #line: TransferLine;
  readonly #transferId: number;
  readonly #sizeBytes: number;
  readonly #windowBytes: number;
  readonly #options: TransferOptions;
  readonly #caller: Caller<{ readonly stamp: string }>;
  #sentBytes = 0;
  #ackedBytes = 0;
  #roomCame = Promise.withResolvers<void>();

  constructor(
    line: TransferLine,
    put: TransferTerms & { readonly sizeBytes: number },
    options: TransferOptions,
  ) {
    this.#line = line;
    this.#transferId = put.transferId;
    this.#sizeBytes = put.sizeBytes;
    this.#windowBytes = put.windowBytes;
    this.#options = options;
    this.#caller = new Caller(line, put.transferId, put.progressMs, options.signal);
  }

  async run(content: AsyncIterable<Uint8Array>): Promise<{ readonly stamp: string }> {
    this.#pump(content).catch((error: unknown) => this.#giveUp(error));
    return await this.#caller.result;
  }

  receiveBegin(): void {
    throw new ProtocolViolation('bridge.wrong-order', 'the beginning of a file that it was to take');
  }

  receiveChunk(): void {
    throw new ProtocolViolation('bridge.wrong-order', 'a piece of a file that it was to take');
  }

  receiveAck(untrustedBytes: number): void {
    if (untrustedBytes > this.#sentBytes || untrustedBytes < this.#ackedBytes) {
      throw new ProtocolViolation('bridge.file-lies', 'more of a file taken than was sent');
    }
    this.#ackedBytes = untrustedBytes;
    if (this.#caller.isOver) return;
    this.#caller.guestsTurn();
    this.#options.onProgress?.(untrustedBytes);
    this.#wake();
  }

  receiveEnd({ outcome, systemError, stamp }: TransferEnd): void {
    const isWhole = this.#sentBytes === this.#sizeBytes;
    if (outcome === 'done' && (stamp === undefined || !isWhole)) {
      throw new ProtocolViolation('bridge.file-lies', 'the end of a file that it has not taken whole');
    }
    this.#caller.ended();
    if (outcome === 'changed') this.#caller.reject(unexpected());
    else if (outcome !== 'done') this.#caller.reject(errorOf(outcome, systemError));
    else if (stamp !== undefined) {
      if (!this.#caller.isOver) this.#options.onProgress?.(this.#sizeBytes);
      this.#caller.resolve({ stamp });
    }
    this.#wake();
  }

  abandon(reason: XPaneError): void {
    this.#caller.ended();
    this.#caller.reject(reason);
    this.#wake();
  }

  async #pump(content: AsyncIterable<Uint8Array>): Promise<void> {
    this.#caller.hostsTurn();
    for await (const piece of content) {
      if (this.#caller.isOver) return;
      this.#caller.guestsTurn();
      if (piece.length > this.#sizeBytes - this.#sentBytes) throw changed();
      for (let at = 0; at < piece.length; at += CHUNK_BYTES) {
        await this.#send(piece.subarray(at, at + CHUNK_BYTES));
        if (this.#caller.isOver) return;
      }
      this.#caller.hostsTurn();
    }
    if (this.#sentBytes < this.#sizeBytes) throw changed();
    this.#caller.guestsTurn();
  }

  async #send(data: Uint8Array): Promise<void> {
    while (this.#sentBytes - this.#ackedBytes + data.length > this.#windowBytes) {
      await this.#roomCame.promise;
      if (this.#caller.isOver) return;
    }
    const offset = this.#sentBytes;
    this.#sentBytes += data.length;
    await this.#line.sendChunk({ transferId: this.#transferId, offset, data });
  }

  #giveUp(error: unknown): void {
    this.#caller.giveUp(error);
    this.#wake();
  }

  #wake(): void {
    this.#roomCame.resolve();
    this.#roomCame = Promise.withResolvers();
  }
}
