import { type FileHandle, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { type BaseEntry, keyOf } from './share-entries.ts';

/**
 * What both sides of one share had when they were the same last: a file of lines, each a change of what the lines before
 * say. It may lag behind what was done, as after a kill: then a file is compared by its content once more. It never runs
 * ahead. What cannot be read is left out, which is the same.
 */

const names = z.array(z.string().min(1).max(255)).min(1).max(8);
const stamp = z.string().regex(/^[0-9a-f]{16}$/);
const identity = z.strictObject({
  device: z.string().regex(/^\d+$/),
  inode: z.string().regex(/^\d+$/),
  sizeBytes: z.int().min(0),
  modifiedNs: z.string().regex(/^-?\d+$/),
});

const header = z.strictObject({
  version: z.literal(1),
  shareId: z.string().regex(/^[0-9a-f]{16}$/),
  folder: z.string().startsWith('/').max(4096),
  name: z.string().min(1).max(64),
  readOnly: z.boolean(),
});
const line = z.union([
  z.strictObject({
    path: names,
    rel: z.string().min(1).max(4096),
    identity: identity.optional(),
    stamp,
    modifiedMs: z.number(),
    older: z.array(stamp).max(8),
  }),
  z.strictObject({ gone: names }),
  /** A folder of this computer that the guest has, too. */
  z.strictObject({ folder: z.string().min(1).max(4096), path: names }),
  z.strictObject({ noFolder: z.string().min(1).max(4096) }),
]);
type Line = z.infer<typeof line>;

/** Of whom a journal is; enough to bring what a share that is gone has left in the guest. */
export type ShareHeader = Omit<z.infer<typeof header>, 'version'>;

/** Lines more than entries, above which the file is written anew when it is opened. */
const spareLines = 1000;

export class ShareJournal {
  readonly share: ShareHeader;
  readonly #file: string;
  readonly #base = new Map<string, BaseEntry>();
  /** By the names here: the names there. */
  readonly #folders = new Map<string, readonly string[]>();
  #lines = 0;
  #handle: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, share: ShareHeader) {
    this.#file = file;
    this.share = share;
  }

  /** Makes `folder` and the file. Rejects with the system's error. Its owner must call `close`. */
  static async open(folder: string, share: ShareHeader): Promise<ShareJournal> {
    privateFolder(folder);
    const file = join(folder, `${share.shareId}.jsonl`);
    const journal = new ShareJournal(file, share);
    const { lines, isWhole } = await linesOf(file);
    const [first, ...others] = lines;
    for (const each of others) journal.#take(each);
    const entries = journal.#base.size + journal.#folders.size;
    const isAsItShould = isWhole && isDeepStrictEqual(first, { version: 1, ...share });
    if (!isAsItShould || journal.#lines > entries + spareLines || others.length > journal.#lines) {
      await journal.#rewrite();
    }
    journal.#handle = await open(file, 'a', 0o600);
    return journal;
  }

  /** Of all journals in `folder`. What is none is logged and stays. */
  static async headers(folder: string, log: Log): Promise<ShareHeader[]> {
    const files = await readdir(folder).catch(() => []);
    const found: ShareHeader[] = [];
    for (const name of files.filter((each) => each.endsWith('.jsonl'))) {
      const { lines } = await linesOf(join(folder, name));
      const parsed = header.safeParse(lines[0]);
      if (parsed.success && `${parsed.data.shareId}.jsonl` === name) {
        const { version: _, ...share } = parsed.data;
        found.push(share);
      } else log.error({ name }, 'the journal of a shared folder cannot be understood');
    }
    return found;
  }

  get base(): ReadonlyMap<string, BaseEntry> {
    return this.#base;
  }

  get folders(): ReadonlyMap<string, readonly string[]> {
    return this.#folders;
  }

  set(entry: BaseEntry): Promise<void> {
    this.#base.set(keyOf(entry.path), entry);
    return this.#append({ ...entry, path: [...entry.path], older: [...entry.older] });
  }

  drop(path: readonly string[]): Promise<void> {
    if (!this.#base.delete(keyOf(path))) return Promise.resolve();
    return this.#append({ gone: [...path] });
  }

  setFolder(rel: string, path: readonly string[]): Promise<void> {
    this.#folders.set(rel, path);
    return this.#append({ folder: rel, path: [...path] });
  }

  dropFolder(rel: string): Promise<void> {
    this.#folders.delete(rel);
    return this.#append({ noFolder: rel });
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** The share is no more. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.#file, { force: true });
  }

  #append(entry: Line): Promise<void> {
    const text = `${JSON.stringify(entry)}\n`;
    const write = this.#writing.then(async () => {
      await this.#handle?.appendFile(text);
    });
    this.#writing = write.catch(() => undefined);
    return write;
  }

  #take(untrusted: unknown): void {
    const parsed = line.safeParse(untrusted);
    if (!parsed.success) return;
    const entry = parsed.data;
    this.#lines++;
    if ('gone' in entry) this.#base.delete(keyOf(entry.gone));
    else if ('noFolder' in entry) this.#folders.delete(entry.noFolder);
    else if ('folder' in entry) this.#folders.set(entry.folder, entry.path);
    else this.#base.set(keyOf(entry.path), entry);
  }

  async #rewrite(): Promise<void> {
    const folders = [...this.#folders].map(([folder, path]) => ({ folder, path }));
    const lines = [{ version: 1, ...this.share }, ...this.#base.values(), ...folders];
    await writeFileAtomically(this.#file, `${lines.map((each) => JSON.stringify(each)).join('\n')}\n`);
  }
}

/** A line that was torn by a kill is none; what is written next must not go on in it. */
async function linesOf(file: string): Promise<{ readonly lines: unknown[]; readonly isWhole: boolean }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const parts = text.split('\n');
  const lines = parts.flatMap((each) => {
    try {
      return [JSON.parse(each) as unknown];
    } catch {
      return [];
    }
  });
  return { lines, isWhole: parts.at(-1) === '' && lines.length === parts.length - 1 };
}
