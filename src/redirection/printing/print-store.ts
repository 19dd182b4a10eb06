import { open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { type Fetch, fetchInto, HostFailure } from '../files/incoming-file.ts';
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

export interface IncomingJob extends Pick<PrintRecord, 'jobId' | 'title' | 'printer'> {
  /** As the guest says. */
  readonly sizeBytes: number;
}

/** Ids that are remembered after their jobs are done. A guest forgets a job as soon as it hears of it. */
const mostDone = 256;
const headBytes = 64 * 1024;
/** Of all jobs that wait here: some may wait for a program that is to be installed. */
const mostWaitingBytes = 2 * 2 ** 30;
/** Room that jobs leave on the disk. */
const spareBytes = 256 * 2 ** 20;

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

  /**
   * `folder` is made when it is needed. What was half fetched goes; the content of a record that cannot be understood
   * stays for somebody to look at. Rejects with the system's error.
   */
  static async open(folder: string, log: Log): Promise<PrintStore> {
    const store = new PrintStore(folder);
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const broken = new Set(names.filter((name) => name.endsWith('.json.broken')).map(idIn));
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
        broken.add(idIn(name));
      }
    }
    for (const name of names) {
      const id = idIn(name);
      const isContent = /^[0-9a-f]{16}\.(part|ps|pdf)$/.test(name);
      const isWanted = broken.has(id) || (store.#records.has(id) && !store.isDone(id));
      const isNeeded = isWanted && /\.(ps|pdf)$/.test(name);
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

  /**
   * Fetches a job, no more than the `sizeBytes` that were said of it; nothing is left of one that fails. Throws
   * `printing.no-postscript`, `printing.too-large`, HostFailure, or what `fetchInto` throws.
   */
  async take(job: IncomingJob, fetch: Fetch): Promise<PrintRecord> {
    const { sizeBytes, ...rest } = job;
    await this.#requireRoom(sizeBytes);
    const part = join(this.#folder, `${job.jobId}.part`);
    await rm(part, { force: true }).catch(asHostFailure);
    await fetchInto(part, bounded(fetch, sizeBytes));
    try {
      const head = await headOf(part);
      if (!isPostScript(head)) throw noPostScript();
      await rename(part, this.postScriptOf(job.jobId));
      const record: PrintRecord = { ...rest, copies: copiesIn(head), stage: 'taken' };
      await this.save(record);
      return record;
    } catch (error) {
      await rm(part, { force: true });
      return error instanceof XPaneError ? Promise.reject(error) : asHostFailure(error);
    }
  }

  async #requireRoom(sizeBytes: number): Promise<void> {
    try {
      privateFolder(this.#folder);
      const { bavail, bsize } = await statfs(this.#folder);
      const left = mostWaitingBytes - (await this.#waitingBytes());
      if (sizeBytes > Math.min(left, bavail * bsize - spareBytes)) throw new Error('no room for a print job');
    } catch (error) {
      asHostFailure(error);
    }
  }

  async #waitingBytes(): Promise<number> {
    const sizes = this.open.flatMap(({ jobId: id }) =>
      [this.postScriptOf(id), this.pdfOf(id)].map(async (path) => (await stat(path).catch(() => null))?.size),
    );
    return (await Promise.all(sizes)).reduce<number>((sum, size = 0) => sum + size, 0);
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

/** `<id>.ps`, `<id>.json.broken` and so on. */
function idIn(name: string): string {
  return name.split('.')[0] ?? '';
}

function bounded(fetch: Fetch, mostBytes: number): Fetch {
  let bytes = 0;
  return (take) =>
    fetch(async (chunk) => {
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooLarge();
      await take(chunk);
    });
}

function asHostFailure(error: unknown): never {
  throw error instanceof HostFailure ? error : new HostFailure(error);
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

function tooLarge(): XPaneError {
  return new XPaneError(
    'printing.too-large',
    'The guest sends more than it said.',
    'Print it again; if that does not help, restart the workspace.',
  );
}
