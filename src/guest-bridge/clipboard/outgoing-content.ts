import type { GiveContent } from '../guest-clipboard.ts';
import type { TransferChunk } from '../protocol/chunk-codec.ts';
import type { ClipboardFormat, ClipboardRefusal } from '../protocol/clipboard-messages.ts';
import { limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

export interface OutgoingLine {
  reply(sizeBytes: number): void;
  refuse(reason: ClipboardRefusal): void;
  /** Resolves when the socket has taken it; false: there is no connection (any more). */
  sendChunk(chunk: Omit<TransferChunk, 'transferId'>): Promise<boolean>;
}

/** Content on its way to a program of the guest that pastes. Over when the guest has all of it, or `end` was called. */
export class OutgoingContent {
  readonly #line: OutgoingLine;
  readonly #ended = new AbortController();
  #sentBytes = 0;
  #ackedBytes = 0;
  #roomCame = Promise.withResolvers<void>();

  constructor(line: OutgoingLine) {
    this.#line = line;
  }

  /** Resolves when it is over. `give` may reject: then the guest gets nothing, and the error is the caller's. */
  async run(format: ClipboardFormat, give: GiveContent): Promise<void> {
    let content: Uint8Array | ClipboardRefusal = 'failed';
    try {
      content = await give(format, this.#ended.signal);
    } finally {
      if (!this.#ended.signal.aborted) this.#answer(content);
    }
    if (typeof content !== 'string') await this.#send(content);
  }

  /** Throws ProtocolViolation. */
  receiveAck(untrustedBytes: number): void {
    if (untrustedBytes > this.#sentBytes || untrustedBytes < this.#ackedBytes) {
      throw new ProtocolViolation('bridge.clipboard-lies', 'more of a clipboard taken than was sent');
    }
    this.#ackedBytes = untrustedBytes;
    this.#wake();
  }

  /** Nobody waits for it any more. */
  end(): void {
    this.#ended.abort();
    this.#wake();
  }

  #answer(content: Uint8Array | ClipboardRefusal): void {
    if (typeof content === 'string') this.#line.refuse(content);
    else if (content.length > limits.clipboardBytes) this.#line.refuse('too-large');
    else this.#line.reply(content.length);
  }

  async #send(content: Uint8Array): Promise<void> {
    if (content.length > limits.clipboardBytes) return;
    while (this.#sentBytes < content.length) {
      const offset = this.#sentBytes;
      const data = content.subarray(offset, offset + limits.transferChunkBytes);
      while (offset - this.#ackedBytes + data.length > limits.transferWindowBytes) {
        if (this.#ended.signal.aborted) return;
        await this.#roomCame.promise;
      }
      if (this.#ended.signal.aborted) return;
      this.#sentBytes += data.length;
      if (!(await this.#line.sendChunk({ offset, data }))) return;
    }
    while (this.#ackedBytes < content.length && !this.#ended.signal.aborted) await this.#roomCame.promise;
  }

  #wake(): void {
    this.#roomCame.resolve();
    this.#roomCame = Promise.withResolvers();
  }
}
