import { unlessAborted, within } from '../../shared/deadline.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { bringCompanions } from './companion-opening.ts';
import type { DocumentJournal } from './document-journal.ts';
import { acceptFile, bringIntoGuest, type OpeningParts } from './document-opening.ts';
import { documentIdOf, samePath } from './document-record.ts';
import { DocumentSync, isRefused, type NotBrought, newerInGuest } from './document-sync.ts';
import { DueDocuments } from './due-documents.ts';
import { FailureNotices } from './failure-notices.ts';
import type { FileRules } from './file-rules.ts';
import {
  type GuestFile,
  type GuestFileName,
  type GuestFiles,
  guestKey,
  type OpenResult,
} from './guest-port.ts';
import { MissingFiles } from './missing-files.ts';
import { type FileNotice, noticeOfBrought, noticeOfLate } from './notices.ts';
import { closed, tooLong } from './relay-errors.ts';
import { type RelayTiming, standardTiming } from './relay-timing.ts';
import { StayNotices } from './stay-notices.ts';
import { TransferList } from './transfer-list.ts';
import { Turns } from './turns.ts';
import type { WriteBack } from './write-back.ts';

export interface RelayParts<Opened extends OpenResult> {
  readonly workspaceId: string;
  readonly files: GuestFiles<Opened>;
  readonly journal: DocumentJournal;
  readonly writeBack: WriteBack;
  readonly rescuedFolder: string;
  readonly rules: () => FileRules;
  /** `busy` or `transfers` have changed. */
  readonly onChange: () => void;
  readonly onNotice: (notice: FileNotice) => void;
  readonly log: Log;
  /** Only tests need other times than the standard ones. */
  readonly timing?: Partial<RelayTiming>;
}

export interface OpenOptions {
  /** Of the published application to open it with. */
  readonly applicationId?: string;
  /** Whether what lies in the file's folder goes with it, so much at most in all; absent `takes`: as it did before. */
  readonly folder?: { readonly takes: boolean | undefined; readonly maxBytes: number };
  readonly signal: AbortSignal;
}

export interface SettleOptions {
  readonly timeoutMs: number;
  /** Programs have just ended: what they saved last is waited for. */
  readonly closing: boolean;
  readonly signal?: AbortSignal;
}

/** Files under way at once; the channel takes eight. */
const maxAtOnce = 4;
const forgetTimeoutMs = 10_000;
const openTimeoutMs = 30_000;
/** So much longer a document rests where the agent would remove also what was saved a moment ago. */
const heedlessRest = 10;
/** Words of changes put their fetching off for so many times `settleMs` at most. */
const longestSettling = 10;
/** After so many failures the user is told. */
const toldAfter = 5;
/** What passes only when the user makes room. */
const toldAtOnce: ReadonlySet<string> = new Set(['files.no-room', 'files.quarantine-full']);

/**
 * Documents of one guest, for as long as its bridge lives: opens files of the host in it, brings back what changes, and
 * removes in the guest what is not used any more. Owned by whoever owns the bridge, who must call `close`.
 */
export class DocumentRelay<Opened extends OpenResult = OpenResult> {
  readonly #parts: RelayParts<Opened>;
  readonly #timing: RelayTiming;
  readonly #opening: OpeningParts;
  readonly #sync: DocumentSync;
  readonly #turns = new Turns(maxAtOnce);
  readonly #transfers: TransferList;
  readonly #ended = new AbortController();
  readonly #due: DueDocuments;
  readonly #failures = new Map<string, number>();
  readonly #said = new FailureNotices();
  readonly #lastUse = new Map<string, number>();
  readonly #missing: MissingFiles;
  readonly #stays = new StayNotices();
  /** Documents whose news were there when the guest came. */
  readonly #late = new Set<string>();
  /** What a guest that was cut off has left, by file: its stamp. */
  readonly #leftBehind = new Map<string, string>();
  readonly #look: NodeJS.Timeout;
  #isReady = false;
  #lastTold = Number.NEGATIVE_INFINITY;

  constructor(parts: RelayParts<Opened>) {
    this.#parts = parts;
    this.#timing = { ...standardTiming, ...parts.timing };
    this.#due = new DueDocuments(this.#timing.settleMs * longestSettling, (id) => void this.#run(id));
    this.#transfers = new TransferList(parts.onChange);
    this.#sync = new DocumentSync({
      ...parts,
      transfers: this.#transfers,
      wasCutOff: (file) => this.#leftBehind.get(guestKey(file)) === file.stamp,
      onBrought: (brought) => {
        parts.log.info({ ...brought }, 'a file came from the guest');
        const late = this.#late.delete(brought.documentId) ? noticeOfLate([brought]) : undefined;
        const notice = noticeOfBrought(brought) ?? late;
        if (notice) parts.onNotice(notice);
      },
    });
    this.#opening = { ...parts, sync: this.#sync, transfers: this.#transfers };
    const onForGood = (documentId: string) => this.#schedule(documentId, 0);
    this.#missing = new MissingFiles(parts.files, this.#timing.goneMs, onForGood);
    this.#look = setInterval(() => this.#forgetUnused(), this.#timing.lookMs);
    this.#look.unref();
  }

  get transfers(): Pick<TransferList, 'shown' | 'cancel'> {
    return this.#transfers;
  }

  /** Something is on its way, or is about to be. */
  get busy(): boolean {
    return this.#turns.busy || this.#due.size > 0;
  }

  /**
   * Opens a file of the host in the guest, by the published application with that id or by what the guest has for such
   * files. Throws `files.*`, `bridge.*`, `signal.reason`; the result tells how the start went.
   */
  async open(path: string, { applicationId, ...how }: OpenOptions): Promise<Opened> {
    return await this.bring(path, how, (file, either) => {
      const asked = { ...file, ...(applicationId ? { applicationId } : {}) };
      return this.#parts.files.open(asked, { timeoutMs: openTimeoutMs, signal: either });
    });
  }

  /** As `open`, and has `use` do what is to be done with the file in the guest, where it is as it is here. */
  async bring<T>(
    path: string,
    { folder, signal }: Omit<OpenOptions, 'applicationId'>,
    use: (file: GuestFileName, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { workspaceId, rules } = this.#parts;
    const documentId = documentIdOf(workspaceId, (await acceptFile(path, rules())).path);
    const either = AbortSignal.any([signal, this.#ended.signal]);
    this.#sync.resume();
    return await this.#inTurn(documentId, async () => {
      // Once its folder belongs to a document, that is kept as it is here.
      const withFolder = folder?.takes ?? this.#parts.journal.get(documentId)?.folders !== undefined;
      const guestPath = await bringIntoGuest(this.#opening, documentId, { path, withFolder }, either);
      this.#lastUse.set(documentId, performance.now());
      if (withFolder) {
        const stays = await bringCompanions(this.#opening, documentId, folder?.maxBytes ?? Infinity, either);
        const notice = this.#stays.of(documentId, path, stays);
        if (notice) this.#parts.onNotice(notice);
        this.#lastUse.set(documentId, performance.now());
      }
      return await use({ documentId, path: guestPath }, either);
    });
  }

  /**
   * The guest has told all it has: what the journal says is held against that. `cutOff`: the guest before was, so what
   * is new may be half of a save.
   */
  ready({ cutOff = false } = {}): void {
    this.#isReady = true;
    const now = performance.now();
    for (const record of this.#parts.journal.all) {
      const { documentId } = record;
      if (cutOff) {
        for (const file of newerInGuest(this.#parts.files, record, true))
          this.#leftBehind.set(guestKey(file), file.stamp);
      }
      this.#lastUse.set(documentId, now);
      this.#missing.note(record);
      if (newerInGuest(this.#parts.files, record, false).length === 0) continue;
      this.#late.add(documentId);
      this.#schedule(documentId, 0);
    }
  }

  /** The connection is gone; `ready` comes again with the next one. */
  lost(): void {
    this.#isReady = false;
    this.#due.clear();
    this.#missing.clear();
    this.#parts.onChange();
  }

  /** The guest tells of a file. */
  told({ documentId, path, stamp }: GuestFile): void {
    if (!this.#isReady) return;
    const now = performance.now();
    this.#lastTold = now;
    const record = this.#parts.journal.get(documentId);
    // What was never opened from here stays where it is.
    if (!record) return;
    this.#lastUse.set(documentId, now);
    this.#missing.note(record);
    const known = record.files.find((file) => samePath(file.path, path));
    if (known?.stamp !== stamp) this.#schedule(documentId, this.#timing.settleMs);
  }

  gone({ documentId }: GuestFileName): void {
    if (!this.#isReady) return;
    this.#lastTold = performance.now();
    const record = this.#parts.journal.get(documentId);
    if (record) this.#missing.note(record);
  }

  /**
   * Brings all that is newer in the guest, for an end or a rest of it. Resolves to the host's names of what should have
   * come and could not. Throws `signal.reason`.
   */
  async settle({ timeoutMs, closing, signal }: SettleOptions): Promise<readonly string[]> {
    const deadline = performance.now() + timeoutMs;
    this.#sync.resume();
    if (closing) await this.#untilQuiet(deadline, signal);
    // What is saved while files are on their way comes, too; what failed has had its chance.
    const tried = new Set<string>();
    for (let news = this.#news; news.length > 0 && performance.now() < deadline; ) {
      for (const { documentId } of news) void this.#run(documentId);
      for (const file of news) tried.add(`${guestKey(file)}/${file.stamp}`);
      const leftMs = Math.max(0, deadline - performance.now());
      await within(leftMs, this.#turns.settled(), tooLong, signal).catch((error: unknown) => {
        signal?.throwIfAborted();
        this.#parts.log.warn({ error: reportOf(error) }, 'files of the guest were not brought in time');
      });
      news = this.#news.filter((file) => !tried.has(`${guestKey(file)}/${file.stamp}`));
    }
    return this.unsettled;
  }

  /** The host's names of what is newer in the guest, but for what the rules keep there. */
  get unsettled(): readonly string[] {
    return this.#news.flatMap((file) => this.#hostPathOf(file) ?? []);
  }

  /** The host's names of all that only the guest has, what the rules keep there too. */
  get onlyThere(): readonly string[] {
    return this.#newer.flatMap((file) => this.#hostPathOf(file) ?? []);
  }

  /** The host's names of what programs of the guest work on. */
  get inUse(): readonly string[] {
    return [...this.#parts.files.files.values()]
      .filter(({ inUse }) => inUse)
      .flatMap((file) => this.#hostPathOf(file) ?? []);
  }

  /** Ends what is under way; the journal knows how far it was. Resolves when nothing is. */
  async close(): Promise<void> {
    clearInterval(this.#look);
    this.lost();
    this.#ended.abort(closed());
    await this.#turns.settled();
  }

  /** What the guest has and this computer has not, and could have by the rules. */
  get #news(): GuestFile[] {
    return this.#newer.filter((file) => !this.#sync.isKept(file));
  }

  get #newer(): GuestFile[] {
    const { journal, files } = this.#parts;
    return journal.all.flatMap((record) =>
      newerInGuest(files, record, this.#missing.forGood(record.documentId)),
    );
  }

  #hostPathOf(file: GuestFile): string | undefined {
    const record = this.#parts.journal.get(file.documentId);
    return record && this.#sync.placeOf(record, file);
  }

  async #untilQuiet(deadline: number, signal: AbortSignal | undefined): Promise<void> {
    const { journal, files } = this.#parts;
    const { lastWordMs, inUseMs } = this.#timing;
    const begun = performance.now();
    for (;;) {
      const now = performance.now();
      // A file that is just being replaced is not there.
      const none = now - this.#lastTold >= lastWordMs && isNoneOf(files, journal);
      const waits = now - begun < inUseMs && this.inUse.length > 0;
      const quiet = now - Math.max(begun, this.#lastTold) >= lastWordMs;
      if (none || now >= deadline || (!waits && quiet)) return;
      await unlessAborted(new Promise((resolve) => setTimeout(resolve, 20)), signal);
    }
  }

  #schedule(documentId: string, afterMs: number): void {
    if (this.#due.schedule(documentId, afterMs)) this.#parts.onChange();
  }

  /** Never rejects: what goes wrong is tried again, and told. */
  async #run(documentId: string): Promise<void> {
    this.#due.take(documentId);
    const { signal } = this.#ended;
    const brokenOff = this.#missing.forGood(documentId);
    try {
      const failed = await this.#inTurn(documentId, () => this.#sync.run(documentId, signal, { brokenOff }));
      this.#afterSync(documentId, failed);
    } catch (error) {
      if (!signal.aborted) this.#parts.log.error({ error: reportOf(error) }, 'files were not compared');
    }
  }

  #afterSync(documentId: string, failed: readonly NotBrought[]): void {
    const passing = failed.filter(({ error }) => !isRefused(error));
    const failures = passing.length > 0 ? (this.#failures.get(documentId) ?? 0) + 1 : 0;
    this.#failures.set(documentId, failures);
    if (failed.length > 0) {
      const codes = new Set(failed.map(({ error }) => reportOf(error).code));
      this.#parts.log.warn(
        { documentId, files: failed.length, codes: [...codes] },
        'files stay in the guest',
      );
    }
    const told = ({ error }: NotBrought) =>
      isRefused(error) || toldAtOnce.has(reportOf(error).code) || failures >= toldAfter;
    for (const notice of this.#said.of(documentId, failed.filter(told))) this.#parts.onNotice(notice);
    if (failures === 0 || !this.#isReady) return;
    const { retryMs, retryMaxMs } = this.#timing;
    this.#schedule(documentId, Math.min(retryMaxMs, retryMs * 2 ** (failures - 1)));
  }

  async #inTurn<T>(documentId: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.run(documentId, work);
    this.#parts.onChange();
    try {
      return await turn;
    } finally {
      this.#parts.onChange();
    }
  }

  #forgetUnused(): void {
    if (!this.#isReady) return;
    for (const { documentId } of this.#parts.journal.all) {
      if (!this.#isUnused(documentId)) continue;
      this.#inTurn(documentId, () => this.#forget(documentId)).catch((error: unknown) =>
        this.#parts.log.warn({ error: reportOf(error), documentId }, 'a file was not removed in the guest'),
      );
    }
  }

  #isUnused(documentId: string): boolean {
    const { files, journal } = this.#parts;
    const record = journal.get(documentId);
    if (!record || this.#due.has(documentId) || this.#turns.has(documentId)) return false;
    if (!this.#hasRested(documentId)) return false;
    if (record.files.some(({ incoming }) => incoming)) return false;
    for (const { inUse } of files.of(documentId).values()) if (inUse) return false;
    return newerInGuest(files, record, this.#missing.forGood(documentId)).length === 0;
  }

  #hasRested(documentId: string): boolean {
    const { unusedMs } = this.#timing;
    const { heedsExpected } = this.#parts.files;
    const restMs = heedsExpected ? unusedMs : unusedMs * heedlessRest;
    return performance.now() - (this.#lastUse.get(documentId) ?? 0) >= restMs;
  }

  async #forget(documentId: string): Promise<void> {
    const { files, journal } = this.#parts;
    // It may have been opened meanwhile.
    if (!this.#hasRested(documentId)) return;
    const there = files.of(documentId).size > 0;
    const options = { timeoutMs: forgetTimeoutMs, signal: this.#ended.signal };
    if (there && !(await files.forget(documentId, options))) {
      this.#lastUse.set(documentId, performance.now());
      return;
    }
    await journal.remove(documentId);
    for (const each of [this.#lastUse, this.#failures]) each.delete(documentId);
    this.#sync.forget(documentId);
    this.#stays.forget(documentId);
  }
}

/** The guest has nothing of any document. */
function isNoneOf(files: GuestFiles, journal: DocumentJournal): boolean {
  return journal.all.every(({ documentId }) => files.of(documentId).size === 0);
}
