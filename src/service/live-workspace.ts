import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { WorkspaceState } from '../launcher/api/state.ts';
import type { Presenter, UserAct } from '../presenter/presenter.ts';
import { markedTitle } from '../seamless/title-mark.ts';
import { type ErrorReport, reportOf } from '../shared/errors.ts';
import type { Catalogue } from '../workspace/catalogue.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { Balloons } from './balloons.ts';
import { ChangeSignal } from './change-signal.ts';
import { applicationWindows } from './closing-applications.ts';
import { DroppedFiles } from './dropped-files.ts';
import type { FirstTimeSetUp } from './first-time/first-time-set-up.ts';
import { nothingToSetUp } from './first-time/set-up-errors.ts';
import { GuestOnDisplay, type GuestOnDisplayParts } from './guest-on-display.ts';
import { canSuspend, idleEnd } from './idle-end.ts';
import { IdleRest } from './idle-rest.ts';
import type { WorkspaceLoans } from './loans/workspace-loans.ts';
import { openAll } from './open-files.ts';
import { progressOf } from './phase-progress.ts';
import type { WorkspacePrinting } from './printing/workspace-printing.ts';
import type { GuestBegin, RedirectedFiles } from './redirected-files.ts';
import type { SessionPhase } from './session-phase.ts';
import type { WorkspaceShares } from './shares/workspace-shares.ts';
import { listenForLinks } from './urls/guest-links.ts';
import { busy, notStopped } from './workspace-errors.ts';
import { type WhereToShow, WorkspaceScreen } from './workspace-screen.ts';
import type { WorkspaceSession } from './workspace-session.ts';

/** A window that a click on a balloon opens comes within this, or comes without the focus. */
const balloonWindowTimeoutMs = 10_000;

export interface LiveWorkspaceParts extends GuestOnDisplayParts {
  readonly session: WorkspaceSession;
  readonly catalogue: Catalogue;
  readonly files: RedirectedFiles;
  /** Files of its guest that are open here. */
  readonly loans?: WorkspaceLoans;
  readonly shares?: WorkspaceShares;
  readonly printing?: Pick<WorkspacePrinting, 'busy' | 'beforeDiskGoes'>;
  /** What was to be said at the guest's last start though it was started. */
  readonly warning?: () => ErrorReport | undefined;
  /** Ends what an earlier start left on the disk; rejects when that may still write to it. */
  readonly endLeft?: () => Promise<void>;
  /** A program of the guest opens a link, which the rules may send elsewhere. */
  readonly onLink?: (untrustedUrl: string, bridge: GuestBridge) => void;
  /** The setting as it is now; may throw `settings.*`, `policy.*`. As the workspace was opened with by default. */
  readonly urlsFromGuest?: () => Workspace['urlsFromGuest'];
  /** Of a user's own image. */
  readonly setUp?: FirstTimeSetUp | undefined;
}

/**
 * A workspace at work: joins its guest (session) with the host's display (seamless windows) and keeps the
 * catalogue of published applications up to date.
 */
export class LiveWorkspace {
  readonly changes = new ChangeSignal();
  /** The guest's own screen. */
  readonly screen: WorkspaceScreen;
  readonly #parts: LiveWorkspaceParts;
  readonly #balloons: Balloons;
  readonly #idle: IdleRest;
  readonly #onDisplay: GuestOnDisplay;
  #bridge: GuestBridge | undefined;
  readonly #stopListening: readonly (() => void)[];
  /** What is being done to the disk, or was, so that no guest may start on it. */
  #held: string | undefined;
  #closed = false;
  /** Where whoever asked for set-up wants to see it. */
  #where: WhereToShow = {};

  constructor(parts: LiveWorkspaceParts) {
    this.#parts = parts;
    const fileDrops = this.#dropsOn.bind(this);
    this.#onDisplay = new GuestOnDisplay({ ...parts, fileDrops });
    this.screen = new WorkspaceScreen({ ...parts, ensureReady: () => this.#startToLook() });
    this.screen.changes.listen(() => this.changes.emit());
    this.#balloons = new Balloons(({ trayId, title }) => {
      const speaker = title || (this.#bridge?.model.trayIcons.get(trayId)?.tooltip ?? '');
      return markedTitle(speaker, parts.workspace.titlePrefix, '');
    });
    this.#idle = new IdleRest({
      idleMs: idleEnd(parts.workspace) ? parts.workspace.idleMinutes * 60_000 : 0,
      isQuiet: () =>
        parts.session.phase.name === 'running' &&
        !this.#showsWindows() &&
        !this.screen.state?.shown &&
        !parts.setUp?.active &&
        !parts.files.busy &&
        !parts.loans?.busy &&
        !parts.printing?.busy &&
        !parts.shares?.busy,
      rest: () => this.#restUnused(),
    });
    this.changes.listen(() => this.#idle.look());
    this.#stopListening = [
      this.#balloons.changes.listen(() => this.changes.emit()),
      parts.session.changes.listen(() => this.#followSession()),
      this.#onDisplay.changes.listen(() => this.changes.emit()),
      parts.files.changes.listen(() => this.changes.emit()),
      parts.loans?.changes.listen(() => this.changes.emit()) ?? (() => undefined),
      parts.shares?.changes.listen(() => this.changes.emit()) ?? (() => undefined),
      parts.setUp?.changes.listen(() => this.changes.emit()) ?? (() => undefined),
    ];
  }

  /** Another one takes its place, or the workspace is gone. Its guest does not run. */
  close(): void {
    for (const stop of this.#stopListening) stop();
    this.#onDisplay.close();
    this.screen.close();
    void this.files.release();
    void this.#parts.loans?.close();
    void this.shares?.release();
    void this.setUp?.end({ replaced: true });
    this.#held = 'has just been changed';
    this.#closed = true;
  }

  get id(): string {
    return this.#parts.workspace.id;
  }

  get name(): string {
    return this.#parts.workspace.name;
  }

  get workspace(): Workspace {
    return this.#parts.workspace;
  }

  get session(): WorkspaceSession {
    return this.#parts.session;
  }

  /** First-time set-up, where there is something to set up. */
  get setUp(): FirstTimeSetUp | undefined {
    return this.#parts.setUp;
  }

  /** Files of the host that are open in it. */
  get files(): RedirectedFiles {
    return this.#parts.files;
  }

  /** Folders of the host that it has, too. */
  get shares(): WorkspaceShares | undefined {
    return this.#parts.shares;
  }

  /** Its guest's pages. */
  get printing(): LiveWorkspaceParts['printing'] {
    return this.#parts.printing;
  }

  get catalogue(): Catalogue {
    return this.#parts.catalogue;
  }

  /**
   * Starts the guest as `WorkspaceSession.ensureReady` does, and sets it up before if need be; unless its disk is being
   * worked on: `workspace.busy`.
   */
  async ensureReady(signal?: AbortSignal): Promise<GuestBridge> {
    if (this.#held !== undefined) throw busy(this.name, this.#held);
    if (this.setUp?.needed) {
      await this.setUp.ensure(signal);
      if (this.#held !== undefined) throw busy(this.name, this.#held);
    }
    return this.session.ensureReady(signal);
  }

  /** Sets the guest up; an attended set-up shows it at `where`; see `FirstTimeSetUp.run`. Throws `setup.*`, `workspace.busy`, `presenter.*`. */
  async runSetUp(where: WhereToShow, signal: AbortSignal, keepsDisk = false): Promise<void> {
    if (this.#held !== undefined) throw busy(this.name, this.#held);
    if (!this.setUp) throw nothingToSetUp(this.name);
    this.#where = where;
    // Better said now than when the guest waits for somebody who cannot see it.
    if (this.setUp.report?.mode === 'attended') {
      await this.#parts.display.open(where.display, where.authority);
    }
    await this.setUp.run(signal, { keepsDisk });
  }

  /** Somebody works on the disk: no guest may start on it. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** For a set-up that is attended. */
  async showForSetUp(signal: AbortSignal): Promise<void> {
    await this.screen.open(this.#where, signal);
  }

  /** As `WorkspaceSession.stop`; a set-up under way is stopped, too. */
  async stop(options?: { readonly force?: boolean }): Promise<void> {
    await this.setUp?.stop();
    await this.session.stop(options);
  }

  /** Throws `workspace.busy` while the guest is being set up. */
  async suspend(): Promise<void> {
    if (this.setUp?.active) throw busy(this.name, 'is being set up');
    await this.session.suspend();
  }

  /**
   * Keeps the guest from starting, until the returned function is called. `what` is said to whoever tries: "is being
   * copied". With `away` a suspended guest goes, as the disk below it does. Throws `workspace.running`,
   * `workspace.busy`; with `away` also what `endLeft` throws.
   */
  async holdDisk(what: string, { away = false } = {}): Promise<() => void> {
    if (this.#held !== undefined) throw busy(this.name, this.#held);
    if (this.setUp?.active) throw busy(this.name, 'is being set up');
    const release = () => {
      if (!this.#closed) this.#held = undefined;
    };
    // Before anything is waited for: nobody else takes the disk meanwhile.
    this.#held = what;
    try {
      await this.#clearDisk(away);
      if (this.#closed) throw busy(this.name, this.#held);
      if (this.session.phase.name !== 'stopped') throw notStopped(this);
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  /** No guest is left on the disk, as far as none runs; with `away` none that rests either. */
  async #clearDisk(away: boolean): Promise<void> {
    const { session } = this;
    if (session.keepsGuest && !away) throw notStopped(this);
    if (away && (session.keepsGuest || isOver(session.phase))) await this.#parts.endLeft?.();
    const { keepsGuest, phase } = session;
    // What is left of a guest that failed is cleared away first.
    if (keepsGuest || phase.name === 'failed') await session.stop({ force: true });
  }

  /** A new guest's bridge: the session made it. */
  adopt(bridge: GuestBridge, begin?: GuestBegin): void {
    const { log, catalogue } = this.#parts;
    this.#bridge = bridge;
    const cutOff = this.files.adopt(bridge, begin);
    this.shares?.adopt(bridge, { cutOff });
    bridge.on('applicationsChanged', (applications) => {
      catalogue
        .replace(applications, (iconId) => bridge.model.icon(iconId))
        .catch((error: unknown) => log.error({ error: String(error) }, 'the catalogue was not written'))
        .finally(() => this.changes.emit());
    });
    bridge.on('balloon', (balloon) => this.#balloons.add(balloon));
    const { onLink, urlsFromGuest = () => this.workspace.urlsFromGuest } = this.#parts;
    listenForLinks(bridge, {
      urlsFromGuest: onLink ? urlsFromGuest : () => 'guest',
      onLink: (untrustedUrl, from) => onLink?.(untrustedUrl, from),
      log,
    });
    bridge.on('windowCreated', () => this.changes.emit());
    bridge.on('windowDestroyed', () => this.changes.emit());
    this.#onDisplay.adopt(bridge);
  }

  /** The guest is about to end or rest: what was copied there can still be pasted. Never rejects. */
  async keepCopied(): Promise<void> {
    await this.#onDisplay.keepCopied();
  }

  /** Somebody wants something of the guest, until the returned function is called: it is not put to rest meanwhile. */
  keepAwake(): () => void {
    return this.#idle.hold();
  }

  /** A launch of the user's leads to a window that may take the focus. Returns the way to withdraw that. */
  expectWindow(act: UserAct, timeoutMs: number): () => void {
    return this.#onDisplay.expectWindow(act, timeoutMs);
  }

  /** The user clicked a balloon: a window that comes of it may take the focus. */
  balloonClicked(balloonId: number): void {
    const trayId = this.#balloons.trayIdOf(balloonId);
    const { presenter } = this.#parts.display;
    if (trayId === undefined || !presenter) return;
    if (this.#bridge?.send({ type: 'balloon-click', trayId })) {
      this.expectWindow(presenter.userAct(), balloonWindowTimeoutMs);
    }
  }

  screenChanged(): void {
    this.#onDisplay.screenChanged();
  }

  state(): WorkspaceState {
    const { workspace, session, catalogue } = this.#parts;
    const { phase } = session;
    const warning = withWindows.has(phase.name) ? this.#parts.warning?.() : undefined;
    const balloons = this.#balloons.told;
    const shares = this.shares?.progress ?? [];
    return {
      id: workspace.id,
      name: workspace.name,
      phase: phase.name,
      backend: workspace.backend,
      ...(canSuspend(workspace) ? { suspends: true } : {}),
      ...progressOf(phase),
      ...(phase.name === 'running' && phase.notice !== undefined ? { notice: phase.notice } : {}),
      ...(warning ? { warning } : {}),
      ...(phase.name === 'failed' ? { failure: phase.failure } : {}),
      applications: [...catalogue.applications],
      windowCount: this.#onDisplay.windowCount,
      ...(this.setUp?.report ? { setUp: this.setUp.report } : {}),
      ...(this.screen.state ? { desktopView: this.screen.state } : {}),
      ...(balloons.length > 0 ? { balloons: [...balloons] } : {}),
      ...(this.files.state ? { files: this.files.state } : {}),
      ...(shares.length > 0 ? { shares: [...shares] } : {}),
    };
  }

  #dropsOn(bridge: GuestBridge, presenter: Presenter): DroppedFiles {
    const { id: workspaceId, files } = this;
    // The guest runs, and what is opened in it ends with it.
    const { signal } = new AbortController();
    return new DroppedFiles({
      ...{ workspaceId, files, bridge, presenter },
      keepAwake: () => this.keepAwake(),
      expectWindow: (act, timeoutMs) => this.expectWindow(act, timeoutMs),
      open: (asked, names, wish) => openAll(this, asked, names, wish, signal),
    });
  }

  /** A guest that could not be set up is just the one that somebody wants to look at. */
  async #startToLook(): Promise<unknown> {
    if (this.setUp?.report?.phase !== 'failed') return await this.ensureReady();
    if (this.#held !== undefined) throw busy(this.name, this.#held);
    return await this.session.ensureReady();
  }

  async #restUnused(): Promise<void> {
    const { session, log, workspace } = this.#parts;
    const end = idleEnd(workspace);
    log.info({ idleMinutes: workspace.idleMinutes, end }, 'nobody uses the guest');
    const atOnce = end === 'turn-off';
    // No window is open that could ask something; files that are only there are waited for, or keep it running.
    const work = end === 'suspend' ? session.suspend() : session.stop({ atOnce });
    await work.catch((error: unknown) => {
      const report = reportOf(error);
      log.warn({ error: report, end }, 'a guest that nobody uses runs on');
      if (/^(files|printing)\./.test(report.code)) this.files.tellOnce(`${this.name} was not ended`, report);
    });
  }

  #showsWindows(): boolean {
    return this.#bridge !== undefined && applicationWindows(this.#bridge.model).length > 0;
  }

  /** A guest that is gone, or is being shut down, has no windows on the host any more. */
  #followSession(): void {
    const { name } = this.#parts.session.phase;
    if (this.#bridge && !withWindows.has(name)) {
      this.#bridge = undefined;
      void this.files.release();
      void this.shares?.release();
      this.#balloons.clear();
      this.#onDisplay.release();
    } else {
      this.changes.emit();
    }
  }
}

/** One that is being suspended keeps its windows to the end: it may have to run on. */
const withWindows: ReadonlySet<SessionPhase['name']> = new Set(['starting', 'running', 'suspending']);

function isOver({ name }: SessionPhase): boolean {
  return name === 'failed' || name === 'stopped';
}
