import type { XPaneError } from '../../shared/errors.ts';
import type { TransferOptions } from '../guest-files.ts';
import type { TransferChunk } from '../protocol/chunk-codec.ts';
import { acknowledgementsInAWindow } from '../protocol/transfer-window.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { Caller } from './caller.ts';
import { errorOf } from './file-errors.ts';
import type {
  OpenTransfer,
  TransferBegin,
  TransferEnd,
  TransferLine,
  TransferTerms,
} from './open-transfer.ts';

export interface GotFile {
  readonly stamp: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A file on its way from the guest, which was asked for it already. */
export class GetTransfer implements OpenTransfer {
  readonly #line: TransferLine;
  readonly #transferId: number;
  readonly #windowBytes: number;
  readonly #take: (chunk: Uint8Array) => Promise<void>;
  readonly #options: TransferOptions;
  readonly #caller: Caller<GotFile>;
  readonly #waiting: Uint8Array[] = [];
  #begun: TransferBegin | undefined;
  #receivedBytes = 0;
  #takenBytes = 0;
  #ackedBytes = 0;
  #takes = false;
  #got: GotFile | undefined;

  constructor(
    line: TransferLine,
    get: TransferTerms,
    take: (chunk: Uint8Array) => Promise<void>,
    options: TransferOptions,
  ) {
    this.#line = line;
    this.#transferId = get.transferId;
    this.#windowBytes = get.windowBytes;
    this.#take = take;
    this.#options = options;
    this.#caller = new Caller(line, get.transferId, get.progressMs, options.signal);
  }

  get result(): Promise<GotFile> {
    return this.#caller.result;
  }

  receiveBegin(untrusted: TransferBegin): void {
    if (this.#begun) throw new ProtocolViolation('bridge.wrong-order', 'a file that begins twice');
    this.#begun = untrusted;
    this.#caller.guestsTurn();
  }

  receiveAck(): void {
    throw new ProtocolViolation('bridge.wrong-order', 'an acknowledgement of a file that it was to send');
  }

  /** What was given up is still counted: a guest must not go on for ever. */
  receiveChunk({ offset, data }: TransferChunk): void {
    const { sizeBytes = 0 } = this.#begun ?? {};
    if (!this.#begun)
      throw new ProtocolViolation('bridge.wrong-order', 'a piece of a file before its beginning');
    if (offset !== this.#receivedBytes) {
      throw new ProtocolViolation('bridge.bad-chunk', 'a piece of a file out of order');
    }
    if (data.length > sizeBytes - this.#receivedBytes) {
      throw new ProtocolViolation('bridge.file-lies', 'more of a file than it announced');
    }
    this.#receivedBytes += data.length;
    if (this.#receivedBytes - this.#takenBytes > this.#windowBytes) {
      throw new ProtocolViolation('bridge.too-many', 'more of a file at once than is allowed');
    }
    if (this.#caller.isOver) {
      this.#line.giveBack(data);
      return;
    }
    this.#caller.guestsTurn();
    this.#waiting.push(data);
    if (!this.#takes) this.#takeAll().catch((error: unknown) => this.#giveUp(error));
  }

  receiveEnd({ outcome, systemError, stamp }: TransferEnd): void {
    if (outcome !== 'done') {
      this.#caller.ended();
      this.#caller.reject(errorOf(outcome, systemError));
      this.#drop();
      return;
    }
    if (!this.#begun || stamp === undefined || this.#receivedBytes !== this.#begun.sizeBytes) {
      throw new ProtocolViolation('bridge.file-lies', 'the end of a file that it has not sent whole');
    }
    this.#caller.ended();
    this.#caller.hostsTurn();
    this.#got = { stamp, sizeBytes: this.#begun.sizeBytes, modifiedMs: this.#begun.modifiedUnixMs };
    if (!this.#takes) this.#caller.resolve(this.#got);
  }

  abandon(reason: XPaneError): void {
    this.#caller.ended();
    // All of it is here already: only the host's own part is left.
    if (this.#got) return;
    this.#caller.reject(reason);
    this.#drop();
  }

  /** One piece after the other, as fast as they are taken. */
  async #takeAll(): Promise<void> {
    this.#takes = true;
    for (let data = this.#waiting.shift(); data && !this.#caller.isOver; data = this.#waiting.shift()) {
      this.#caller.hostsTurn();
      await this.#take(data);
      this.#takenBytes += data.length;
      this.#line.giveBack(data);
      if (this.#caller.isOver) break;
      if (!this.#got) this.#acknowledge();
      this.#options.onProgress?.(this.#takenBytes);
    }
    this.#takes = false;
    if (this.#got && !this.#caller.isOver) this.#caller.resolve(this.#got);
  }

  #acknowledge(): void {
    this.#caller.guestsTurn();
    if ((this.#takenBytes - this.#ackedBytes) * acknowledgementsInAWindow < this.#windowBytes) return;
    this.#ackedBytes = this.#takenBytes;
    this.#line.send({ type: 'transfer-ack', transferId: this.#transferId, bytes: this.#takenBytes });
  }

  #giveUp(error: unknown): void {
    // What has ended in the guest needs no cancelling there.
    if (this.#got) this.#caller.reject(error);
    else this.#caller.giveUp(error);
    this.#drop();
  }

  #drop(): void {
    for (const data of this.#waiting.splice(0)) this.#line.giveBack(data);
  }
}
