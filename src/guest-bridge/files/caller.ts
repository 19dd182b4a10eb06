import { cancelled, noProgress } from './file-errors.ts';
import type { TransferLine } from './open-transfer.ts';
import { ProgressDeadline } from './progress-deadline.ts';

/**
 * Who waits for a transfer: settles once, by the guest's end, by the caller's signal, or when the guest stands still.
 * Given up by the host, the transfer is cancelled in the guest, which has as long again to say that it ended.
 */
export class Caller<T> {
  readonly #waiting = Promise.withResolvers<T>();
  readonly #line: TransferLine;
  readonly #transferId: number;
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: ProgressDeadline;
  readonly #endDeadline: ProgressDeadline;
  #isOver = false;

  constructor(line: TransferLine, transferId: number, progressMs: number, signal: AbortSignal | undefined) {
    this.#line = line;
    this.#transferId = transferId;
    this.#signal = signal;
    this.#deadline = new ProgressDeadline(progressMs, () => this.giveUp(noProgress()));
    this.#endDeadline = new ProgressDeadline(progressMs, () => line.stuck());
    signal?.addEventListener('abort', this.#onAbort);
    this.#deadline.guestsTurn();
  }

  get result(): Promise<T> {
    return this.#waiting.promise;
  }

  /** Nobody waits any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  guestsTurn(): void {
    if (!this.#isOver) this.#deadline.guestsTurn();
  }

  hostsTurn(): void {
    this.#deadline.hostsTurn();
  }

  resolve(result: T): void {
    this.#settle();
    this.#waiting.resolve(result);
  }

  /** The transfer has ended in the guest, or with the connection. */
  reject(reason: unknown): void {
    this.#settle();
    this.#waiting.reject(reason);
  }

  /** The transfer has not ended in the guest: it is told. */
  giveUp(reason: unknown): void {
    if (this.#isOver) return;
    this.reject(reason);
    this.#endDeadline.guestsTurn();
    this.#line.send({ type: 'transfer-cancel', transferId: this.#transferId });
  }

  /** The guest has said that it is over, or is gone. */
  ended(): void {
    this.#endDeadline.stop();
  }

  #settle(): void {
    this.#isOver = true;
    this.#deadline.stop();
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.giveUp(cancelled(this.#signal?.reason));
}
