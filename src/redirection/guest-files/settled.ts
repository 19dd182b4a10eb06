import { type FSWatcher, watch } from 'node:fs';
import { type FileIdentity, identityOf, lookAt, sameIdentity } from '../files/host-file.ts';

/** Unchanged for so long, a file is what its program meant to save. */
export const standardQuietMs = 500;
/** A program that keeps the file open for writing may never let go: then so long is enough. */
const heldQuietMs = 15_000;

/** Whether one file is at rest, by looks that its owner takes. Who saves by rename makes it another file, no other state. */
export class Settled {
  #last: { readonly identity: FileIdentity; readonly sinceMs: number } | undefined;
  readonly #quietMs: number;
  readonly #now: () => number;

  constructor(quietMs = standardQuietMs, now: () => number = () => performance.now()) {
    this.#quietMs = quietMs;
    this.#now = now;
  }

  /** Looks at the file. `isWriting` is asked only when all else is quiet. */
  async look(path: string, isWriting: () => Promise<boolean>): Promise<boolean> {
    const stats = await lookAt(path);
    // In the midst of a save by rename, or deleted.
    if (typeof stats === 'string') {
      this.#last = undefined;
      return false;
    }
    const identity = identityOf(stats);
    if (!this.#last || !sameIdentity(this.#last.identity, identity)) {
      this.#last = { identity, sinceMs: this.#now() };
      return false;
    }
    const quiet = this.#now() - this.#last.sinceMs;
    return quiet >= heldQuietMs || (quiet >= this.#quietMs && !(await isWriting()));
  }
}

/** Calls `onStir` at changes in a folder, as far as its file system tells. Its owner must call the result. */
export function watchFolder(folder: string, onStir: () => void): () => void {
  let watcher: FSWatcher;
  try {
    watcher = watch(folder, { persistent: false }, onStir);
  } catch {
    // No watches left, or a file system without: looks of its own find it later.
    return () => undefined;
  }
  watcher.on('error', onStir);
  return () => watcher.close();
}
