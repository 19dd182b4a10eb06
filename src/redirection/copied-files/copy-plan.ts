import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { displayText } from '../../shared/text.ts';
import { acceptFile } from '../files/document-opening.ts';
import type { FileRules } from '../files/file-rules.ts';
import { guestNameOf, isTooLongInGuest, numberedGuestName } from '../files/guest-name.ts';
import { type HostFile, notReadable } from '../files/host-file.ts';
import { isLink, type LeftOut, nothingInside, pathTooLong, tooLarge, tooMany } from './copied-errors.ts';
import { mostDepth, mostFiles } from './copied-list.ts';

export interface PlannedFile {
  readonly file: HostFile;
  /** Names in the guest, from what was copied down. */
  readonly path: readonly string[];
}

export interface CopyPlan {
  readonly files: readonly PlannedFile[];
  readonly sizeBytes: number;
  readonly leftOut: readonly LeftOut[];
}

export interface PlanOptions {
  readonly rules: FileRules;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Called for each thing that was looked at. */
  readonly onProgress: () => void;
}

/** Empty folders are looked at, too. */
const mostEntries = 4 * mostFiles;

/**
 * What of the copied files and folders goes into the guest, and under which names. Of links only those that were copied
 * themselves are followed. Throws `copied.too-many`, `copied.too-large`, why nothing of it may go, `signal.reason`.
 */
export async function planCopy(paths: readonly string[], options: PlanOptions): Promise<CopyPlan> {
  const tree = new CopyTree(options);
  for (const path of paths) await tree.add(path);
  const { files, leftOut, sizeBytes } = tree;
  if (files.length === 0) throw leftOut[0]?.error ?? nothingInside();
  return { files, leftOut, sizeBytes };
}

class CopyTree {
  readonly files: PlannedFile[] = [];
  readonly leftOut: LeftOut[] = [];
  sizeBytes = 0;
  readonly #options: PlanOptions;
  /** Paths in the guest without case, as Windows compares them. */
  readonly #taken = new Set<string>();
  #entries = 0;

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  async add(copied: string): Promise<void> {
    const name = basename(copied);
    await this.#unlessLeftOut(name, async () => {
      const target = await realpath(copied).catch(() => copied);
      const isFolder = (await lstat(target).catch(() => undefined))?.isDirectory() ?? false;
      if (isFolder && name !== '') await this.#addFolder(target, this.#place(name, []));
      else await this.#addFile(copied, []);
    });
  }

  async #addFolder(folder: string, path: readonly string[]): Promise<void> {
    const { signal, onProgress } = this.#options;
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      throw notReadable(displayText(basename(folder), 80), error);
    });
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      signal.throwIfAborted();
      onProgress();
      this.#count();
      const inner = join(folder, entry.name);
      await this.#unlessLeftOut(entry.name, async () => {
        if (entry.isSymbolicLink()) throw isLink(entry.name);
        if (entry.isDirectory()) await this.#addFolder(inner, this.#place(entry.name, path));
        else await this.#addFile(inner, path, inner);
      });
    }
  }

  /** `expectedPath`: where it has to lie, as no link is followed. */
  async #addFile(hostPath: string, above: readonly string[], expectedPath?: string): Promise<void> {
    const { rules, maxBytes, signal, onProgress } = this.#options;
    signal.throwIfAborted();
    onProgress();
    const file = await acceptFile(hostPath, rules);
    if (expectedPath !== undefined && file.path !== expectedPath) throw isLink(file.name);
    const path = this.#place(file.name, above);
    if (isTooLongInGuest(path)) throw pathTooLong(file.name);
    this.sizeBytes += file.identity.sizeBytes;
    if (this.sizeBytes > maxBytes) throw tooLarge('clipboardToGuest');
    if (this.files.length >= mostFiles) throw tooMany();
    this.files.push({ file, path });
  }

  #count(): void {
    if (++this.#entries > mostEntries) throw tooMany();
  }

  /** A name that nothing else has there: different names here may be one in the guest. Throws `copied.too-many`. */
  #place(hostName: string, above: readonly string[]): readonly string[] {
    if (above.length >= mostDepth) throw tooMany();
    const name = guestNameOf(hostName);
    for (let number = 1; ; number++) {
      const path = [...above, number === 1 ? name : numberedGuestName(name, number)];
      const key = path.join('\\').toUpperCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return path;
    }
  }

  /** What is too much ends all of it; whatever else is wrong with one leaves that one out. */
  async #unlessLeftOut(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.signal.throwIfAborted();
      const { code } = error as { readonly code?: string };
      if (code === 'copied.too-many' || code === 'copied.too-large') throw error;
      this.leftOut.push({ name, error });
    }
  }
}
