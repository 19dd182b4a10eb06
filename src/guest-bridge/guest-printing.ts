import type { TransferOptions } from './guest-files.ts';

/** What an agent says that can have printers of the host. */
export const printingCapability = 'printing';

/** Something that a program of the guest has printed on a printer of the host's. */
export interface GuestPrintJob {
  /** 16 lower-case hex digits of the guest's making: the same over restarts, until `done`. */
  readonly jobId: string;
  /** One that was offered, or was before. */
  readonly printerId: string;
  /** What the program calls it, safe to show. Empty: nothing. */
  readonly title: string;
  readonly sizeBytes: number;
}

export interface OfferedPrinter {
  /** 16 lower-case hex digits of the host's making: the same for the same printer. */
  readonly printerId: string;
  /** 1 to 64 UTF-16 units without backslash, comma and exclamation mark. */
  readonly name: string;
}

/** Printers of the host in the guest. */
export interface GuestPrinting {
  /** What waits in the guest, by `jobId`; empty without a connection. */
  readonly jobs: ReadonlyMap<string, GuestPrintJob>;
  /**
   * Makes the guest's printers exactly these, the usual one first; at most `limits.printers`. False: it cannot have any,
   * or there is no connection.
   */
  offer(printers: readonly OfferedPrinter[], paper: 'a4' | 'letter'): boolean;
  /** The job's content, PostScript as the guest says; rejects as `GuestFiles.get` does. */
  get(
    jobId: string,
    take: (chunk: Uint8Array) => Promise<void>,
    options?: TransferOptions,
  ): Promise<{ readonly stamp: string; readonly sizeBytes: number }>;
  /** The host has it, or does not want it: the guest forgets it. What does not get there is told again. */
  done(jobId: string): void;
}
