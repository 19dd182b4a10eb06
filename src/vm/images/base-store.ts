import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '../../shared/paths.ts';
import { requireRoom } from './disk-room.ts';
import { copyDisk, toMedium } from './image-copy.ts';
import { complaintError } from './image-error.ts';
import type { ImageSource } from './image-source.ts';
import { requireUnchanged } from './image-stamp.ts';
import { askQemuImg } from './qemu-img.ts';
import type { UnfinishedWork } from './unfinished-work.ts';

export interface AddOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with 0 to 1, rising. */
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

export interface AddedBase {
  /** SHA-256 of the file, 64 hex digits: its name. */
  readonly hash: string;
  /** Another workspace had the same one already. */
  readonly shared: boolean;
}

/** How much of the time copying takes; the rest is reading what was written. */
const copyShare = 0.9;
/** A qcow2 of nothing, of the largest size that Windows XP uses. */
const blankBytes = 2 ** 20;

/**
 * Base images: qcow2, read-only (0400), named by their content, shared by all workspaces that lie on them. qemu-img
 * writes the same disk into the same bytes whatever format it comes from, so one disk becomes one base.
 */
export class BaseStore {
  readonly #folder: string;
  readonly #unfinished: UnfinishedWork;

  constructor(folder: string, unfinished: UnfinishedWork) {
    this.#folder = privateFolder(folder);
    this.#unfinished = unfinished;
  }

  pathOf(hash: string): string {
    return basePath(this.#folder, hash);
  }

  has(hash: string): boolean {
    return existsSync(this.pathOf(hash));
  }

  /** Bytes on the medium. Undefined when it is not there. */
  sizeBytes(hash: string): number | undefined {
    const found = statSync(this.pathOf(hash), { throwIfNoEntry: false });
    return found && found.blocks * 512;
  }

  /**
   * Takes an image over. Nothing is left of it when this fails or is aborted.
   * Throws `image.*`, `vm.qemu-missing`, or `signal.reason`.
   */
  async add(source: ImageSource, options: AddOptions = {}): Promise<AddedBase> {
    const { signal, onFraction } = options;
    await requireRoom(this.#folder, source.requiredBytes);
    return this.#unfinished.run(join(this.#folder, 'import'), async (partial) => {
      await copyDisk({
        from: source,
        to: partial,
        format: 'qcow2',
        virtualSizeBytes: source.virtualSizeBytes,
        signal,
        onFraction: (fraction) => onFraction?.(fraction * copyShare),
      });
      requireUnchanged(source.files);
      const added = await this.#keep(partial, signal);
      onFraction?.(1);
      return added;
    });
  }

  /**
   * Makes the blank disk of that size, which all workspaces share that something is installed in.
   * Throws `image.disk-full`, `image.damaged`, `vm.qemu-missing`, or `signal.reason`.
   */
  async addBlank(sizeBytes: number, signal?: AbortSignal): Promise<AddedBase> {
    await requireRoom(this.#folder, blankBytes);
    return this.#unfinished.run(join(this.#folder, 'blank'), async (partial) => {
      const args = ['create', '-q', '-f', 'qcow2', '-o', 'compat=1.1', partial, String(sizeBytes)];
      const { code, stderr } = await askQemuImg({ args, signal });
      if (code !== 0) throw complaintError(partial, this.#folder, stderr);
      await toMedium(partial);
      return await this.#keep(partial, signal);
    });
  }

  /** Gives a file that is complete the name by its content. */
  async #keep(partial: string, signal: AbortSignal | undefined): Promise<AddedBase> {
    const hash = await hashOf(partial, signal);
    if (this.has(hash)) return { hash, shared: true };
    await chmod(partial, 0o400);
    await rename(partial, this.pathOf(hash));
    await toMedium(this.#folder);
    return { hash, shared: false };
  }

  /** Removes every base that is not `used`. A guest that has one open keeps it until its end. */
  removeUnused(used: ReadonlySet<string>): readonly string[] {
    const unused = readdirSync(this.#folder)
      .flatMap((name) => /^([0-9a-f]{64})\.qcow2$/.exec(name)?.[1] ?? [])
      .filter((hash) => !used.has(hash));
    for (const hash of unused) rmSync(this.pathOf(hash));
    return unused;
  }

  /** The bases whose hash begins with `start`. */
  find(start: string): readonly string[] {
    return readdirSync(this.#folder).flatMap((name) => {
      const hash = /^([0-9a-f]{64})\.qcow2$/.exec(name)?.[1];
      return hash?.startsWith(start) ? [hash] : [];
    });
  }
}

/** Where a base is, or would be. Pure. */
export function basePath(folder: string, hash: string): string {
  return join(folder, `${hash}.qcow2`);
}

async function hashOf(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
