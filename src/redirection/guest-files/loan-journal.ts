import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { type LoanRecord, loanRecord } from './loan-record.ts';

/**
 * Files that the guest of one workspace has lent: of each a record, `ID.json`, and a folder `ID` with the copy. A copy is
 * opened by nobody before its record is on the medium, and the record goes after the copy: a folder without one has
 * nothing that the guest does not have.
 */
export class LoanJournal {
  readonly #folder: string;
  readonly #records = new Map<string, LoanRecord>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `folder` is made when it is needed. A record that cannot be understood is put aside with its copy, and logged. */
  static async open(folder: string, log: Log): Promise<LoanJournal> {
    const journal = new LoanJournal(folder);
    await undoEnds(folder, log);
    const names = await namesIn(folder);
    for (const name of names.filter((each) => /^[0-9a-f]{16}\.json$/.test(each))) {
      const path = join(folder, name);
      try {
        const record = loanRecord.parse(JSON.parse(await readFile(path, 'utf8')));
        if (`${record.loanId}.json` !== name) throw new Error('it is of another file');
        journal.#records.set(record.loanId, record);
      } catch (error) {
        log.error({ path, error: String(error) }, 'a record of a file of the guest cannot be understood');
        const id = name.slice(0, 16);
        await rename(join(folder, id), join(folder, `${id}.broken`)).catch(() => undefined);
        await rename(path, `${path}.broken`);
      }
    }
    for (const name of names) await journal.#sweep(name);
    return journal;
  }

  get all(): readonly LoanRecord[] {
    return [...this.#records.values()];
  }

  get(loanId: string): LoanRecord | undefined {
    return this.#records.get(loanId);
  }

  folderOf(loanId: string): string {
    return join(this.#folder, loanId);
  }

  pathOf({ loanId, name }: LoanRecord): string {
    return join(this.folderOf(loanId), name);
  }

  /** Where the folder is while its end is decided: nobody finds the copy by its path any more. */
  asideOf(loanId: string): string {
    return `${this.folderOf(loanId)}.ending`;
  }

  /** Makes the loan's folder, which only this user can enter. Throws `paths.not-private`, or the system's error. */
  makeFolder(loanId: string): string {
    privateFolder(this.#folder);
    return privateFolder(this.folderOf(loanId));
  }

  /** On the medium when it resolves. One call at a time for each loan. */
  async save(record: LoanRecord): Promise<void> {
    const text = `${JSON.stringify(loanRecord.parse(record), null, 1)}\n`;
    await writeFileAtomically(join(this.#folder, `${record.loanId}.json`), text);
    this.#records.set(record.loanId, record);
  }

  /** With the folder, and all that is in it. */
  async remove(loanId: string): Promise<void> {
    await rm(this.asideOf(loanId), { recursive: true, force: true });
    await rm(this.folderOf(loanId), { recursive: true, force: true });
    await rm(join(this.#folder, `${loanId}.json`), { force: true });
    this.#records.delete(loanId);
  }

  /** What was left half done: a folder nobody was told of, content that did not become whole. */
  async #sweep(name: string): Promise<void> {
    const path = join(this.#folder, name);
    if (name.endsWith('.tmp')) await rm(path, { force: true });
    if (!/^[0-9a-f]{16}$/.test(name)) return;
    if (!this.#records.has(name)) {
      await rm(path, { recursive: true, force: true });
      return;
    }
    const halfFetched = (await namesIn(path)).filter((each) => /^\..*\.xpane-[0-9a-f]{6}$/.test(each));
    for (const each of halfFetched) await rm(join(path, each), { force: true });
  }
}

/** Ends that were not completed: such a loan goes on, and without a record nobody misses it. */
async function undoEnds(folder: string, log: Log): Promise<void> {
  const names = await namesIn(folder);
  for (const name of names.filter((each) => /^[0-9a-f]{16}\.ending$/.test(each))) {
    const [path, id] = [join(folder, name), name.slice(0, 16)];
    if (!names.includes(`${id}.json`)) await rm(path, { recursive: true, force: true });
    else {
      await rename(path, join(folder, id)).catch((error: unknown) =>
        log.error({ path, error: String(error) }, 'a file of the guest lies aside'),
      );
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
