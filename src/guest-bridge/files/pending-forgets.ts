import { within } from '../../shared/deadline.ts';
import type { WaitOptions } from '../pending-launches.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import { noProgress } from './file-errors.ts';

interface Asked {
  /** Answers that have not come yet. */
  count: number;
  readonly waiting: Set<PromiseWithResolvers<boolean>>;
}

/** Documents that the guest was asked to forget. */
export class PendingForgets {
  readonly #asked = new Map<string, Asked>();

  /** Rejects with `bridge.file-timeout`, or with why the connection ended. */
  async wait(documentId: string, { timeoutMs, signal }: WaitOptions): Promise<boolean> {
    const asked = this.#asked.get(documentId) ?? { count: 0, waiting: new Set() };
    asked.count++;
    this.#asked.set(documentId, asked);
    const waiting = Promise.withResolvers<boolean>();
    asked.waiting.add(waiting);
    try {
      return await within(timeoutMs, waiting.promise, noProgress, signal);
    } finally {
      asked.waiting.delete(waiting);
    }
  }

  /** Throws ProtocolViolation for a document that was never asked about. */
  answer(untrustedDocumentId: string, gone: boolean): void {
    const asked = this.#asked.get(untrustedDocumentId);
    if (!asked)
      throw new ProtocolViolation('bridge.wrong-order', 'a document forgotten without being asked to');
    for (const { resolve } of asked.waiting) resolve(gone);
    asked.count--;
    if (asked.count === 0) this.#asked.delete(untrustedDocumentId);
  }

  abandon(reason: unknown): void {
    for (const { waiting } of this.#asked.values()) for (const { reject } of waiting) reject(reason);
    this.#asked.clear();
  }
}
