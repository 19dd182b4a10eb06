import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { type DocumentRecord, documentRecord } from './document-record.ts';

/**
 * The documents of one workspace, a file each. A record is on the medium when `save` resolves; whoever moves content
 * saves first.
 */
export class DocumentJournal {
  readonly #folder: string;
  readonly #records = new Map<string, DocumentRecord>();
  /** One after the other for each document: the last save is what stays. */
  readonly #saving = new Map<string, Promise<unknown>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `folder` is made when it is needed. A record that cannot be understood is put aside for whoever looks for lost files, and logged. */
  static async open(folder: string, log: Log): Promise<DocumentJournal> {
    const journal = new DocumentJournal(folder);
    for (const name of await namesIn(folder)) {
      const path = join(folder, name);
      if (name.endsWith('.tmp')) await rm(path, { force: true });
      if (!/^[0-9a-f]{16}\.json$/.test(name)) continue;
      try {
        const record = documentRecord.parse(JSON.parse(await readFile(path, 'utf8')));
        if (`${record.documentId}.json` !== name) throw new Error('it is of another document');
        journal.#records.set(record.documentId, record);
      } catch (error) {
        log.error({ path, error: String(error) }, 'a record of an opened file cannot be understood');
        await rename(path, `${path}.broken`);
      }
    }
    return journal;
  }

  get all(): readonly DocumentRecord[] {
    return [...this.#records.values()];
  }

  get(documentId: string): DocumentRecord | undefined {
    return this.#records.get(documentId);
  }

  /** Rejects with the system's error: nothing may be moved then. */
  async save(record: DocumentRecord): Promise<void> {
    const text = `${JSON.stringify(documentRecord.parse(record), null, 1)}\n`;
    await this.#inTurn(record.documentId, async () => {
      privateFolder(this.#folder);
      await writeFileAtomically(this.#pathOf(record.documentId), text);
      this.#records.set(record.documentId, record);
    });
  }

  async remove(documentId: string): Promise<void> {
    await this.#inTurn(documentId, async () => {
      await rm(this.#pathOf(documentId), { force: true });
      this.#records.delete(documentId);
    });
  }

  async #inTurn(documentId: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#saving.get(documentId) ?? Promise.resolve()).catch(() => undefined).then(work);
    this.#saving.set(documentId, turn);
    try {
      await turn;
    } finally {
      if (this.#saving.get(documentId) === turn) this.#saving.delete(documentId);
    }
  }

  #pathOf(documentId: string): string {
    return join(this.#folder, `${documentId}.json`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
