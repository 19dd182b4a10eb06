import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { type Fetch, fetchInto } from '../files/incoming-file.ts';
import { copiesIn, isPostScript } from './print-names.ts';

const jobId = z.string().regex(/^[0-9a-f]{16}$/);

/** A job of the guest that is here. */
const printRecord = z.strictObject({
  jobId,
  title: z.string().max(1024),
  /** On this computer. Absent: it becomes a PDF. */
  printer: z.string().min(1).max(127).optional(),
  copies: z.int().min(1).max(99),
  /**
   * `taken`: nothing was done with it yet. `placing`: its PDF gets the name `place`. `handing`: it is given to the printer,
   * which may have it already. `done`: only its id counts, should the guest offer it once more.
   */
  stage: z.enum(['taken', 'placing', 'handing', 'done']),
  place: z.string().max(4096).optional(),
});
export type PrintRecord = z.infer<typeof printRecord>;

/** Ids that are remembered after their jobs are done. A guest forgets a job as soon as it hears of it. */
const mostDone = 256;
const headBytes = 64 * 1024;

/**
 * Print jobs of one workspace on the way between guest and printer, a record each. What `take` resolved for is on the
 * medium: the guest need not keep it.
 */
export class PrintStore {
  readonly #folder: string;
  /** In order. */
  readonly #records = new Map<string, PrintRecord>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `folder` is made when it is needed. What was half fetched goes. Rejects with the system's error. */
  static async open(folder: string, log: Log): Promise<PrintStore> {
    const store = new PrintStore(folder);
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names.sort()) {
      const path = join(folder, name);
      if (!name.endsWith('.json')) continue;
      try {
        const record = printRecord.parse(JSON.parse(await readFile(path, 'utf8')));
        if (`${record.jobId}.json` !== name) throw new Error('it is of another job');
        store.#records.set(record.jobId, record);
      } catch (error) {
        log.error({ path, error: String(error) }, 'a record of a print job cannot be understood');
        await rename(path, `${path}.broken`);
      }
    }
    for (const name of names) {
      const id = name.split('.')[0] ?? '';
      const isContent = /^[0-9a-f]{16}\.(part|ps|pdf)$/.test(name);
      const isNeeded = store.#records.has(id) && /\.(ps|pdf)$/.test(name) && !store.isDone(id);
      if ((isContent && !isNeeded) || name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
    }
    return store;
  }

  /** The guest has no need to keep this one. */
  has(id: string): boolean {
    return this.#records.has(id);
  }

  isDone(id: string): boolean {
    return this.#records.get(id)?.stage === 'done';
  }

  get open(): readonly PrintRecord[] {
    return [...this.#records.values()].filter(({ stage }) => stage !== 'done');
  }

  get(id: string): PrintRecord | undefined {
    return this.#records.get(id);
  }

  /** PostScript of the guest's. */
  postScriptOf(id: string): string {
    return join(this.#folder, `${id}.ps`);
  }

  pdfOf(id: string): string {
    return join(this.#folder, `${id}.pdf`);
  }

  /** Fetches a job; nothing is left of one that fails. Throws `printing.no-postscript`, what `fetchInto` throws, or the system's error. */
  async take(job: Pick<PrintRecord, 'jobId' | 'title' | 'printer'>, fetch: Fetch): Promise<PrintRecord> {
    privateFolder(this.#folder);
    const part = join(this.#folder, `${job.jobId}.part`);
    await rm(part, { force: true });
    await fetchInto(part, fetch);
    const head = await headOf(part);
    if (!isPostScript(head)) {
      await rm(part, { force: true });
      throw noPostScript();
    }
    await rename(part, this.postScriptOf(job.jobId));
    const record: PrintRecord = { ...job, copies: copiesIn(head), stage: 'taken' };
    await this.save(record);
    return record;
  }

  /** On the medium when it resolves. Rejects with the system's error. */
  async save(record: PrintRecord): Promise<void> {
    const text = `${JSON.stringify(printRecord.parse(record))}\n`;
    await writeFileAtomically(join(this.#folder, `${record.jobId}.json`), text);
    this.#records.set(record.jobId, record);
  }

  /** Its content is somebody else's now, or nobody wants it. */
  async finish(id: string): Promise<void> {
    const record = this.#records.get(id);
    if (!record) return;
    const { place: _place, printer: _printer, ...rest } = record;
    await this.save({ ...rest, title: '', stage: 'done' });
    for (const path of [this.postScriptOf(id), this.pdfOf(id)]) await rm(path, { force: true });
    const done = [...this.#records.values()].filter(({ stage }) => stage === 'done');
    for (const { jobId: old } of done.slice(0, Math.max(0, done.length - mostDone))) {
      await rm(join(this.#folder, `${old}.json`), { force: true });
      this.#records.delete(old);
    }
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
}

function noPostScript(): XPaneError {
  return new XPaneError(
    'printing.no-postscript',
    'What the guest printed is no PostScript.',
    'Print on one of XPane’s printers from an application of Windows.',
  );
}
