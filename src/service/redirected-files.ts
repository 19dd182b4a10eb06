import { join } from 'node:path';
import type { GuestBridge, LaunchResult } from '../guest-bridge/guest-bridge.ts';
import type { GuestFileName } from '../guest-bridge/guest-files.ts';
import type { FileState } from '../launcher/api/file-methods.ts';
import { DocumentJournal } from '../redirection/files/document-journal.ts';
import { acceptFile } from '../redirection/files/document-opening.ts';
import { DocumentRelay, type OpenOptions } from '../redirection/files/document-relay.ts';
import type { FileRules } from '../redirection/files/file-rules.ts';
import { GuestMark } from '../redirection/files/guest-mark.ts';
import {
  type FileNotice,
  noticeOfBrought,
  noticeOfLate,
  noticeOfWaiting,
} from '../redirection/files/notices.ts';
import type { RelayTiming } from '../redirection/files/relay-timing.ts';
import { SettledMark } from '../redirection/files/settled-mark.ts';
import { TransferList } from '../redirection/files/transfer-list.ts';
import { type Recovered, WriteBack } from '../redirection/files/write-back.ts';
import { type ErrorReport, reportOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { displayText } from '../shared/text.ts';
import { CompanionAnswers } from '../workspace/companion-answers.ts';
import { fileRule } from '../workspace/file-rule.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { ChangeSignal } from './change-signal.ts';
import { CompanionChoice } from './companion-choice.ts';
import { noGuest, notPlaced, onlyInGuest, onlyOnDisk, stillInUse } from './file-errors.ts';
import { type GuestEnd, patienceMs, withPatience } from './guest-end.ts';
import { scanBy } from './scan-by.ts';

export interface RedirectedFilesParts {
  /** What was answered about folders of files. */
  readonly answersFile: string;
  /** The setting `companions`, as `rules`. */
  readonly companions: () => string;
  readonly workspace: Workspace;
  /** For what the journal keeps. */
  readonly journalFolder: string;
  /** For content that has no other place; outlives the workspace. */
  readonly rescuedFolder: string;
  /** For content that the scan command does not take for harmless; outlives it, too. */
  readonly quarantineFolder: string;
  /** What its guest changes is gone when it ends. */
  readonly leavesNothing: () => boolean;
  /** As they are now; see `fileRule`. Throws `settings.*`, `policy.*`: then nothing crosses. */
  readonly rules: () => Pick<Workspace, 'filesToGuest' | 'filesFromGuest' | 'scanFromGuest'>;
  readonly log: Log;
  /** Only tests need other times than the standard ones. */
  readonly timing?: Partial<RelayTiming>;
}

/** How a guest begins; `resumed`: it is the one that was suspended, and has all that was open in it. */
export interface GuestBegin {
  readonly resumed: boolean;
}

/** How a guest that was not cut off is there no more. */
export type GuestRest = 'ended' | 'rests';

/** A notice is told by being in the state; so many are, the newest last. */
const maxNotices = 8;

/**
 * Files of the host that are open in one workspace's guest: one journal for as long as the workspace is there, one relay
 * for each bridge.
 */
export class RedirectedFiles {
  readonly changes = new ChangeSignal();
  /** Files that were copied and pasted, on their way. */
  readonly #pasted = new TransferList(() => this.changes.emit());
  /** Which files take their folder with them. */
  readonly companions: CompanionChoice;
  readonly #parts: RedirectedFilesParts;
  readonly #journal: DocumentJournal;
  readonly #writeBack: WriteBack;
  readonly #settledMark: SettledMark;
  readonly #guestMark: GuestMark;
  /** The guest has nothing that is not here, as far as it has told. */
  #settled = false;
  /** Its end was forced: no program was asked, and one may have been in the middle of a save. */
  #forced = false;
  /** What an earlier service left half done, and what an earlier relay is at, is completed first. */
  #free: Promise<void>;
  #relay: DocumentRelay<LaunchResult> | undefined;
  #bridge: GuestBridge | undefined;
  #stopListening: readonly (() => void)[] = [];
  #notices: readonly (FileNotice & { readonly id: number })[] = [];
  #lastNotice = 0;
  #lastRules: { readonly text: string; readonly rules: FileRules } | undefined;

  private constructor(parts: RedirectedFilesParts, journal: DocumentJournal, answers: CompanionAnswers) {
    this.#parts = parts;
    this.companions = new CompanionChoice({ answers, rule: parts.companions, log: parts.log });
    this.#journal = journal;
    const { rescuedFolder, log, workspace } = parts;
    this.#settledMark = new SettledMark(parts.journalFolder);
    this.#guestMark = new GuestMark(parts.journalFolder);
    const scan = scanBy(parts.rules);
    const { quarantineFolder } = parts;
    const folders = { rescuedFolder, quarantineFolder };
    this.#writeBack = new WriteBack({ ...folders, journal, workspaceName: workspace.name, log, scan });
    this.#free = this.#recover().then(() => undefined, this.#logged);
  }

  /** Begins to complete what was left half done. Rejects with the system's error. */
  static async open(parts: RedirectedFilesParts): Promise<RedirectedFiles> {
    const { journalFolder, answersFile, log } = parts;
    const journal = await DocumentJournal.open(journalFolder, log);
    return new RedirectedFiles(parts, journal, await CompanionAnswers.open(answersFile, log));
  }

  /** None while there is nothing to tell. */
  get state(): FileState | undefined {
    const transfers = [...(this.#relay?.transfers.shown ?? []), ...this.#pasted.shown];
    if (transfers.length === 0 && this.#notices.length === 0) return undefined;
    return {
      ...(transfers.length > 0 ? { transfers } : {}),
      ...(this.#notices.length > 0 ? { notices: [...this.#notices] } : {}),
    };
  }

  /** Something is on its way, or is about to be: the guest is not put to rest. */
  get busy(): boolean {
    return this.#relay?.busy ?? false;
  }

  /** Ends transfers that the user does not want (any more). Returns how many; see `TransferList.cancel`. */
  cancel(which: number | 'all'): number {
    return (this.#relay?.transfers.cancel(which) ?? 0) + this.#pasted.cancel(which);
  }

  /** As `TransferList.follow`, of files that are no documents. */
  readonly follow: TransferList['follow'] = (transfer, signal, work) =>
    this.#pasted.follow(transfer, signal, work);

  /** A new guest's bridge. Resolves to whether the guest before was cut off. */
  async adopt(bridge: GuestBridge, { resumed }: GuestBegin = { resumed: false }): Promise<boolean> {
    void this.release();
    [this.#settled, this.#forced] = [false, false];
    this.#free = this.#free.then(() => this.#settledMark.clear()).catch(this.#logged);
    const cutOff = this.#free.then(() => this.#begun(resumed));
    this.#free = cutOff.then(() => undefined);
    const { workspace, rescuedFolder, log } = this.#parts;
    const relay = new DocumentRelay<LaunchResult>({
      ...{ workspaceId: workspace.id, files: bridge.files, journal: this.#journal },
      ...{ writeBack: this.#writeBack, rescuedFolder, log },
      rules: () => this.#rules(),
      onChange: () => this.changes.emit(),
      onNotice: (notice) => this.tell(notice),
      ...(this.#parts.timing ? { timing: this.#parts.timing } : {}),
    });
    this.#relay = relay;
    this.#bridge = bridge;
    // Once for each guest; its agent may connect more often.
    let isFirst = true;
    this.#stopListening = [
      bridge.on('documentFile', (file) => {
        this.#settled = false;
        relay.told(file);
      }),
      bridge.on('documentFileGone', (name) => relay.gone(name)),
      bridge.on('lost', () => relay.lost()),
      bridge.on('ready', () => {
        // Whatever is opened or saved from now on waits for that: it is no news of an earlier guest.
        this.#free = this.#free
          .then(async () => {
            const first = isFirst;
            isFirst = false;
            const wasCutOff = await cutOff;
            if (first) await this.#runs();
            if (this.#relay === relay && bridge.state === 'ready')
              relay.ready({ cutOff: first && wasCutOff });
          })
          .catch(this.#logged);
      }),
    ];
    return await cutOff;
  }

  /** The guest is gone. Resolves when nothing is under way any more. */
  async release(): Promise<void> {
    for (const stop of this.#stopListening) stop();
    this.#stopListening = [];
    const relay = this.#relay;
    this.#relay = undefined;
    this.#bridge = undefined;
    this.#free = Promise.all([this.#free, relay?.close()]).then(() => undefined, this.#logged);
    this.changes.emit();
    await this.#free;
  }

  /** The guest has shut itself down, or rests: as nothing runs now, that is noted. Never rejects. */
  async ended(how: GuestRest): Promise<void> {
    const settled = this.#settled && this.#journal.all.length > 0;
    const note = async () => {
      if (how === 'rests') await this.#guestMark.rests();
      else if (!this.#forced) await this.#guestMark.ended();
    };
    this.#free = this.#free
      .then(note)
      .then(() => (settled ? this.#settledMark.set() : undefined))
      .catch(this.#logged);
    await this.#free;
  }

  /** The name of a file that may be opened in the guest. Throws `files.*`. */
  async accept(path: string): Promise<string> {
    return displayText((await acceptFile(path, this.#rules())).name, 200);
  }

  /** Opens a file in the guest that runs; `takesFolder` as in `OpenOptions`. Throws `files.*`, `bridge.*`, `signal.reason`. */
  async open(
    path: string,
    options: Pick<OpenOptions, 'applicationId' | 'signal'>,
    takesFolder?: boolean,
  ): Promise<LaunchResult> {
    await this.#free;
    if (!this.#relay) throw noGuest();
    this.#settled = false;
    const folder = { takes: takesFolder, maxBytes: this.companions.maxBytes };
    return await this.#relay.open(path, { ...options, folder });
  }

  /** As `open`, and opens nothing: resolves to the file's place in the guest. */
  async bring(path: string, signal: AbortSignal): Promise<GuestFileName> {
    const folder = { takes: await this.companions.takesFolder(path), maxBytes: this.companions.maxBytes };
    await this.#free;
    if (!this.#relay) throw noGuest();
    this.#settled = false;
    return await this.#relay.bring(path, { folder, signal }, async (file) => file);
  }

  /** Some files may go into the guest, by the rules as they are now. */
  get takesAny(): boolean {
    try {
      return this.#rules().toGuest.only?.size !== 0;
    } catch {
      // What is wrong with the settings is told where they are changed.
      return false;
    }
  }

  /**
   * Brings what is newer in the guest before that ends or rests; `end` may become another one meanwhile. What does not
   * come in time comes when the guest runs again. Throws `files.only-in-guest` where it would be gone then, or where a
   * program still works on it.
   */
  async settle(end: () => GuestEnd): Promise<void> {
    const relay = this.#relay;
    if (!relay) return;
    const left = await withPatience(end, (signal) =>
      relay
        .settle({ timeoutMs: patienceMs[end()], closing: end() === 'stop', signal })
        .catch(() => relay.unsettled),
    );
    this.#forced = end() === 'force';
    this.#settled = this.#bridge?.state === 'ready' && relay.onlyThere.length + relay.inUse.length === 0;
    // A guest that says nothing may have what nobody else has.
    const silent = this.#bridge?.state === 'ready' ? [] : this.#journal.all.map(({ hostPath }) => hostPath);
    if (end() === 'stop' && silent.length > 0 && this.#parts.leavesNothing()) throw onlyInGuest(silent);
    // What a program works on it may not have saved, or not told of.
    const inUse = end() === 'stop' && this.#parts.leavesNothing() ? relay.inUse : [];
    if (left.length === 0 && inUse.length > 0) throw stillInUse(inUse);
    if (left.length === 0) return;
    this.#parts.log.warn({ files: left.length, end: end() }, 'files of the guest are newer than those here');
    if (end() === 'stop' && this.#parts.leavesNothing()) throw onlyInGuest(left);
  }

  /**
   * For a disk that is about to be thrown away: what waits on this computer gets its place. Throws `files.only-in-guest`
   * or `files.not-placed` where content would be lost; with `force` that is so. No guest runs.
   */
  async beforeDiskGoes({ force }: { readonly force: boolean }): Promise<void> {
    await this.#free;
    const { waiting } = await this.#recover();
    const { log, leavesNothing } = this.#parts;
    if (force) {
      for (const each of waiting) log.warn({ ...each }, 'content of the guest is left where it lies');
      return;
    }
    if (waiting.length > 0) throw notPlaced(waiting);
    const documents = this.#journal.all;
    if (documents.length === 0 || leavesNothing() || (await this.#settledMark.isSet())) return;
    throw onlyOnDisk(documents.map(({ hostPath }) => hostPath));
  }

  /** Says something to whoever watches the state. */
  tell(notice: FileNotice): void {
    this.#notices = [...this.#notices, { ...notice, id: ++this.#lastNotice }].slice(-maxNotices);
    this.changes.emit();
  }

  /** Unless it was the last that was said. */
  tellOnce(title: string, { message, hint }: Pick<ErrorReport, 'message' | 'hint'>): void {
    this.#tellOnce({ title, text: `${message}\nWhat to do: ${hint}` });
  }

  #tellOnce({ title, text }: FileNotice): void {
    const last = this.#notices.at(-1);
    if (last?.title !== title || last.text !== text) this.tell({ title, text });
  }

  #rules(): FileRules {
    const { filesToGuest, filesFromGuest } = this.#parts.rules();
    const text = `${filesToGuest}\n${filesFromGuest}`;
    if (this.#lastRules?.text === text) return this.#lastRules.rules;
    const rules = { toGuest: fileRule(filesToGuest), fromGuest: fileRule(filesFromGuest) };
    this.#lastRules = { text, rules };
    return rules;
  }

  /** A guest begins. Resolves to whether the one before was cut off; who cannot tell takes it so. */
  async #begun(resumed: boolean): Promise<boolean> {
    try {
      return await this.#guestMark.begin(resumed);
    } catch (error) {
      this.#parts.log.error({ error: reportOf(error) }, 'that the guest runs could not be noted');
      return true;
    }
  }

  async #runs(): Promise<void> {
    await this.#guestMark.runs().catch((error: unknown) => {
      this.#parts.log.error({ error: reportOf(error) }, 'that the guest runs could not be noted');
    });
  }

  readonly #logged = (error: unknown): void =>
    this.#parts.log.error({ error: reportOf(error) }, 'what was left half done could not be completed');

  async #recover(): Promise<Recovered> {
    const recovered = await this.#writeBack.recover();
    const { brought, waiting } = recovered;
    for (const notice of [...brought.map(noticeOfBrought), noticeOfLate(brought), noticeOfWaiting(waiting)]) {
      if (notice) this.#tellOnce(notice);
    }
    return recovered;
  }
}

/** Where a workspace's files are kept; `data` and `workspaceFolder` as in `workspaceFiles`. */
export function redirectedFolders(data: string, workspaceFolder: string, id: string) {
  return {
    journalFolder: join(workspaceFolder, 'documents'),
    answersFile: join(workspaceFolder, 'companions.json'),
    rescuedFolder: join(data, 'rescued', id),
    quarantineFolder: join(data, 'quarantine', id),
  };
}
