import type { XPaneError } from '../../shared/errors.ts';
import { ProgressDeadline } from '../files/progress-deadline.ts';
import type { ClipboardReadOptions } from '../guest-clipboard.ts';
import type { TransferChunk } from '../protocol/chunk-codec.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { cancelled, noProgress, tooLarge } from './clipboard-errors.ts';

export interface IncomingLine {
  /** So much is taken. */
  acknowledge(bytes: number): void;
  /** The guest is told that nobody waits any more. */
  cancel(): void;
  /** Called once, when nothing more is expected. */
  onOver(): void;
}

/** Content of the guest's clipboard on its way here, which was asked for already. Settles once. */
export class IncomingContent {
  readonly #line: IncomingLine;
  readonly #options: ClipboardReadOptions;
  readonly #waiting = Promise.withResolvers<Uint8Array>();
  readonly #deadline: ProgressDeadline;
  #content: Uint8Array | undefined;
  #receivedBytes = 0;

  constructor(line: IncomingLine, progressMs: number, options: ClipboardReadOptions) {
    this.#line = line;
    this.#options = options;
    this.#deadline = new ProgressDeadline(progressMs, () => this.#giveUp(noProgress()));
    this.#deadline.guestsTurn();
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  get result(): Promise<Uint8Array> {
    return this.#waiting.promise;
  }

  /** The guest is at it. However often it says so, whoever asked has a deadline of his own. */
  receiveProgress(): void {
    if (!this.#content) this.#deadline.guestsTurn();
  }

  /** Throws ProtocolViolation. `untrustedBytes` is within the protocol's maximum. */
  receiveReply(untrustedBytes: number): void {
    if (this.#content)
      throw new ProtocolViolation('bridge.wrong-order', 'a second answer to what was pasted');
    if (untrustedBytes > this.#options.maxBytes) {
      this.#giveUp(tooLarge());
      return;
    }
    this.#content = new Uint8Array(untrustedBytes);
    this.#deadline.guestsTurn();
    this.#endIfWhole();
  }

  /** Throws ProtocolViolation. */
  receiveChunk({ offset, data }: TransferChunk): void {
    const content = this.#content;
    if (!content) throw new ProtocolViolation('bridge.wrong-order', 'content before the answer');
    if (offset !== this.#receivedBytes) {
      throw new ProtocolViolation('bridge.bad-chunk', 'content of the clipboard out of order');
    }
    if (data.length > content.length - offset) {
      throw new ProtocolViolation('bridge.clipboard-lies', 'more of a clipboard than it announced');
    }
    content.set(data, offset);
    this.#receivedBytes += data.length;
    this.#deadline.guestsTurn();
    this.#line.acknowledge(this.#receivedBytes);
    this.#endIfWhole();
  }

  /** By the guest's word, or with the connection. */
  reject(reason: XPaneError): void {
    this.#settle();
    this.#waiting.reject(reason);
  }

  #endIfWhole(): void {
    if (!this.#content || this.#receivedBytes < this.#content.length) return;
    this.#settle();
    this.#waiting.resolve(this.#content);
  }

  #giveUp(reason: XPaneError): void {
    this.#line.cancel();
    this.reject(reason);
  }

  #settle(): void {
    this.#deadline.stop();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#line.onOver();
  }

  readonly #onAbort = (): void => this.#giveUp(cancelled(this.#options.signal?.reason));
}
