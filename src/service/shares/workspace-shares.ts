import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { GuestBridge } from '../../guest-bridge/guest-bridge.ts';
import type { ShareProgress } from '../../launcher/api/share-methods.ts';
import type { FileNotice } from '../../redirection/files/notices.ts';
import { SettledMark } from '../../redirection/files/settled-mark.ts';
import { type ShareHeader, ShareJournal } from '../../redirection/shares/share-journal.ts';
import { ShareRelay } from '../../redirection/shares/share-relay.ts';
import { unlessAborted } from '../../shared/deadline.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { fileRule } from '../../workspace/file-rule.ts';
import { shareRule } from '../../workspace/share-rule.ts';
import { findShare, type Share } from '../../workspace/shares.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { ChangeSignal } from '../change-signal.ts';
import { type GuestEnd, patienceMs, withPatience } from '../guest-end.ts';
import { scanBy } from '../scan-by.ts';
import { noGuest, onlyInGuest, onlyOnDisk, staysInGuest, tooLate } from './share-errors.ts';

export interface WorkspaceSharesParts {
  readonly workspace: Pick<Workspace, 'id' | 'name'>;
  readonly shares: readonly Share[];
  readonly journalFolder: string;
  /** What is deleted by the guest goes there; outlives the workspace. */
  readonly trashFolder: string;
  /** What its guest changes is gone when it ends. */
  readonly leavesNothing: () => boolean;
  /** As they are now. Throws `settings.*`, `policy.*`: then nothing crosses. */
  readonly rules: () => Pick<Workspace, 'filesToGuest' | 'filesFromGuest' | 'scanFromGuest' | 'shareFolders'>;
  readonly onNotice: (notice: FileNotice) => void;
  readonly log: Log;
}

interface LiveShare {
  readonly relay: ShareRelay;
  readonly journal: ShareJournal;
  /** It is no share any more: what the guest has of it comes, then it goes. */
  readonly retired: boolean;
}

/** The agent tells of what a program saved last within this after the program has ended; see `RelayTiming`. */
const lastWordMs = 2500;
const lookMs = 50;
const requestMs = 10_000;
/** What the guest's list of files has room for, less what opened documents and the guest's own may take. */
const maxFilesInAll = 12_000;

/** The shared folders of one workspace: a journal and a relay each, for as long as a bridge is there. */
export class WorkspaceShares {
  readonly changes = new ChangeSignal();
  readonly #parts: WorkspaceSharesParts;
  #live: readonly LiveShare[] = [];
  #bridge: GuestBridge | undefined;
  #stopListening: readonly (() => void)[] = [];
  /** What the bridge before is at. */
  #free: Promise<void> = Promise.resolve();
  #lastTold = 0;
  readonly #settledMark: SettledMark;
  /** The guest has nothing that is not here, as far as it has told. */
  #settled = false;
  /** Of shares that were removed: what may not come. */
  #kept: readonly string[] = [];

  constructor(parts: WorkspaceSharesParts) {
    this.#parts = parts;
    this.#settledMark = new SettledMark(parts.journalFolder);
  }

  /** Of those that the running guest has. */
  get progress(): readonly ShareProgress[] {
    return this.#live
      .filter(({ retired }) => !retired)
      .map(({ relay, journal }) => {
        const { phase, left, files, leftOut, problem } = relay.status;
        const known = { name: journal.share.name, phase, left, files, leftOut: { ...leftOut } };
        return problem ? { ...known, problem } : known;
      });
  }

  /** Something is on its way: the guest is not put to rest. */
  get busy(): boolean {
    return this.#live.some(({ relay }) => relay.busy);
  }

  /** A new guest's bridge. `cutOff`: the guest before was, with programs that may have been in the middle of a save. */
  adopt(bridge: GuestBridge, { cutOff }: { readonly cutOff?: Promise<boolean> } = {}): void {
    void this.release();
    this.#free = this.#free.then(() => this.#settledMark.clear()).catch(this.#notNoted);
    this.#bridge = bridge;
    // Once for each guest; its agent may connect more often. Who cannot tell takes it so.
    let wasCutOff = cutOff?.catch(() => true);
    this.#stopListening = [
      bridge.on('documentFile', (file) => {
        this.#settled = false;
        this.#lastTold = performance.now();
        for (const { relay } of this.#live) relay.told(file);
      }),
      bridge.on('documentFileGone', (name) => {
        this.#lastTold = performance.now();
        for (const { relay } of this.#live) relay.gone(name);
      }),
      bridge.on('lost', () => {
        for (const { relay } of this.#live) relay.lost();
      }),
      bridge.on('ready', () => {
        this.#free = this.#free
          .then(async () => {
            const first = await wasCutOff;
            if (bridge.state === 'ready') wasCutOff = undefined;
            await this.#begin(bridge, first ?? false);
          })
          .catch((error: unknown) =>
            this.#parts.log.error({ error: reportOf(error) }, 'shared folders are not in the guest'),
          );
      }),
    ];
  }

  /** The guest is gone. Resolves when nothing is under way any more. */
  async release(): Promise<void> {
    for (const stop of this.#stopListening) stop();
    this.#stopListening = [];
    this.#bridge = undefined;
    const settled = this.#settled;
    this.#settled = false;
    this.#free = this.#free
      .then(() => this.#endAll())
      .then(() => (settled ? this.#settledMark.set() : undefined))
      .catch(this.#notNoted);
    this.changes.emit();
    await this.#free;
  }

  /** What was deleted on one side may be deleted on the other. Throws `share.unknown`, `share.no-guest`. */
  accept(asked: string): void {
    const share = findShare(this.#parts.shares, asked);
    const live = this.#live.find(({ journal }) => journal.share.shareId === this.#idOf(share));
    if (!live) throw noGuest();
    live.relay.acceptDeletions();
  }

  /**
   * Brings what is newer in the guest before that ends or rests; `end` may become another one meanwhile. What does not
   * come in time comes when the guest runs again. Throws `share.only-in-guest` where it would be gone then.
   */
  async settle(end: () => GuestEnd): Promise<void> {
    if (this.#live.length === 0 && this.#kept.length === 0) return;
    const begun = performance.now();
    const settle = async (late: AbortSignal) => {
      if (end() === 'stop') await this.#untilQuiet(begun, late).catch(() => undefined);
      return await Promise.all(this.#live.map(({ relay }) => relay.settle(patienceMs[end()], late)));
    };
    const newer = (await withPatience(end, settle, tooLate)).flat();
    const onlyThere = this.#onlyThere;
    this.#settled = this.#bridge?.state === 'ready' && onlyThere.length === 0;
    const forgets = end() === 'stop' && this.#parts.leavesNothing();
    const left = forgets ? onlyThere : newer;
    if (left.length === 0) return;
    this.#parts.log.warn(
      { files: left.length, end: end() },
      'files of shared folders are newer in the guest',
    );
    if (forgets) throw onlyInGuest(left);
  }

  /**
   * For a disk that is about to be thrown away. Throws `share.only-in-guest` where content may be lost; with `force` that
   * is so. No guest runs.
   */
  async beforeDiskGoes({ force }: { readonly force: boolean }): Promise<void> {
    await this.#free;
    const { journalFolder, log, leavesNothing } = this.#parts;
    if (force || leavesNothing()) return;
    const both = (await ShareJournal.headers(journalFolder, log)).filter(({ readOnly }) => !readOnly);
    if (both.length > 0 && !(await this.#settledMark.isSet())) throw onlyOnDisk(both.map(({ name }) => name));
  }

  /** What is gone with the disk, whatever keeps it there; what is made where nothing may come from is the guest's own. */
  get #onlyThere(): readonly string[] {
    const both = this.#live.filter(({ journal }) => !journal.share.readOnly);
    // A guest that says nothing may have what nobody else has.
    const isSilent = this.#bridge?.state !== 'ready';
    const files = both.flatMap(({ relay, journal }) => (isSilent ? [journal.share.name] : relay.onlyThere));
    return [...files, ...this.#kept];
  }

  readonly #notNoted = (error: unknown): void =>
    this.#parts.log.error(
      { error: reportOf(error) },
      'whether shared folders are all here could not be noted',
    );

  async #untilQuiet(begun: number, signal: AbortSignal): Promise<void> {
    while (performance.now() - Math.max(begun, this.#lastTold) < lastWordMs) {
      await unlessAborted(new Promise((resolve) => setTimeout(resolve, lookMs)), signal);
    }
  }

  /** Also when the guest comes back after its connection was lost. */
  async #begin(bridge: GuestBridge, cutOff: boolean): Promise<void> {
    const isCurrent = () => this.#bridge === bridge && bridge.state === 'ready';
    if (!isCurrent()) return;
    if (this.#live.length === 0) this.#live = await this.#open(bridge);
    if (!isCurrent()) return;
    for (const { relay } of this.#live) relay.ready({ cutOff });
    this.changes.emit();
  }

  async #open(bridge: GuestBridge): Promise<readonly LiveShare[]> {
    const { shares, journalFolder, log } = this.#parts;
    const headers = await ShareJournal.headers(journalFolder, log);
    if (this.#access() === 'off') {
      for (const { shareId } of headers) await this.#hide(bridge, shareId);
      return [];
    }
    const current = shares.map((share) => ({ share, header: this.#headerOf(share) }));
    const ids = new Set(current.map(({ header }) => header.shareId));
    const live: LiveShare[] = [];
    for (const { share, header } of current) live.push(await this.#openOne(bridge, header, share));
    for (const header of headers.filter(({ shareId }) => !ids.has(shareId))) {
      live.push(await this.#openOne(bridge, header, undefined));
    }
    return live;
  }

  /** Without `share` it is none any more. */
  async #openOne(bridge: GuestBridge, header: ShareHeader, share: Share | undefined): Promise<LiveShare> {
    const { journalFolder, trashFolder, workspace, log, onNotice } = this.#parts;
    const journal = await ShareJournal.open(journalFolder, header);
    const retired = share === undefined;
    const relay: ShareRelay = new ShareRelay({
      ...{ guest: bridge, journal, readOnly: header.readOnly, workspaceName: workspace.name },
      trashFolder: join(trashFolder, header.name),
      scan: scanBy(this.#parts.rules),
      shown: { drive: share?.drive, documents: share?.documents ?? false },
      rules: () => {
        const { filesToGuest, filesFromGuest } = this.#parts.rules();
        return { toGuest: fileRule(filesToGuest), fromGuest: fileRule(filesFromGuest) };
      },
      limits: () => ({
        maxFiles: Math.floor(maxFilesInAll / Math.max(1, this.#parts.shares.length)),
        maxBytes: shareRule(this.#parts.rules().shareFolders).maxBytes,
      }),
      onChange: () => {
        if (retired && relay.status.phase === 'same' && relay.unsettled.length === 0)
          this.#retire(bridge, relay);
        this.changes.emit();
      },
      onNotice: (notice) => {
        if (retired) log.warn({ ...notice }, 'a shared folder that was removed');
        else onNotice(notice);
      },
      log: log.child({ share: header.name }),
    });
    return { relay, journal, retired };
  }

  /** All that may come is here: it is shown no more there, and goes where this computer has all of it. */
  #retire(bridge: GuestBridge, relay: ShareRelay): void {
    const live = this.#live.find((each) => each.relay === relay);
    if (!live) return;
    this.#live = this.#live.filter((each) => each !== live);
    const options = { timeoutMs: requestMs };
    const work = async () => {
      await relay.close();
      await bridge.shares.close(relay.shareId, options);
      const left = relay.onlyThere;
      this.#kept = [...this.#kept, ...left];
      if (left.length > 0) this.#parts.onNotice(staysInGuest(live.journal.share.name, left));
      // Something in it is open, or has not come: the next start tries again.
      if (left.length === 0 && (await bridge.files.forget(relay.shareId, options))) {
        await live.journal.remove();
      } else await live.journal.close();
    };
    this.#free = Promise.all([this.#free, work()]).then(
      () => undefined,
      (error: unknown) => this.#parts.log.warn({ error: reportOf(error) }, 'a shared folder was not removed'),
    );
  }

  async #hide(bridge: GuestBridge, shareId: string): Promise<void> {
    await bridge.shares
      .close(shareId, { timeoutMs: requestMs })
      .catch((error: unknown) =>
        this.#parts.log.warn({ error: reportOf(error) }, 'a shared folder is still shown'),
      );
  }

  async #endAll(): Promise<void> {
    const ended = this.#live;
    this.#live = [];
    this.#kept = [];
    for (const { relay, journal } of ended) {
      await relay.close();
      await journal.close();
    }
  }

  #access() {
    return shareRule(this.#parts.rules().shareFolders).access;
  }

  #headerOf(share: Share): ShareHeader {
    const { name, folder, readOnly } = share;
    return { shareId: this.#idOf(share), name, folder, readOnly: readOnly || this.#access() === 'read-only' };
  }

  /** The same folder under the same name is the same share. */
  #idOf({ name, folder }: Share): string {
    const { id } = this.#parts.workspace;
    return createHash('sha256').update(`${id}\0share\0${folder}\0${name}`).digest('hex').slice(0, 16);
  }
}

/** Where what belongs to a workspace's shares is kept; `data` and `workspaceFolder` as in `workspaceFiles`. */
export function sharedFolders(data: string, workspaceFolder: string, id: string) {
  return {
    journalFolder: join(workspaceFolder, 'shares'),
    trashFolder: join(data, 'rescued', id, 'deleted'),
  };
}
