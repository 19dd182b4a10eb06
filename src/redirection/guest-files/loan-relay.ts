import { rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { unlessAborted } from '../../shared/deadline.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import { refusal } from '../files/file-rules.ts';
import { identityOf, lookAt, sameIdentity } from '../files/host-file.ts';
import type { FileNotice } from '../files/notices.ts';
import type { Scan } from '../files/scan.ts';
import { Turns } from '../files/turns.ts';
import { copyNameOf, fetchLoan, placeCopy } from './fetch-loan.ts';
import { endOfLoan, putAside } from './loan-end.ts';
import { guestGone, notListed, tooManyLoans } from './loan-errors.ts';
import type { LoanJournal } from './loan-journal.ts';
import { noticeOfReturn, noticeOfWait } from './loan-notices.ts';
import type { HostDesktop, LoanGuest, LoanRules } from './loan-port.ts';
import type { LoanRecord } from './loan-record.ts';
import { LoanWatch } from './loan-watch.ts';
import { keepCopy, returnLoan } from './return-loan.ts';

export interface LoanRelayParts {
  readonly journal: LoanJournal;
  readonly scan?: Scan;
  /** For what has no place in the guest any more. */
  readonly rescuedFolder: string;
  readonly workspaceName: string;
  /** The guest, while it is ready. */
  readonly guest: () => LoanGuest | undefined;
  /** As they are now. Throws `settings.*`, `policy.*`: then nothing opens here, and what is here stays here. */
  readonly rules: () => LoanRules;
  readonly desktop: HostDesktop;
  readonly now: () => Date;
  /** Only tests need another time than the standard one. */
  readonly quietMs?: number;
  readonly firstUseMs?: number;
  readonly onChange: () => void;
  readonly onNotice: (notice: FileNotice) => void;
  readonly log: Log;
}

const mostLoans = 64;
const mostAtOnce = 4;

/**
 * Files of one workspace's guest that are open on this computer: fetches what the guest offers, has it opened, and brings
 * back what is saved. A copy goes once nobody uses it and the guest has all of it; whatever is killed before, the journal
 * and the copy are still there for the next start.
 */
export class LoanRelay {
  readonly #parts: LoanRelayParts;
  readonly #turns = new Turns(mostAtOnce);
  readonly #watch: LoanWatch;
  readonly #closed = new AbortController();
  /** Told once that it waits, until it is back. */
  readonly #toldWaiting = new Set<string>();

  constructor(parts: LoanRelayParts) {
    this.#parts = parts;
    const { journal, desktop, log } = parts;
    this.#watch = new LoanWatch({
      ...{ journal, desktop, log },
      ...(parts.quietMs === undefined ? {} : { quietMs: parts.quietMs }),
      firstUseMs: parts.firstUseMs,
      isBusy: (loanId) => this.#turns.has(loanId),
      bringBack: (loanId) => this.#turns.run(loanId, () => this.#bringBack(loanId)),
      end: (loanId) => this.#turns.run(loanId, () => this.#end(loanId)),
    });
    this.#watch.begin();
  }

  /** Something is on its way: the guest is not put to rest. */
  get busy(): boolean {
    return this.#turns.busy;
  }

  /** The guest is ready (again): what was saved meanwhile goes back. */
  ready(): void {
    this.#watch.stir();
  }

  /** The guest offers a file. Never rejects: what does not open here opens there. */
  async offered({
    loanId,
    untrustedName,
  }: {
    readonly loanId: string;
    readonly untrustedName: string;
  }): Promise<void> {
    const opening = this.#turns.run(loanId, () => this.#lend(loanId, untrustedName));
    this.#parts.onChange();
    try {
      await opening;
      this.#parts.guest()?.answer(loanId, true);
    } catch (error) {
      this.refuse(loanId);
      this.#tellRefused(untrustedName, error);
    } finally {
      this.#parts.onChange();
    }
  }

  /** The guest opens it itself. */
  refuse(loanId: string): void {
    const guest = this.#parts.guest();
    guest?.answer(loanId, false);
    if (!this.#parts.journal.get(loanId)) guest?.giveBack(loanId);
  }

  /**
   * Brings back what is saved here before the guest ends or rests, and lets go of what nobody uses. Resolves to the
   * names of what stays here for the next time.
   */
  async settle(signal: AbortSignal): Promise<readonly string[]> {
    const all = this.#parts.journal.all.map(async ({ loanId }) => {
      // Half of a save is not what the user wants to find there.
      if (!(await this.#watch.untilQuiet(loanId, signal))) return;
      await this.#turns.run(loanId, () => this.#bringBack(loanId, signal));
    });
    await unlessAborted(Promise.allSettled(all), signal).catch(() => undefined);
    if (!signal.aborted) await this.#watch.endUnused();
    const left = await Promise.all(
      this.#parts.journal.all.map(async (record) => ((await this.#isChanged(record)) ? [record.name] : [])),
    );
    return left.flat();
  }

  /** Begins nothing more. Resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#watch.close();
    await this.#turns.settled();
  }

  async #lend(loanId: string, untrustedName: string): Promise<void> {
    const { journal, desktop } = this.#parts;
    const known = journal.get(loanId);
    if (!known && journal.all.length >= mostLoans) throw tooManyLoans(untrustedName);
    const name = known?.name ?? copyNameOf(untrustedName);
    const { extensions, files } = this.#parts.rules();
    const refused = refusal(files, 'from-guest', { names: [untrustedName, name], sizeBytes: 0 });
    if (refused) throw refused;
    const isListed = [untrustedName, name].every((each) =>
      extensions.has(extname(each).slice(1).toLowerCase()),
    );
    if (!isListed) throw notListed(untrustedName);
    const record = await this.#fetch(loanId, name, files.fromGuest.maxBytes);
    try {
      await desktop.open(journal.pathOf(record), loanId);
    } catch (error) {
      if (!known) await journal.remove(loanId);
      if (!known) this.#watch.ended(loanId);
      throw error;
    }
    this.#watch.opened(loanId);
  }

  /** The guest's content is here; what was saved here and could not go back yet stays instead. */
  async #fetch(loanId: string, name: string, maxBytes: number): Promise<LoanRecord> {
    const { journal } = this.#parts;
    const guest = this.#guest();
    const before = journal.get(loanId) ? await this.#bringBack(loanId) : undefined;
    if (before && (await this.#isChanged(before))) return before;
    const folder = journal.makeFolder(loanId);
    const signal = this.#closed.signal;
    try {
      const fetched = await fetchLoan(guest.loans, {
        ...{ loanId, name, folder, maxBytes, signal },
        scan: this.#parts.scan,
      });
      const { stamp, identity } = fetched;
      if (before?.stamp === stamp && typeof (await lookAt(journal.pathOf(before))) !== 'string') {
        await rm(fetched.temporary, { force: true });
        return before;
      }
      // Saved while the guest sent: what only this computer has stays.
      if (before && (await this.#isChanged(before))) {
        await rm(fetched.temporary, { force: true });
        return (await this.#bringBack(loanId)) ?? before;
      }
      const record: LoanRecord = { version: 1, loanId, name, stamp, identity };
      await placeCopy(fetched, join(folder, name));
      await journal.save(record);
      return record;
    } catch (error) {
      if (!journal.get(loanId)) await journal.remove(loanId);
      throw error;
    }
  }

  /** Resolves to the loan as it is then. What cannot go back now is told once, and stays. */
  async #bringBack(
    loanId: string,
    signal: AbortSignal = this.#closed.signal,
  ): Promise<LoanRecord | undefined> {
    const { journal, workspaceName, rescuedFolder, onNotice, now, log } = this.#parts;
    const record = journal.get(loanId);
    if (!record || !(await this.#isChanged(record))) return record;
    try {
      const { loans } = this.#guest();
      const path = journal.pathOf(record);
      const rescue = (content: string) => keepCopy(content, rescuedFolder, workspaceName, now());
      const returned = await returnLoan({
        ...{ loans, record, path, folder: journal.folderOf(loanId), rules: this.#parts.rules() },
        ...{ rescue, signal },
      });
      await journal.save(returned.record);
      this.#toldWaiting.delete(loanId);
      const notice = noticeOfReturn(returned, workspaceName);
      if (notice) onNotice(notice);
      return returned.record;
    } catch (error) {
      const report = reportOf(error);
      // It was saved again meanwhile, and is looked at again.
      if (report.code === 'files.changed') return record;
      if (!this.#toldWaiting.has(loanId)) {
        log.info({ loanId, error: report }, 'what was saved is not in the guest yet');
        onNotice(noticeOfWait(record.name, error, workspaceName));
      }
      this.#toldWaiting.add(loanId);
      this.#watch.later(loanId);
      return record;
    }
  }

  /** Nobody here uses it, and the guest has all of it. */
  async #end(loanId: string): Promise<void> {
    const { journal, rescuedFolder, workspaceName, now, onNotice } = this.#parts;
    const record = journal.get(loanId);
    const guest = this.#parts.guest();
    if (!record || !guest || (await this.#isChanged(record))) return;
    if (!(await putAside(journal, record, (folder) => this.#isFree(record, folder)))) return;
    // The guest first: killed between both, what is here still is what the guest has.
    guest.giveBack(loanId);
    const kept = await endOfLoan(journal, record, { rescuedFolder, workspaceName, now: now() });
    for (const notice of kept) onNotice(notice);
    this.#watch.ended(loanId);
  }

  /** Its folder has just been put aside. */
  async #isFree(record: LoanRecord, folder: string): Promise<boolean> {
    const { loanId, name } = record;
    const use = (await this.#parts.desktop.useOf(new Map([[loanId, folder]]))).get(loanId);
    return !use?.open && !use?.running && !(await this.#isChanged(record, join(folder, name)));
  }

  async #isChanged(record: LoanRecord, path = this.#parts.journal.pathOf(record)): Promise<boolean> {
    const stats = await lookAt(path);
    return typeof stats !== 'string' && !sameIdentity(identityOf(stats), record.identity);
  }

  #guest(): LoanGuest {
    const guest = this.#parts.guest();
    if (!guest || this.#closed.signal.aborted) throw guestGone();
    return guest;
  }

  #tellRefused(untrustedName: string, error: unknown): void {
    const { message, hint } = reportOf(error);
    const { onNotice, workspaceName, log } = this.#parts;
    log.warn({ error: reportOf(error) }, 'a file of the guest was not opened here');
    const title = `${displayText(untrustedName, 80)} opens in ${displayText(workspaceName, 64)}`;
    onNotice({ title, text: `${message}\nWhat to do: ${hint}` });
  }
}
