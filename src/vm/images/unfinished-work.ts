import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { writeError } from './image-error.ts';

/**
 * Files and folders that are being made, under temporary names beside what they are to become. Each is noted before
 * it exists, so that after SIGKILL or a power cut the next start finds it wherever it lies, and removes nothing else.
 */
export class UnfinishedWork {
  readonly #folder: string;

  /** `folder` is this object's alone; made if need be. */
  constructor(folder: string) {
    this.#folder = privateFolder(folder);
  }

  /**
   * Lets `make` write to the temporary name and give it its real one. Whatever is left of that name when `make` is
   * done, or failed, is removed. Rejects with what `make` throws, `image.disk-full`, or the system's error.
   */
  async run<T>(target: string, make: (partial: string) => Promise<T>): Promise<T> {
    const mark = randomBytes(6).toString('hex');
    const partial = `${target}${partialEnding(mark)}`;
    const note = join(this.#folder, mark);
    try {
      writeFileSync(note, partial, { mode: 0o600, flag: 'wx', flush: true });
      return await make(partial);
    } catch (thrown) {
      throw writeError(dirname(target), thrown);
    } finally {
      await rm(partial, { recursive: true, force: true });
      await rm(note, { force: true });
    }
  }

  /** Removes what an earlier process left. To be called while nothing is being made. */
  cleanUp(log: Log): void {
    for (const mark of readdirSync(this.#folder)) {
      if (!/^[0-9a-f]{12}$/.test(mark)) continue;
      const note = join(this.#folder, mark);
      const partial = readFileSync(note, 'utf8');
      // A note that was cut off names nothing of ours.
      if (partial.startsWith('/') && partial.endsWith(partialEnding(mark))) {
        log.info({ partial }, 'removing what an interrupted piece of work left');
        rmSync(partial, { recursive: true, force: true });
      }
      rmSync(note);
    }
  }
}

function partialEnding(mark: string): string {
  return `.${mark}.partial`;
}
