import { constants, type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { badList } from '../rule-list.ts';
import { type ListOrigin, largestList, listText, missing } from './list-origin.ts';

/** Editors write in several steps. */
const settleMs = 50;
/** Network shares tell nobody of a change, nor can a folder be watched that is not there yet. */
const lookAgainMs = 3_000;

export interface FileTiming {
  readonly settleMs: number;
  readonly lookAgainMs: number;
}

/** A list in a file. Reading it again costs one look at the file while it is as it was. */
export function fileOrigin(
  path: string,
  { optional = false, timing = { settleMs, lookAgainMs } as FileTiming } = {},
): ListOrigin {
  let mark: string | undefined;
  return {
    name: path,
    far: false,
    async fetch(signal) {
      signal.throwIfAborted();
      try {
        // A pipe would keep who opens it waiting.
        const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
        try {
          const now = await markOf(file);
          if (now === mark) return 'same';
          const text = listText(await file.readFile({ signal }));
          mark = now;
          return text;
        } finally {
          await file.close();
        }
      } catch (cause) {
        mark = undefined;
        const { code } = cause as NodeJS.ErrnoException;
        if (code === 'ENOENT' && optional) return 'none';
        if (code === 'ENOENT' || code === 'ENOTDIR') throw missing(path, 'it is not there', cause);
        if (code === 'EACCES' || code === 'EISDIR') throw missing(path, `the system says ${code}`, cause);
        throw cause;
      }
    },
    watch: (onMaybeChanged) => watchFile(path, timing, onMaybeChanged),
  };
}

/** Tells one content from the next. Throws `url.bad-list` for what is no file, or too large. */
async function markOf(file: FileHandle): Promise<string> {
  const stat = await file.stat({ bigint: true });
  if (!stat.isFile()) throw badList('it is no file');
  if (stat.size > BigInt(largestList)) throw badList('it is too large');
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

/** The folder is watched: many editors put a new file in the place of the old one. */
function watchFile(path: string, timing: FileTiming, onMaybeChanged: () => void): () => void {
  let watcher: FSWatcher | undefined;
  let settling: NodeJS.Timeout | undefined;
  const soon = () => {
    settling ??= setTimeout(() => {
      settling = undefined;
      onMaybeChanged();
    }, timing.settleMs);
  };
  const begin = () => {
    try {
      watcher = watch(dirname(path), { persistent: false }, (_, name) => {
        if (name === null || name === basename(path)) soon();
      });
      watcher.on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      // The folder is not there yet, or cannot be watched: the look from time to time is left.
      watcher = undefined;
    }
  };
  begin();
  const looking = setInterval(() => {
    if (!watcher) begin();
    onMaybeChanged();
  }, timing.lookAgainMs);
  looking.unref();
  return () => {
    clearInterval(looking);
    clearTimeout(settling);
    watcher?.close();
  };
}
