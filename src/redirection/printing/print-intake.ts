import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import { type Fetch, HostFailure } from '../files/incoming-file.ts';
import type { PrintNotice } from './print-notice.ts';
import type { PrintStore } from './print-store.ts';

export interface OfferedJob {
  readonly jobId: string;
  readonly printerId: string;
  /** Safe to show. */
  readonly title: string;
}

/** The guest's side of printing, as the bridge to it has it. */
export interface GuestJobs {
  get(
    jobId: string,
    take: Parameters<Fetch>[0],
    options: { readonly signal: AbortSignal },
  ): ReturnType<Fetch>;
  done(jobId: string): void;
}

export interface PrintIntakeParts {
  readonly guest: GuestJobs;
  readonly store: PrintStore;
  /** Where jobs of this printer go: a printer of this computer, or `undefined` for a PDF. Null: nowhere (any more). */
  readonly targetOf: (printerId: string) => { readonly printer: string | undefined } | null;
  /** Counts a job of this guest. */
  readonly quota: { take(): 'taken' | 'first-refused' | 'refused' };
  readonly onTaken: (jobId: string) => void;
  readonly tell: (notice: PrintNotice) => void;
  readonly log: Log;
}

/** Takes the jobs of one guest, one after the other; a job is the guest's until it is on the medium here. */
export class PrintIntake {
  readonly #parts: PrintIntakeParts;
  readonly #closed = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(parts: PrintIntakeParts) {
    this.#parts = parts;
  }

  told(job: OfferedJob): void {
    this.#work = this.#work.then(async () => {
      if (!this.#closed.signal.aborted)
        await this.#take(job).catch((error: unknown) => this.#failed(job, error));
    });
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#work;
  }

  async #take({ jobId, printerId, title }: OfferedJob): Promise<void> {
    const { guest, store, quota, targetOf, onTaken, log } = this.#parts;
    // It did not hear that this one is here, or was.
    if (store.has(jobId)) return guest.done(jobId);
    const room = quota.take();
    const target = targetOf(printerId);
    if (room !== 'taken' || target === null) {
      guest.done(jobId);
      log.warn({ jobId, room, known: target !== null }, 'a print job is refused');
      if (room === 'first-refused') {
        this.#refused('Too much was printed in a short time. More is refused for ten minutes.');
      } else if (room === 'taken') {
        this.#refused(`${displayText(title, 80) || 'A page'} was for a printer that is not there any more.`);
      }
      return;
    }
    const { printer } = target;
    const job = { jobId, title: displayText(title, 255), ...(printer === undefined ? {} : { printer }) };
    await store.take(job, (take) => guest.get(jobId, take, { signal: this.#closed.signal }));
    guest.done(jobId);
    onTaken(jobId);
  }

  /** Without a connection, or room here, the guest keeps it and offers it again; what is no job it need not keep. */
  #failed({ jobId, title }: OfferedJob, error: unknown): void {
    const { guest, log } = this.#parts;
    const { code, message } = reportOf(error);
    log.warn({ jobId, code, error: String(error) }, 'a print job could not be taken');
    if (code === 'printing.no-postscript') {
      guest.done(jobId);
      this.#refused(`${displayText(title, 80) || 'A page'}: ${message}`);
    } else if (error instanceof HostFailure) {
      this.#refused(
        'There is no room for it on this computer. It stays in the guest until that starts again.',
      );
    }
  }

  #refused(text: string): void {
    this.#parts.tell({ kind: 'warning', title: 'A page of the guest was not printed', text });
  }
}
