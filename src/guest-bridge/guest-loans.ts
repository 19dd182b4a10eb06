import { RateMeter } from './connection/rate-meter.ts';
import type { TransferOptions } from './guest-files.ts';
import { limits } from './protocol/limits.ts';

/** What an agent says that knows loans. */
export const loansCapability = 'loans';

const overMs = 10_000;

/** A file of the guest that somebody there opens, and that the host may open. */
export interface LoanOffer {
  /** 16 lower-case hex digits: stands for one file of the guest until `loan-return`, over its restarts. */
  readonly loanId: string;
  /** A plain file name (`isPlainFileName`), not safe as one of the host. */
  readonly untrustedName: string;
}

/** Content of files that the guest has lent. Both reject as `GuestFiles` do. */
export interface GuestLoans {
  /** As `GuestFiles.get`. */
  get(
    loanId: string,
    take: (chunk: Uint8Array) => Promise<void>,
    options?: TransferOptions,
  ): Promise<{ readonly stamp: string; readonly sizeBytes: number; readonly modifiedMs: number }>;
  /**
   * Replaces the file if its content still has the stamp `over`, else `bridge.file-unexpected`; without `over` the content is
   * kept beside the file, and is what is lent from then on.
   */
  put(
    loan: {
      readonly loanId: string;
      readonly over?: string;
      readonly sizeBytes: number;
      readonly modifiedMs: number;
    },
    content: AsyncIterable<Uint8Array>,
    options?: TransferOptions,
  ): Promise<{ readonly stamp: string }>;
}

/** Files that the guest offers: as many as a user could open, no more. */
export class OfferRate {
  readonly #meter: RateMeter;

  constructor(now: () => number = () => performance.now()) {
    this.#meter = new RateMeter(limits.offersPerSecond, overMs, now);
  }

  /** False for one too many. */
  take(): boolean {
    return this.#meter.count(1);
  }
}

export function offerOf({ loanId, name }: { readonly loanId: string; readonly name: string }): LoanOffer {
  return { loanId, untrustedName: name };
}
