import { within } from '../../shared/deadline.ts';
import { type ErrorReport, reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import { isByTheWay } from '../files/file-rules.ts';
import type { GuestFile, GuestFileName } from '../files/guest-port.ts';
import type { FileNotice } from '../files/notices.ts';
import type { ShownShare } from './guest-port.ts';
import { HostTreeReader } from './host-tree.ts';
import { HostWatch } from './host-watch.ts';
import { keyOf } from './share-entries.ts';
import { filesOf, isRefused, type PassParts, preparePass, type SharePass, sweepShare } from './share-pass.ts';
import { isEnd, type ShareStep } from './share-plan.ts';
import { closed, countedWhy, driveTaken, manyDeleted, type ShareStatus, tooLong } from './share-status.ts';
import { type ShareTiming, standardTiming } from './share-timing.ts';

export interface ShareRelayParts extends Omit<PassParts, 'reader' | 'onBytes' | 'onAside'> {
  readonly shown: Omit<ShownShare, 'documentId'>;
  readonly onChange: () => void;
  readonly onNotice: (notice: FileNotice) => void;
  readonly log: Log;
  /** Only tests need other times than the standard ones. */
  readonly timing?: Partial<ShareTiming>;
}

const openMs = 20_000;
const atOnce = 4;
/** A look takes no more of a processor than one part in so many. */
const restForLooking = 50;
const toldAfter = 5;

/**
 * One shared folder of one guest, for as long as its bridge lives: looks at both sides whenever one has changed, and
 * takes the steps that make them the same. Owned by whoever owns the bridge, who must call `close`.
 */
export class ShareRelay {
  readonly #parts: ShareRelayParts;
  readonly #passParts: PassParts;
  readonly #timing: ShareTiming;
  readonly #watch: HostWatch;
  readonly #ended = new AbortController();
  /** What the guest said is gone, and when. */
  readonly #gone = new Map<string, number>();
  /** What the rules keep where it is, as long as it is the same. */
  readonly #refused = new Map<string, string>();
  /** By key: the stamps of what was there when the guest began after it was cut off. */
  #suspect: ReadonlyMap<string, string> = new Map();
  readonly #said = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #again = false;
  #isReady = false;
  #isOpen = false;
  #isSwept = false;
  #mayDelete = false;
  #failures = 0;
  #status: ShareStatus = { phase: 'waiting', left: 0, files: 0, leftOut: {} };

  constructor(parts: ShareRelayParts) {
    this.#parts = parts;
    this.#timing = { ...standardTiming, ...parts.timing };
    this.#watch = new HostWatch(() => this.#schedule(this.#timing.settleMs));
    this.#passParts = {
      ...parts,
      reader: new HostTreeReader(),
      onBytes: () => undefined,
      onAside: ({ rel }, name) => {
        parts.log.info({ rel }, 'content of the guest was kept beside');
        this.#tell(
          'A file of a shared folder was kept twice',
          `${displayText(name, 80)} was changed here and in the guest. What the guest has is ${displayText(rel, 200)} in ${this.#name}.`,
        );
      },
    };
  }

  get status(): ShareStatus {
    return this.#status;
  }

  get shareId(): string {
    return this.#parts.journal.share.shareId;
  }

  /** Something is on its way. */
  get busy(): boolean {
    return this.#running !== undefined && this.#status.phase === 'copying';
  }

  /** The guest has told all it has. `cutOff`: the one before was, so what it saved last may be half of it. */
  ready({ cutOff = false }: { readonly cutOff?: boolean } = {}): void {
    this.#isReady = true;
    if (cutOff) {
      const told = filesOf(this.#parts.guest.files.files.values(), this.shareId);
      this.#suspect = new Map([...told].map(([key, { stamp }]) => [key, stamp]));
    }
    this.#schedule(0);
  }

  /** The connection is gone; `ready` comes again with the next one. */
  lost(): void {
    this.#isReady = false;
    this.#isOpen = false;
    // What is missing when it comes back may have been lost.
    this.#gone.clear();
    this.#stopTimer();
    this.#show({ ...this.#status, phase: 'waiting' });
  }

  told({ documentId, path }: GuestFile): void {
    if (documentId !== this.shareId || !this.#isReady) return;
    this.#gone.delete(keyOf(path));
    this.#schedule(this.#timing.settleMs);
  }

  gone({ documentId, path }: GuestFileName): void {
    if (documentId !== this.shareId || !this.#isReady) return;
    if (this.#parts.journal.base.has(keyOf(path))) this.#gone.set(keyOf(path), performance.now());
    this.#schedule(this.#timing.settleMs);
  }

  /** What was deleted on one side may be deleted on the other, however much it is. */
  acceptDeletions(): void {
    this.#mayDelete = true;
    this.#schedule(0);
  }

  /** Brings what is newer in the guest, for an end or a rest of it. Resolves to the names of what did not come. */
  async settle(timeoutMs: number, signal: AbortSignal): Promise<readonly string[]> {
    if (!this.#isReady) return [];
    for (const [key, at] of this.#gone) this.#gone.set(key, at - this.#timing.goneMs);
    const work = this.#runAll();
    await within(timeoutMs, work, tooLong, signal).catch((error: unknown) => {
      this.#parts.log.warn({ error: reportOf(error) }, 'a shared folder was not brought in time');
    });
    return this.unsettled;
  }

  /** What is newer in the guest, but for what the rules keep there. */
  get unsettled(): readonly string[] {
    return this.#newer((key, stamp) => !this.#parts.readOnly && this.#refused.get(key) !== stamp);
  }

  /** What the guest has of the share and this computer has not, whatever keeps it there. */
  get onlyThere(): readonly string[] {
    return this.#newer(() => true);
  }

  #newer(counts: (key: string, stamp: string) => boolean): readonly string[] {
    const { guest, journal } = this.#parts;
    return [...filesOf(guest.files.files.values(), this.shareId)].flatMap(([key, { stamp, path }]) => {
      const base = journal.base.get(key);
      if (base ? base.stamp === stamp || base.older.includes(stamp) : isByTheWay(path.at(-1) ?? ''))
        return [];
      return counts(key, stamp) ? [`${this.#name}/${displayText(path.join('/'), 200)}`] : [];
    });
  }

  /** Ends what is under way; both sides are compared again by the next. Resolves when nothing is. */
  async close(): Promise<void> {
    this.lost();
    this.#watch.close();
    this.#ended.abort(closed());
    await this.#running;
  }

  get #name(): string {
    return displayText(this.#parts.journal.share.name, 64);
  }

  #schedule(afterMs: number): void {
    if (!this.#isReady || this.#ended.signal.aborted) return;
    const at = performance.now() + afterMs;
    if (at >= this.#dueAt) return;
    this.#stopTimer();
    this.#dueAt = at;
    this.#timer = setTimeout(() => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      void this.#runAll();
    }, afterMs);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  /** Never rejects. What is asked for while it runs is done after it. */
  async #runAll(): Promise<void> {
    this.#again = true;
    this.#running ??= (async () => {
      while (this.#again && this.#isReady) {
        this.#again = false;
        await this.#runOnce();
      }
    })().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #runOnce(): Promise<void> {
    const { signal } = this.#ended;
    const begun = performance.now();
    try {
      await this.#open(signal);
      const pass = await preparePass(this.#passParts, () => this.#wishes());
      const tookMs = performance.now() - begun;
      if (!this.#isSwept) await sweepShare(pass);
      this.#isSwept = true;
      if (this.#ended.signal.aborted) return;
      this.#watch.follow(pass.root, pass.tree.folders);
      const failed = await this.#take(pass, signal);
      this.#failures = failed > 0 ? this.#failures + 1 : 0;
      this.#schedule(this.#restMs(tookMs));
    } catch (error) {
      if (signal.aborted || !this.#isReady) return;
      const problem = reportOf(error);
      this.#failures++;
      this.#parts.log.warn({ problem, share: this.#name }, 'a shared folder cannot be brought up to date');
      this.#show({ ...this.#status, phase: 'failed', problem });
      this.#say('problem', problem);
      this.#schedule(this.#restMs(0));
    }
  }

  #restMs(tookMs: number): number {
    const { lookMs, retryMs, goneMs } = this.#timing;
    const usual = Math.max(lookMs, tookMs * restForLooking);
    const wait = this.#gone.size > 0 ? goneMs : usual;
    return this.#failures === 0
      ? Math.min(wait, usual)
      : Math.min(usual, retryMs * 2 ** (this.#failures - 1));
  }

  async #open(signal: AbortSignal): Promise<void> {
    if (this.#isOpen) return;
    const { guest, shown } = this.#parts;
    try {
      await guest.shares.open({ documentId: this.shareId, ...shown }, { timeoutMs: openMs, signal });
    } catch (error) {
      if (reportOf(error).code !== 'bridge.file-in-use') throw error;
      // The folder is there all the same.
      this.#say('drive', reportOf(driveTaken(this.#name, shown.drive ?? '')));
    }
    this.#isOpen = true;
  }

  #wishes() {
    // Under another name that is the same in the guest, it is there still.
    if (this.#gone.size > 0) {
      const told = filesOf(this.#parts.guest.files.files.values(), this.shareId);
      for (const key of [...this.#gone.keys()]) if (told.has(key)) this.#gone.delete(key);
    }
    const deleted = this.#deleted();
    const leaving = new Set([...this.#gone.keys()].filter((key) => !deleted.has(key)));
    return { deleted, leaving, suspect: this.#suspect, mayDelete: this.#mayDelete };
  }

  /** What has been gone for so long that nobody is about to make it again. */
  #deleted(): ReadonlySet<string> {
    const before = performance.now() - this.#timing.goneMs;
    return new Set([...this.#gone].filter(([, at]) => at <= before).map(([key]) => key));
  }

  /** Resolves to how many steps did not work out. */
  async #take(pass: SharePass, signal: AbortSignal): Promise<number> {
    const steps = pass.steps.filter((step) => this.#refused.get(step.key) !== stateOf(step));
    this.#refresh(pass, steps.length);
    await this.#folders(pass, signal);
    const makes = steps.filter((step) => !isEnd(step));
    const notMade = await this.#takeAll(pass, makes, signal);
    // Where something did not come, it may be the rest of a save that what is deleted was a part of.
    const held = new Set(notMade.map(({ key }) => folderOf(key)));
    const ends = steps.filter((step) => isEnd(step) && !held.has(folderOf(step.key)));
    const notEnded = await this.#takeAll(pass, ends, signal);
    const failed = notMade.length + notEnded.length;
    await this.#foldersGone(pass, signal);
    for (const key of this.#deleted()) if (!this.#parts.journal.base.has(key)) this.#gone.delete(key);
    if (pass.held === 0) this.#mayDelete = false;
    this.#refresh(pass, failed, true);
    // A file that was kept beside goes to the guest, and what it made room for.
    if (
      steps.some(({ kind }) => kind === 'compare' || kind === 'set-aside' || kind === 'trash') &&
      failed === 0
    ) {
      this.#schedule(0);
    }
    return failed;
  }

  /** Resolves to those that did not work out. */
  async #takeAll(
    pass: SharePass,
    steps: readonly ShareStep[],
    signal: AbortSignal,
  ): Promise<readonly ShareStep[]> {
    const queue = [...steps];
    const failed: ShareStep[] = [];
    const worker = async () => {
      for (let step = queue.shift(); step && this.#isReady && !signal.aborted; step = queue.shift()) {
        if (!(await this.#step(pass, step, signal))) failed.push(step);
        if (queue.length % 16 === 0) this.#show({ ...this.#status, left: queue.length + failed.length });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    signal.throwIfAborted();
    return failed;
  }

  async #step(pass: SharePass, step: ShareStep, signal: AbortSignal): Promise<boolean> {
    try {
      await pass.runner.run(step, signal);
      this.#refused.delete(step.key);
      return true;
    } catch (error) {
      if (signal.aborted || !this.#isReady) return false;
      const problem = reportOf(error);
      this.#parts.log.info({ code: problem.code, step: step.kind }, 'a file of a shared folder waits');
      if (isRefused(error)) {
        this.#refused.set(step.key, stateOf(step));
        this.#say(`${step.key}/${problem.code}`, problem);
        return true;
      }
      const isFull = problem.code === 'share.trash-full';
      if (isFull || this.#failures >= toldAfter) this.#say(`${step.key}/${problem.code}`, problem);
      return false;
    }
  }

  async #folders(pass: SharePass, signal: AbortSignal): Promise<void> {
    const { guest, journal } = this.#parts;
    for (const { rel, path, isEmpty } of pass.newFolders) {
      // Others are made with what comes into them.
      if (isEmpty)
        await guest.shares.makeFolder({ documentId: this.shareId, path }, { timeoutMs: openMs, signal });
      await journal.setFolder(rel, path);
    }
  }

  async #foldersGone(pass: SharePass, signal: AbortSignal): Promise<void> {
    const { guest, journal } = this.#parts;
    for (const { rel, path } of pass.goneFolders) {
      const options = { timeoutMs: openMs, signal };
      await guest.shares.removeFolder({ documentId: this.shareId, path }, options).catch((error: unknown) => {
        // It has something of its own, or is gone already.
        if (!['bridge.file-changed', 'bridge.file-not-found'].includes(reportOf(error).code)) throw error;
      });
      await journal.dropFolder(rel);
    }
  }

  #refresh({ tree, held }: SharePass, left: number, isOver = false): void {
    const leftOut = countedWhy(tree.leftOut.values());
    const phase = !isOver && left > 0 ? 'copying' : held > 0 ? 'held' : left > 0 ? 'waiting' : 'same';
    const problem = held > 0 ? reportOf(manyDeleted(this.#name, held)) : undefined;
    if (problem) this.#say('held', problem);
    this.#show({ phase, left, files: tree.files.size, leftOut, problem });
  }

  #show(status: ShareStatus): void {
    this.#status = status;
    this.#parts.onChange();
  }

  #say(key: string, { message, hint }: ErrorReport): void {
    this.#tell(`About the shared folder ${this.#name}`, `${message}\nWhat to do: ${hint}`, key);
  }

  #tell(title: string, text: string, key = text): void {
    if (this.#said.has(key) || this.#said.size > 100) return;
    this.#said.add(key);
    this.#parts.onNotice({ title, text });
  }
}

function folderOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('/')));
}

/** Of the file that a step is about, as it is. */
function stateOf(step: ShareStep): string {
  if ('guest' in step) return step.guest.stamp;
  return 'host' in step ? `${step.host.identity.inode} ${step.host.identity.modifiedNs}` : '';
}
