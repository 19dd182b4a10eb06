import { statfs } from 'node:fs/promises';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { HostTree, ShareLimits } from './host-tree.ts';

export interface RoomOptions {
  readonly tree: Pick<HostTree, 'files' | 'sizeBytes'>;
  readonly limits: () => ShareLimits;
  /** What others may still write to the disk that a folder is on. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

/** Room on this computer's disk that content of the guest never takes: others write there, too. */
const spareBytes = 256 * 1024 * 1024;
/** The disk is asked again when so much more has come than was said. */
const askAgainBytes = 16 * 1024 * 1024;

/** How much may come from the guest in one pass: all that comes at once, and one after the other, counts together. */
export class ShareRoom {
  readonly #options: RoomOptions;
  #files = 0;
  #bytes = 0;
  /** Of what is on its way: what it will still write to the disk. */
  #comingBytes = 0;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /**
   * Keeps room in `folder` for a file that is to be `sizeBytes` large and makes `replacedBytes` of another one free;
   * without that it is one more. Its owner must call `done`. Throws `share.full`, `share.no-room`.
   */
  async take(folder: string, sizeBytes: number, replacedBytes?: number): Promise<RoomTaken> {
    const files = replacedBytes === undefined ? 1 : 0;
    const { maxFiles } = this.#options.limits();
    if (this.#options.tree.files.size + this.#files + files > maxFiles)
      throw full(`more than ${maxFiles} files`);
    const taken = { sizeBytes: 0, sharedBytes: 0, onDiskBytes: 0, askedBytes: 0 };
    const grow = (bytes: number) => {
      const shared = Math.max(0, bytes - (replacedBytes ?? 0));
      const more = shared - taken.sharedBytes;
      const { maxBytes } = this.#options.limits();
      if (more > 0 && this.#options.tree.sizeBytes + this.#bytes + more > maxBytes) {
        throw full(`more than ${Math.floor(maxBytes / 2 ** 20)} MiB`);
      }
      this.#bytes += more;
      this.#comingBytes += bytes - taken.sizeBytes;
      [taken.sizeBytes, taken.sharedBytes] = [bytes, shared];
    };
    const ask = async () => {
      taken.askedBytes = taken.onDiskBytes;
      if ((await this.#options.freeBytes(folder)) - this.#comingBytes < spareBytes) throw noRoom(folder);
    };
    this.#files += files;
    const done = (isPlaced: boolean) => {
      this.#comingBytes -= Math.max(0, taken.sizeBytes - taken.onDiskBytes);
      if (isPlaced) return;
      this.#bytes -= taken.sharedBytes;
      this.#files -= files;
    };
    const came = async (bytes: number) => {
      if (bytes > taken.sizeBytes) grow(bytes);
      this.#comingBytes -= bytes - taken.onDiskBytes;
      taken.onDiskBytes = bytes;
      if (bytes - taken.askedBytes >= askAgainBytes) await ask();
    };
    try {
      grow(sizeBytes);
      await ask();
    } catch (error) {
      done(false);
      throw error;
    }
    return { came, done };
  }
}

export interface RoomTaken {
  /** So much of it has come, whatever was said before. Throws `share.full`, `share.no-room`. */
  came(sizeBytes: number): Promise<void>;
  /** It lies in its place, or nothing of it is left. */
  done(isPlaced: boolean): void;
}

export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function full(what: string): XPaneError {
  return new XPaneError(
    'share.full',
    `A shared folder would have ${what}: files of the guest stay there.`,
    'Share a smaller folder; the setting "shareFolders" says how large one may be.',
  );
}

function noRoom(folder: string): XPaneError {
  return new XPaneError(
    'share.no-room',
    `The disk of ${displayText(folder, 200)} is nearly full: files of the guest stay there.`,
    'Make room on it. XPane tries again by itself.',
  );
}
