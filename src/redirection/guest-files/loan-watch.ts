import { setTimeout as pause } from 'node:timers/promises';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { identityOf, lookAt, sameIdentity } from '../files/host-file.ts';
import type { LoanJournal } from './loan-journal.ts';
import type { HostDesktop, HostUse } from './loan-port.ts';
import type { LoanRecord } from './loan-record.ts';
import { Settled, watchFolder } from './settled.ts';

export interface LoanWatchParts {
  readonly journal: LoanJournal;
  readonly desktop: HostDesktop;
  readonly isBusy: (loanId: string) => boolean;
  /** The copy is at rest, and is not what the guest has. */
  readonly bringBack: (loanId: string) => Promise<unknown>;
  /** Nobody uses the copy any more. */
  readonly end: (loanId: string) => Promise<void>;
  /** See `Settled`. */
  readonly quietMs?: number;
  /** Only tests need another time than the standard one. */
  readonly firstUseMs?: number | undefined;
  readonly log: Log;
}

/** While something is changed or stirs; else by itself, as not every file system tells of changes. */
const lookMs = 150;
const restMs = 5000;
/** Looking through all programs costs a tenth of a second of a processor, in small pieces. */
const useEachMs = 60_000;
const againMs = 5000;
/**
 * What is at work sooner after the start may only hand the file to a program that ran already, and says nothing of how
 * long that needs it.
 */
const standardFirstUseMs = 10_000;
/** After the program that was started for it ended; and where one that ran already has taken it, which nobody can tell. */
const unusedMs = 60_000;
const unknownUseMs = 12 * 3_600_000;

interface Watched {
  readonly settled: Settled;
  readonly stop: () => void;
  usedMs: number;
  openedMs: number;
  /** It was seen at work, not only at its start. */
  wasUsed: boolean;
  notBeforeMs: number;
}

/** Looks after the copies of all loans: who changed, who is not used any more. */
export class LoanWatch {
  readonly #parts: LoanWatchParts;
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #stirred = false;
  #useMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(parts: LoanWatchParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.stir();
  }

  /** Something may have changed. */
  stir(): void {
    this.#stirred = true;
    if (!this.#looking) this.#schedule(lookMs);
  }

  /** Somebody was just given it. */
  opened(loanId: string): void {
    const watched = this.#watchedOf(loanId);
    watched.openedMs = watched.usedMs = performance.now();
    watched.wasUsed = false;
    this.#useMs = watched.openedMs + this.#firstUseMs - useEachMs;
    this.stir();
  }

  /** It could not be brought back now. */
  later(loanId: string): void {
    this.#watchedOf(loanId).notBeforeMs = performance.now() + againMs;
  }

  ended(loanId: string): void {
    this.#watched.get(loanId)?.stop();
    this.#watched.delete(loanId);
  }

  /** Resolves to true once the copy is at rest, or what the guest has; to false when `signal` is aborted before. */
  async untilQuiet(loanId: string, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const record = this.#parts.journal.get(loanId);
      if (!record || !(await this.#isChanged(record))) return true;
      if (await this.#isQuiet(record)) return true;
      if (signal.aborted) return false;
      await pause(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Ends what was used and is no more, without waiting for longer. */
  async endUnused(): Promise<void> {
    const uses = await this.#uses();
    for (const { loanId } of this.#parts.journal.all) {
      const use = uses.get(loanId);
      const isUsed = !use || use.open || use.running;
      if (!isUsed && this.#watchedOf(loanId).wasUsed) await this.#parts.end(loanId);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { stop } of this.#watched.values()) stop();
    await this.#looking;
  }

  #watchedOf(loanId: string): Watched {
    const known = this.#watched.get(loanId);
    if (known) return known;
    const stop = watchFolder(this.#parts.journal.folderOf(loanId), () => this.stir());
    const watched = {
      settled: new Settled(this.#parts.quietMs),
      stop,
      usedMs: performance.now(),
      openedMs: performance.now(),
      wasUsed: false,
      notBeforeMs: 0,
    };
    this.#watched.set(loanId, watched);
    return watched;
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#stirred = false;
      this.#looking = this.#look()
        .catch((error: unknown) => {
          this.#parts.log.error({ error: reportOf(error) }, 'files of the guest were not looked after');
          return false;
        })
        .then((isUnsettled) => {
          this.#looking = undefined;
          if (this.#parts.journal.all.length > 0)
            this.#schedule(isUnsettled || this.#stirred ? lookMs : restMs);
        });
    }, afterMs);
    this.#timer.unref();
  }

  /** True while something is about to settle. */
  async #look(): Promise<boolean> {
    let isUnsettled = false;
    for (const record of this.#parts.journal.all) {
      const { notBeforeMs } = this.#watchedOf(record.loanId);
      if (this.#parts.isBusy(record.loanId) || !(await this.#isChanged(record))) continue;
      if (performance.now() < notBeforeMs) continue;
      if (await this.#isQuiet(record)) {
        await this.#parts.bringBack(record.loanId);
      } else isUnsettled = true;
    }
    if (performance.now() - this.#useMs >= useEachMs) await this.#lookAtUse();
    return isUnsettled;
  }

  async #lookAtUse(): Promise<void> {
    if (this.#parts.journal.all.length === 0) return;
    const uses = await this.#uses();
    this.#useMs = performance.now();
    for (const { loanId } of this.#parts.journal.all) {
      const watched = this.#watchedOf(loanId);
      const use = uses.get(loanId);
      if (!use || use.open || use.running) {
        watched.usedMs = performance.now();
        watched.wasUsed ||= use !== undefined && watched.usedMs - watched.openedMs >= this.#firstUseMs;
      } else if (performance.now() - watched.usedMs > (watched.wasUsed ? unusedMs : unknownUseMs)) {
        await this.#parts.end(loanId);
      }
    }
  }

  async #isQuiet(record: LoanRecord): Promise<boolean> {
    const isWriting = async () => (await this.#uses()).get(record.loanId)?.writing ?? false;
    return await this.#watchedOf(record.loanId).settled.look(this.#parts.journal.pathOf(record), isWriting);
  }

  get #firstUseMs(): number {
    return this.#parts.firstUseMs ?? standardFirstUseMs;
  }

  async #uses(): Promise<ReadonlyMap<string, HostUse>> {
    const { journal, desktop } = this.#parts;
    return await desktop.useOf(new Map(journal.all.map(({ loanId }) => [loanId, journal.folderOf(loanId)])));
  }

  async #isChanged(record: LoanRecord): Promise<boolean> {
    const stats = await lookAt(this.#parts.journal.pathOf(record));
    return typeof stats !== 'string' && !sameIdentity(identityOf(stats), record.identity);
  }
}
