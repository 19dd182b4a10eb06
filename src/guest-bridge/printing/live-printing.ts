import { displayText } from '../../shared/text.ts';
import type { LiveFiles } from '../files/live-files.ts';
import type { TransferOptions } from '../guest-files.ts';
import {
  type GuestPrinting,
  type GuestPrintJob,
  type OfferedPrinter,
  printingCapability,
} from '../guest-printing.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import type { WirePrintJob } from '../protocol/print-messages.ts';
import type { ToGuest } from '../protocol/to-guest.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

export interface LivePrintingOptions {
  readonly say: (message: ToGuest) => boolean;
  readonly fetchJob: LiveFiles['fetchJob'];
  readonly onJob: (job: GuestPrintJob) => void;
}

/** The guest's print jobs with the ways in for what it says; only the bridge has them in this form. */
export class LivePrinting implements GuestPrinting {
  readonly #options: LivePrintingOptions;
  readonly #jobs = new Map<string, GuestPrintJob>();
  #works = false;

  constructor(options: LivePrintingOptions) {
    this.#options = options;
  }

  get jobs(): ReadonlyMap<string, GuestPrintJob> {
    return this.#jobs;
  }

  offer(printers: readonly OfferedPrinter[], paper: 'a4' | 'letter'): boolean {
    return this.#works && this.#options.say({ type: 'printer-list', printers: [...printers], paper });
  }

  async get(
    jobId: string,
    take: (chunk: Uint8Array) => Promise<void>,
    options?: TransferOptions,
  ): Promise<{ readonly stamp: string; readonly sizeBytes: number }> {
    return await this.#options.fetchJob(jobId, take, options);
  }

  done(jobId: string): void {
    this.#jobs.delete(jobId);
    if (this.#works) this.#options.say({ type: 'print-done', jobId });
  }

  /** A proven connection begins, with what the agent can do, or ends, with nothing. */
  reset(capabilities: readonly string[]): void {
    this.#jobs.clear();
    this.#works = capabilities.includes(printingCapability);
  }

  /** Throws ProtocolViolation. */
  receive({ jobId, printerId, title, sizeBytes }: WirePrintJob): void {
    if (this.#jobs.has(jobId)) {
      throw new ProtocolViolation('bridge.wrong-order', 'a print job that was told of before');
    }
    if (this.#jobs.size >= limits.printJobs) {
      const many = `more than ${limits.printJobs} print jobs`;
      throw new ProtocolViolation('bridge.too-many', many, closeCodes.flood);
    }
    const job = { jobId, printerId, title: displayText(title, limits.printTitleLength), sizeBytes };
    this.#jobs.set(jobId, job);
    this.#options.onJob(job);
  }
}
