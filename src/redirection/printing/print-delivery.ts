import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import { placePdf } from './place-pdf.ts';
import type { PrintNotice } from './print-notice.ts';
import type { PrintRecord, PrintStore } from './print-store.ts';

/** What this computer does with jobs. */
export interface PrintOutput {
  /** Makes a PDF of untrusted PostScript. */
  toPdf(postScript: string, pdf: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the printer has it. Rejects with `printing.refused` or `process.not-started` when it has not. */
  print(order: {
    readonly printer: string;
    readonly title: string;
    readonly copies: number;
    readonly file: string;
  }): Promise<void>;
  /** Where PDFs go; need not be there. */
  pdfFolder(): Promise<string>;
}

export interface PrintDeliveryParts {
  readonly store: PrintStore;
  readonly output: PrintOutput;
  readonly tell: (notice: PrintNotice) => void;
  readonly log: Log;
}

/** Brings the jobs that are here to their printer or into a PDF, one after the other. */
export class PrintDelivery {
  readonly #parts: PrintDeliveryParts;
  readonly #closed = new AbortController();
  #work: Promise<void> = Promise.resolve();

  /** What an earlier service left is brought first. */
  constructor(parts: PrintDeliveryParts) {
    this.#parts = parts;
    for (const { jobId } of parts.store.open) this.add(jobId);
  }

  add(jobId: string): void {
    this.#work = this.#work.then(async () => {
      const record = this.#parts.store.get(jobId);
      if (this.#closed.signal.aborted || !record || record.stage === 'done') return;
      await this.#deliver(record).catch((error: unknown) => this.#failed(record, error));
    });
  }

  /** All that was added has been tried. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** What is not done yet is for the next one. Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#work;
  }

  async #deliver(record: PrintRecord): Promise<void> {
    const { store, output } = this.#parts;
    const { jobId, printer, stage } = record;
    if (stage === 'taken')
      await output.toPdf(store.postScriptOf(jobId), store.pdfOf(jobId), this.#closed.signal);
    if (stage === 'placing' || printer === undefined) {
      const path = await this.#keep(jobId);
      return this.#tell(
        'information',
        'Printed into a file',
        `${shown(record)} is ${displayText(path, 400)}`,
      );
    }
    // It may be on paper already: a second time is worse than asking.
    if (stage === 'handing')
      return await this.#keepInstead(record, 'XPane ended while it was being printed.');
    await store.save({ ...record, stage: 'handing' });
    try {
      await output.print({ printer, title: record.title, copies: record.copies, file: store.pdfOf(jobId) });
    } catch (error) {
      return await this.#keepInstead(record, reportOf(error).message);
    }
    await store.finish(jobId);
    this.#tell('information', 'Printed', `${shown(record)} is with the printer ${displayText(printer, 64)}.`);
  }

  async #keep(jobId: string): Promise<string> {
    return await placePdf(this.#parts.store, jobId, await this.#parts.output.pdfFolder());
  }

  async #keepInstead(record: PrintRecord, why: string): Promise<void> {
    const path = await this.#keep(record.jobId);
    const text = `${why} Look whether the printer has it. It is kept as ${displayText(path, 400)}`;
    this.#tell('warning', `${shown(record)} may not be printed`, text);
  }

  /** What nobody can read will not be read at the next start either; all else stays for then. */
  async #failed(record: PrintRecord, error: unknown): Promise<void> {
    const { store, log } = this.#parts;
    if (this.#closed.signal.aborted) return;
    const { code, message, hint } = reportOf(error);
    log.error(
      { code, error: String(error instanceof XPaneError ? error.cause : error) },
      'a job was not printed',
    );
    const isHopeless = code === 'printing.broken-job' || code === 'process.timeout';
    if (isHopeless) await store.finish(record.jobId).catch(() => undefined);
    const later = isHopeless ? '' : ' It is tried again when XPane starts.';
    this.#tell('warning', `${shown(record)} was not printed`, `${message}${later}\nWhat to do: ${hint}`);
  }

  #tell(kind: PrintNotice['kind'], title: string, text: string): void {
    this.#parts.tell({ kind, title, text });
  }
}

function shown({ title }: PrintRecord): string {
  return displayText(title, 80) || 'A page';
}
