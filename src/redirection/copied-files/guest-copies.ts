import { createHash } from 'node:crypto';
import { eachAtOnce } from '../../shared/at-once.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { filesOfUriList } from '../../shared/uri-list.ts';
import type { FileRules } from '../files/file-rules.ts';
import type { GuestFiles } from '../files/guest-port.ts';
import { contentOf } from '../files/host-file.ts';
import { listed } from '../files/notices.ts';
import { totalled } from '../files/transfer-list.ts';
import { allInUse, notFiles, noticeOfLeftOut, tooMany } from './copied-errors.ts';
import { listForGuest, mostFiles } from './copied-list.ts';
import { type CopyPlan, type PlannedFile, planCopy } from './copy-plan.ts';
import type { CopyOptions, CopyTelling } from './ports.ts';

/** Copies that the guest has at once. */
const places = 8;
/** Nobody asks for what is no longer on the clipboard; a program that was given the paths may still come for the files. */
const restMs = 10 * 60_000;
const lookMs = 60_000;
const forgetMs = 10_000;
/** Files under way at once; the channel takes eight. */
const mostAtOnce = 4;

export interface GuestCopiesParts {
  readonly workspaceId: string;
  readonly files: GuestFiles;
  readonly rules: () => FileRules;
  readonly telling: CopyTelling;
  readonly log: Log;
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

/**
 * Copied files of this computer that one guest has: each copy is a document of its own there, of a few whose ids are
 * always the same, so that those of an earlier service are found. What is changed in them does not come back. Whoever owns
 * the bridge calls `ready` and `lost`.
 */
export class GuestCopies {
  readonly #parts: GuestCopiesParts;
  readonly #now: () => number;
  readonly #ids: readonly string[];
  /** Since when a copy is not on the guest's clipboard any more; undefined: it is, or comes just now. */
  readonly #restingSince = new Map<string, number | undefined>();
  /** Copies under way, and whether something else was copied since they began. */
  readonly #coming = new Map<string, { isOld: boolean }>();
  /** While something rests and the guest can be asked. */
  #look: NodeJS.Timeout | undefined;
  #isLost = false;

  constructor(parts: GuestCopiesParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
    this.#ids = Array.from({ length: places }, (_, at) => copyIdOf(parts.workspaceId, at));
  }

  /**
   * Puts the files into the guest. Resolves to what its clipboard gets. Throws `copied.*`, `files.*`, `bridge.*`,
   * `signal.reason`.
   */
  async put(
    uriList: Uint8Array,
    { maxBytes, signal, onProgress }: CopyOptions & { readonly onProgress: () => void },
  ): Promise<Uint8Array> {
    const paths = filesOfUriList(Buffer.from(uriList).toString('utf8'), { most: mostFiles });
    if (paths.length === 0) throw notFiles();
    if (paths.length > mostFiles) throw tooMany();
    const { rules, telling } = this.#parts;
    const plan = await planCopy(paths, { rules: rules(), maxBytes, signal, onProgress });
    const documentId = await this.#takePlace();
    const coming = { isOld: false };
    this.#coming.set(documentId, coming);
    try {
      await this.#putAll(documentId, plan, { signal, onProgress });
    } catch (error) {
      // Nobody was told of it.
      this.#restingSince.set(documentId, Number.NEGATIVE_INFINITY);
      await this.#forget(documentId);
      this.#lookLater();
      throw error;
    } finally {
      this.#coming.delete(documentId);
    }
    if (coming.isOld) this.#rest(documentId);
    const [first, ...more] = plan.leftOut;
    if (first) telling.onNotice(noticeOfLeftOut([first, ...more]));
    return listForGuest(documentId, [...new Set(plan.files.map(({ path }) => path[0] ?? ''))]);
  }

  /** Something else is on the guest's clipboard. */
  movedOn(): void {
    for (const [id, since] of this.#restingSince) {
      const coming = this.#coming.get(id);
      if (coming) coming.isOld = true;
      else if (since === undefined) this.#restingSince.set(id, this.#now());
    }
    this.#lookLater();
  }

  /** The guest has told all it has: what an earlier service left is found by its id. */
  ready(): void {
    this.#isLost = false;
    for (const id of this.#ids) {
      if (this.#parts.files.of(id).size > 0) this.#restingSince.set(id, this.#now());
      else this.#restingSince.delete(id);
    }
    this.#lookLater();
  }

  /** The guest can be asked no more, until `ready` comes again. */
  lost(): void {
    this.#isLost = true;
    clearTimeout(this.#look);
    this.#look = undefined;
  }

  /** Removes what has rested for long and nobody uses; by itself once a minute. */
  async forgetUnused(): Promise<void> {
    for (const [id, since] of [...this.#restingSince]) {
      if (since !== undefined && this.#now() - since >= restMs) await this.#forget(id);
    }
  }

  #rest(id: string): void {
    this.#restingSince.set(id, this.#now());
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#isLost || this.#look || this.#restingSince.size === 0) return;
    const look = setTimeout(async () => {
      await this.forgetUnused();
      // Lost meanwhile.
      if (this.#look !== look) return;
      this.#look = undefined;
      this.#lookLater();
    }, lookMs);
    look.unref();
    this.#look = look;
  }

  async #putAll(
    documentId: string,
    { files, sizeBytes }: CopyPlan,
    { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: () => void },
  ): Promise<void> {
    const name = listed(files.map(({ file }) => file.name));
    const transfer = { name, direction: 'to-guest', sizeBytes } as const;
    await this.#parts.telling.follow(transfer, signal, async (following) => {
      const progress = totalled((bytes) => {
        onProgress();
        following.onProgress(bytes);
      });
      await eachAtOnce(files, mostAtOnce, following.signal, (file, either) =>
        this.#putOne(documentId, file, either, progress()),
      );
    });
  }

  async #putOne(
    documentId: string,
    { file, path }: PlannedFile,
    signal: AbortSignal,
    onProgress: (bytes: number) => void,
  ): Promise<void> {
    const { sizeBytes } = file.identity;
    const { modifiedMs } = file;
    // Of a copy the user may do with it what he likes.
    const put = { documentId, path, sizeBytes, modifiedMs, readOnly: false, expect: 'absent' } as const;
    await this.#parts.files.put(put, contentOf(file), { signal, onProgress });
    onProgress(sizeBytes);
  }

  /** Throws `copied.in-use`. */
  async #takePlace(): Promise<string> {
    const take = () => {
      const free = this.#ids.find((id) => !this.#restingSince.has(id));
      if (free !== undefined) this.#restingSince.set(free, undefined);
      return free;
    };
    const found = take();
    if (found !== undefined) return found;
    const resting = [...this.#restingSince].filter(([, since]) => since !== undefined);
    for (const [id] of resting.sort(([, one = 0], [, other = 0]) => one - other)) {
      await this.#forget(id);
      const taken = take();
      if (taken !== undefined) return taken;
    }
    throw allInUse();
  }

  /** Unless a program there uses it. Never rejects: it is tried again later. */
  async #forget(id: string): Promise<void> {
    const { files, log } = this.#parts;
    try {
      if (await files.forget(id, { timeoutMs: forgetMs })) this.#restingSince.delete(id);
    } catch (error) {
      log.debug({ error: reportOf(error) }, 'a pasted copy stays in the guest for now');
    }
  }
}

function copyIdOf(workspaceId: string, at: number): string {
  return createHash('sha256').update(`copied\0${workspaceId}\0${at}`).digest('hex').slice(0, 16);
}
