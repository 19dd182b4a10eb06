import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../shared/atomic-file.ts';
import type { Log } from '../shared/log.ts';
import { privateFolder } from '../shared/paths.ts';

/** There are fewer kinds than that on any computer. */
const mostKinds = 1024;

/** `asked`: there is no answer yet. */
export type CompanionAnswer = 'folder' | 'alone' | 'asked';

const answersFile = z.strictObject({
  version: z.literal(1),
  /** By extension, lower case, without the dot. */
  kinds: z
    .record(z.string().min(1).max(255), z.enum(['folder', 'alone', 'asked']))
    .refine((kinds) => Object.keys(kinds).length <= mostKinds),
});

/** Of which kinds of files the user wants the folder in a workspace's guest, too: what was answered, by kind. */
export class CompanionAnswers {
  readonly #file: string;
  readonly #kinds: Map<string, CompanionAnswer>;
  #written: Promise<void> = Promise.resolve();

  private constructor(file: string, kinds: Map<string, CompanionAnswer>) {
    this.#file = file;
    this.#kinds = kinds;
  }

  /** No file is no answer; so is one that cannot be understood, which is logged: the user is asked again. */
  static async open(file: string, log: Log): Promise<CompanionAnswers> {
    try {
      const { kinds } = answersFile.parse(JSON.parse(await readFile(file, 'utf8')));
      return new CompanionAnswers(file, new Map(Object.entries(kinds)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        log.warn({ file, error: String(error) }, 'answers about folders of files are not usable');
      }
      return new CompanionAnswers(file, new Map());
    }
  }

  of(kind: string): CompanionAnswer | undefined {
    return this.#kinds.get(kind);
  }

  /** Counts at once. Rejects with the system's error when it could not be kept. */
  async set(kind: string, answer: CompanionAnswer): Promise<void> {
    this.#kinds.set(kind, answer);
    const [kinds, file] = [this.#kinds, this.#file];
    const written = this.#written.then(async () => {
      privateFolder(dirname(file));
      const content = answersFile.parse({ version: 1, kinds: Object.fromEntries(kinds) });
      await writeFileAtomically(file, `${JSON.stringify(content, null, 1)}\n`);
    });
    this.#written = written.catch(() => undefined);
    await written;
  }
}
