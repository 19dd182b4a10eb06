import { DesktopView } from '../desktop-view/desktop-view.ts';
import type { DesktopViewState } from '../launcher/api/state.ts';
import type { FocusWish, Presenter } from '../presenter/presenter.ts';
import { markedTitle } from '../seamless/title-mark.ts';
import { unlessAborted } from '../shared/deadline.ts';
import { type ErrorReport, reportOf, XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { capabilities } from '../vm/capabilities.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { ChangeSignal } from './change-signal.ts';
import type { Display } from './display.ts';
import { seamlessLook } from './guest-look.ts';
import type { WorkspaceSession } from './workspace-session.ts';

export interface WorkspaceScreenParts {
  readonly workspace: Workspace;
  readonly session: Pick<WorkspaceSession, 'changes' | 'screenSocket'>;
  readonly display: Pick<Display, 'changes' | 'presenter' | 'open'>;
  readonly log: Log;
  /** Starts the guest, unless something keeps it from that. */
  readonly ensureReady: () => Promise<unknown>;
}

/** On a display that is back, the screen is shown within this or not at all. */
const comebackTimeoutMs = 10_000;

/** Where a client wants windows to appear; see `Display.open`. */
export interface WhereToShow {
  readonly display?: string | undefined;
  readonly authority?: string | undefined;
}

/** The one view of a workspace's own screen. It goes with the display, with the guest, and when the user closes it. */
export class WorkspaceScreen {
  readonly changes = new ChangeSignal();
  readonly #parts: WorkspaceScreenParts;
  readonly #stopListening: () => void;
  #opening: Promise<void> | undefined;
  #view: DesktopView | undefined;
  #shownOn: Presenter | undefined;
  /** The display went away with it: it comes back with the next one. */
  #comesBack = false;
  #ended: ErrorReport | undefined;

  constructor(parts: WorkspaceScreenParts) {
    this.#parts = parts;
    this.#stopListening = parts.display.changes.listen(() => this.#followDisplay());
  }

  /** The workspace is gone, or another one takes its place. */
  close(): void {
    this.#stopListening();
    this.#view?.close();
  }

  /** Undefined where guests of this kind have no screen. */
  get state(): DesktopViewState | undefined {
    if (!this.#offered) return undefined;
    return { shown: this.#view !== undefined, ...(this.#ended ? { ended: this.#ended } : {}) };
  }

  /**
   * Shows the screen, or raises the window that shows it. Starts the guest if need be and waits for its screen only.
   * Throws `desktop.*`, and what the start and the display throw.
   */
  async open(where: WhereToShow, signal: AbortSignal): Promise<void> {
    if (!this.#offered) throw noScreen(this.#parts.workspace.name);
    const { display } = this.#parts;
    const presenter = await display.open(where.display, where.authority);
    if (this.#view) {
      this.#view.raise();
      return;
    }
    const focus = presenter.userAct();
    this.#opening ??= this.#show(presenter, focus, signal).finally(() => {
      this.#opening = undefined;
    });
    await this.#opening;
  }

  get #offered(): boolean {
    return capabilities[this.#parts.workspace.backend].screen;
  }

  async #show(presenter: Presenter, focus: FocusWish, signal: AbortSignal): Promise<void> {
    const { workspace, display, log } = this.#parts;
    const socket = await this.#socket(signal);
    // The display may have gone while the guest started.
    if (display.presenter !== presenter) throw displayGone();
    const view = await DesktopView.open({
      ...{ socket, presenter, focus, log, signal },
      view: seamlessLook(workspace, presenter).view,
      title: markedTitle(`Desktop of ${workspace.name}`, workspace.titlePrefix, ''),
      applicationClass: `xpane-screen-${workspace.id}`,
    });
    this.#view = view;
    this.#shownOn = presenter;
    this.#comesBack = false;
    this.#ended = undefined;
    void view.ended.then((error) => this.#gone(view, error));
    this.#followDisplay();
    this.changes.emit();
  }

  /** There as soon as the guest's machine is: long before its agent, and though there never be one. */
  async #socket(signal: AbortSignal): Promise<string> {
    const { session, workspace, ensureReady } = this.#parts;
    const appeared = Promise.withResolvers<string>();
    const look = () => {
      if (session.screenSocket !== undefined) appeared.resolve(session.screenSocket);
    };
    const stopListening = session.changes.listen(look);
    try {
      look();
      const started = ensureReady().then((): never | string => {
        throw noScreen(workspace.name);
      });
      return await unlessAborted(Promise.race([appeared.promise, started]), signal);
    } finally {
      stopListening();
    }
  }

  #gone(view: DesktopView, error: XPaneError | undefined): void {
    if (this.#view !== view) return;
    this.#view = undefined;
    this.#shownOn = undefined;
    if (error) {
      this.#ended = reportOf(error);
      this.#parts.log.info({ error: this.#ended }, 'the view of the guest’s screen was closed');
    }
    this.changes.emit();
  }

  #followDisplay(): void {
    const view = this.#view;
    const { presenter } = this.#parts.display;
    if (view && presenter !== this.#shownOn) {
      this.#gone(view, undefined);
      view.close();
      this.#comesBack = true;
    }
    if (!presenter || !this.#comesBack) return;
    this.#comesBack = false;
    if (this.#parts.session.screenSocket === undefined) return;
    this.open({}, AbortSignal.timeout(comebackTimeoutMs)).catch((error: unknown) =>
      this.#parts.log.warn({ error: reportOf(error) }, 'the guest’s screen could not be shown again'),
    );
  }
}

function noScreen(name: string): XPaneError {
  return new XPaneError(
    'desktop.no-screen',
    `“${name}” has no screen of its own: its applications are all there is to see.`,
    'Only guests in a virtual machine have one: see the setting "backend".',
  );
}

function displayGone(): XPaneError {
  return new XPaneError(
    'desktop.display-gone',
    'The desktop went away before the guest’s screen could be shown.',
    'Try again.',
  );
}
