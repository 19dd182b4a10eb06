import { ProgressDeadline } from '../files/progress-deadline.ts';
import type { GiveContent } from '../guest-clipboard.ts';
import type { TransferChunk } from '../protocol/chunk-codec.ts';
import type { ClipboardFormat, ClipboardRefusal } from '../protocol/clipboard-messages.ts';
import { limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { notTaken } from './clipboard-errors.ts';

/** The agent has a program wait no longer for the whole of it, however it goes on. */
const wholeMs = 60_000;
/** So often the guest hears that something is done for its program. */
const progressEachMs = 1_000;

export interface OutgoingLine {
  reply(sizeBytes: number): void;
  /** The answer is being made. */
  progress(): void;
  refuse(reason: ClipboardRefusal): void;
  /** Resolves when the socket has taken it; false: there is no connection (any more). */
  sendChunk(chunk: Omit<TransferChunk, 'transferId'>): Promise<boolean>;
}

/**
 * Content on its way to a program of the guest that pastes. Over when the guest has all of it, takes nothing more of it,
 * or `end` was called.
 */
export class OutgoingContent {
  readonly #line: OutgoingLine;
  readonly #deadline: ProgressDeadline;
  readonly #ended = new AbortController();
  #isAnswered = false;
  #isLate = false;
  /** Undefined until something is done for its program. */
  #progressToldAt: number | undefined;
  #sentBytes = 0;
  #ackedBytes = 0;
  #roomCame = Promise.withResolvers<void>();

  constructor(line: OutgoingLine, progressMs: number) {
    this.#line = line;
    this.#deadline = new ProgressDeadline(progressMs, () => this.#giveUp());
  }

  /**
   * Resolves when it is over. `give` may reject: then the guest gets nothing, and the error is the caller's. Rejects
   * with XPaneError `bridge.clipboard-not-taken`: the guest has stopped taking it.
   */
  async run(format: ClipboardFormat, give: GiveContent): Promise<void> {
    let content: Uint8Array | ClipboardRefusal = 'failed';
    try {
      content = await give(format, this.#ended.signal, () => this.#tellProgress());
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
    // The same again is no progress.
    if (untrustedBytes === this.#ackedBytes) return;
    this.#ackedBytes = untrustedBytes;
    this.#deadline.guestsTurn();
    this.#wake();
  }

  /** Something else is offered: what nothing was done for yet is not given. What is on its way goes on, files too. */
  supersede(): void {
    const isUnderWay = this.#isAnswered || this.#progressToldAt !== undefined;
    if (isUnderWay || this.#ended.signal.aborted) return;
    this.#answer('gone');
    this.end();
  }

  /** Nobody waits for it any more. */
  end(): void {
    this.#ended.abort();
    this.#wake();
  }

  #tellProgress(): void {
    const now = performance.now();
    if (this.#isAnswered || this.#ended.signal.aborted) return;
    if (this.#progressToldAt !== undefined && now - this.#progressToldAt < progressEachMs) return;
    this.#progressToldAt = now;
    this.#line.progress();
  }

  #answer(content: Uint8Array | ClipboardRefusal): void {
    this.#isAnswered = true;
    if (typeof content === 'string') this.#line.refuse(content);
    else if (content.length > limits.clipboardBytes) this.#line.refuse('too-large');
    else this.#line.reply(content.length);
  }

  async #send(content: Uint8Array): Promise<void> {
    if (content.length > limits.clipboardBytes || this.#ended.signal.aborted) return;
    const whole = setTimeout(() => this.#giveUp(), wholeMs);
    this.#deadline.guestsTurn();
    try {
      await this.#sendPieces(content);
    } finally {
      clearTimeout(whole);
      this.#deadline.stop();
    }
    if (this.#isLate) throw notTaken();
  }

  async #sendPieces(content: Uint8Array): Promise<void> {
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

  /** The guest does not take it. Its program, if one waits, need not do so. */
  #giveUp(): void {
    if (this.#ended.signal.aborted) return;
    this.#isLate = true;
    this.#line.refuse('failed');
    this.end();
  }

  #wake(): void {
    this.#roomCame.resolve();
    this.#roomCame = Promise.withResolvers();
  }
}
