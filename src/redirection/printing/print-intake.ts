import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import type { Fetch } from '../files/incoming-file.ts';
import type { PrintNotice } from './print-notice.ts';
import type { PrintStore } from './print-store.ts';

export interface OfferedJob {
  readonly jobId: string;
  readonly printerId: string;
  /** Safe to show. */
  readonly title: string;
  /** As the guest says. */
  readonly sizeBytes: number;
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
  /** Where jobs of this printer go: a printer of this computer, or `undefined` for a PDF. Null: none (any more). */
  readonly targetOf: (printerId: string) => { readonly printer: string | undefined } | null;
  /** Counts a job of this guest. */
  readonly quota: { take(): 'taken' | 'first-refused' | 'refused' };
  readonly onTaken: (jobId: string) => void;
  readonly tell: (notice: PrintNotice) => void;
  /** It is not busy any more. */
  readonly onQuiet?: () => void;
  readonly log: Log;
}

/** A guest that connects ever anew tells of ever new jobs: then it is forgotten what was said of them. */
const mostRemembered = 256;
const hopeless: ReadonlySet<string> = new Set(['printing.no-postscript', 'printing.too-large']);

/**
 * Takes the jobs of one guest, one after the other; a job is the guest's until it is on the medium here, and is never
 * refused for what this computer lacks.
 */
export class PrintIntake {
  readonly #parts: PrintIntakeParts;
  readonly #closed = new AbortController();
  readonly #underWay = new Set<string>();
  /** Counted, though not here yet. */
  readonly #counted = new Set<string>();
  /** What the user knows of. */
  readonly #complained = new Set<string>();
  readonly #logged = new Set<string>();
  #work: Promise<void> = Promise.resolve();

  constructor(parts: PrintIntakeParts) {
    this.#parts = parts;
  }

  /** May be told again of a job that could not be taken. */
  told(job: OfferedJob): void {
    const { jobId } = job;
    if (this.#underWay.has(jobId)) return;
    this.#underWay.add(jobId);
    this.#work = this.#work.then(async () => {
      if (!this.#closed.signal.aborted)
        await this.#take(job).catch((error: unknown) => this.#failed(job, error));
      this.#underWay.delete(jobId);
      if (!this.busy) this.#parts.onQuiet?.();
    });
  }

  /** Jobs are being taken. */
  get busy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Resolves when no job that was told of so far is under way. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#work;
  }

  async #take({ jobId, printerId, title, sizeBytes }: OfferedJob): Promise<void> {
    const { guest, store, targetOf, onTaken } = this.#parts;
    // It did not hear that this one is here, or was.
    if (store.has(jobId)) return guest.done(jobId);
    if (!this.#hasRoom(jobId)) return;
    // A printer that has gone away need not cost the page.
    const printer = targetOf(printerId)?.printer;
    const job = {
      ...{ jobId, sizeBytes, title: displayText(title, 255) },
      ...(printer === undefined ? {} : { printer }),
    };
    await store.take(job, (take) => guest.get(jobId, take, { signal: this.#closed.signal }));
    this.#done(jobId);
    onTaken(jobId);
  }

  #hasRoom(jobId: string): boolean {
    if (this.#counted.has(jobId)) return true;
    const room = this.#parts.quota.take();
    if (room === 'taken') remember(this.#counted, jobId);
    else if (room === 'first-refused') {
      this.#parts.log.warn({ jobId }, 'too many print jobs: the others wait in the guest');
      this.#complain(
        jobId,
        'Too much was printed in a short time. The rest waits in the guest for ten minutes.',
      );
    }
    return room === 'taken';
  }

  /** Without a connection, or room here, the guest keeps it and offers it again; what is no job it need not keep. */
  #failed({ jobId, title }: OfferedJob, error: unknown): void {
    if (this.#closed.signal.aborted) return;
    const { code, message } = reportOf(error);
    const isOurs = !(error instanceof XPaneError);
    if (hopeless.has(code)) {
      this.#complain(jobId, `${displayText(title, 80) || 'A page'}: ${message}`);
      this.#done(jobId);
    } else if (isOurs) {
      const text = 'There is no room for it on this computer, or its disk fails. It waits in the guest.';
      this.#complain(jobId, text);
    }
    // What is new is counted: so many lines, however often a guest connects and tells of it.
    if (this.#logged.has(jobId)) return;
    remember(this.#logged, jobId);
    const cause = isOurs && error instanceof Error ? error.cause : undefined;
    this.#parts.log.warn({ jobId, code, error: String(cause ?? error) }, 'a print job could not be taken');
  }

  #done(jobId: string): void {
    this.#counted.delete(jobId);
    this.#complained.delete(jobId);
    this.#parts.guest.done(jobId);
  }

  /** Once of each job. */
  #complain(jobId: string, text: string): void {
    if (this.#complained.has(jobId)) return;
    remember(this.#complained, jobId);
    this.#parts.tell({ kind: 'warning', title: 'A page of the guest was not printed', text });
  }
}

function remember(ids: Set<string>, id: string): void {
  if (ids.size >= mostRemembered) ids.clear();
  ids.add(id);
}
