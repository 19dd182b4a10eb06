import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Watches of a user are few, and others want some, too; folders beyond are looked at from time to time. */
const maxFolders = 1000;

/**
 * Tells that something happens in folders, where the kernel tells it: not on network shares for what others do there.
 * Its owner must call `close`.
 */
export class HostWatch {
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** From now on these, and no others: the root, and folders below it. */
  follow(root: string, folders: Iterable<string>): void {
    const wanted = new Set([root, ...[...folders].slice(0, maxFolders - 1).map((rel) => join(root, rel))]);
    for (const [path, watcher] of this.#watchers) {
      if (wanted.has(path)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const path of wanted) if (!this.#watchers.has(path)) this.#watch(path);
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(path: string): void {
    try {
      const watcher = watch(path, { persistent: false }, () => this.#onChange());
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(path);
      });
      this.#watchers.set(path, watcher);
    } catch {
      // None is left, or the folder is gone: the next look finds what there is.
    }
  }
}
