import { pause } from '../../shared/deadline.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { MenuModel } from '../menu-model.ts';
import { shippedFile } from '../shipped-file.ts';
import type { TrayIcon } from '../tray-icon.ts';
import { helperName, unpackHelper } from './helper-file.ts';
import type { MenuDrawnBy } from './label-escape.ts';
import { type ShownMenu, showMenu } from './shown-menu.ts';

export interface SystrayOptions {
  readonly model: MenuModel;
  /** An enabled item was chosen; its key is from the menu the user saw. */
  onClick(key: string): void;
  /** XPanePaths.cache. */
  readonly cacheFolder: string;
  /** XPanePaths.runtime: there is one tray for each. */
  readonly owner: string;
  readonly drawnBy: MenuDrawnBy;
  readonly log: Log;
  /** The helper's program; from the systray2 package unless told. */
  readonly helperSource?: string;
  /** Before the first restart of a helper that died; doubles each time. Default: 200. */
  readonly firstBackOffMs?: number;
  readonly signal?: AbortSignal;
}

/** Between two updates: a guest that flickers must not keep the panel busy. */
const updateIntervalMs = 100;

/**
 * A new helper's icon is in the panel well before this; the old one goes then. Without the overlap the icon
 * would be missing for a moment, and xfce4-panel 4.18 hangs when the last icon goes while its menu is open.
 */
const overlapMs = 1000;

/** A helper that dies comes back, ever later; after this many deaths in a row it is gone for good. */
const maxRestarts = 6;
const firstBackOffMs = 200;
/** A helper that lived this long was well. */
const healthyMs = 60_000;

/**
 * Shows an icon by systray2. Throws what `unpackHelper` and `showMenu` throw; `signal` ends only the opening.
 */
export async function openSystrayIcon(options: SystrayOptions): Promise<TrayIcon> {
  const source = options.helperSource ?? shippedFile(`node_modules/systray2/traybin/${helperName()}`);
  const copyDir = await unpackHelper({ source, cacheFolder: options.cacheFolder, owner: options.owner });
  const keeper = new IconKeeper(options, copyDir);
  await keeper.open(options.signal);
  return keeper;
}

/** Keeps one helper running and its menu up to date. One thing at a time: `work` is the only way to change it. */
class IconKeeper implements TrayIcon {
  readonly closed: Promise<void>;
  readonly #finished = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  readonly #options: SystrayOptions;
  readonly #copyDir: string;
  #shown: ShownMenu | undefined;
  #startedMs = 0;
  #restarts = 0;
  #wanted: MenuModel;
  #updating = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: SystrayOptions, copyDir: string) {
    this.#options = options;
    this.#copyDir = copyDir;
    this.#wanted = options.model;
    this.closed = this.#finished.promise;
    // Also read by nobody, a lost icon must not end the process.
    this.closed.catch(() => undefined);
  }

  async open(signal: AbortSignal | undefined): Promise<void> {
    await this.#start(this.#wanted, signal);
  }

  show(model: MenuModel): void {
    this.#wanted = model;
    if (this.#updating) return;
    this.#updating = true;
    this.#enqueue(async () => {
      this.#updating = false;
      await this.#update(this.#wanted);
      await pause(updateIntervalMs, this.#stopping.signal);
    });
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
    await this.#shown?.stop();
    this.#finished.resolve();
  }

  #enqueue(task: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#stopping.signal.aborted) return;
      try {
        await task();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#options.log.error(reportOf(error), 'the tray icon could not be changed');
      }
    });
  }

  async #start(model: MenuModel, signal: AbortSignal | undefined): Promise<void> {
    const shown = await showMenu(model, {
      copyDir: this.#copyDir,
      drawnBy: this.#options.drawnBy,
      onClick: (key) => {
        if (shown === this.#shown) this.#options.onClick(key);
      },
      ...(signal ? { signal } : {}),
    });
    this.#shown = shown;
    this.#startedMs = performance.now();
    void shown.exited.then((reason) => this.#enqueue(() => this.#comeBack(shown, reason)));
  }

  async #update(model: MenuModel): Promise<void> {
    const old = this.#shown;
    if (old?.update(model)) return;
    await this.#start(model, this.#stopping.signal);
    await pause(overlapMs, this.#stopping.signal).finally(() => old?.stop());
  }

  async #comeBack(dead: ShownMenu, reason: XPaneError): Promise<void> {
    if (dead !== this.#shown) return;
    const { log, firstBackOffMs: backOffMs = firstBackOffMs } = this.#options;
    log.warn({ ...reportOf(reason), cause: String(reason.cause ?? '') }, 'the tray helper ended');
    if (performance.now() - this.#startedMs > healthyMs) this.#restarts = 0;
    let last = reason;
    // Without its display (the user logged out) it cannot come back.
    while (this.#restarts < maxRestarts && last.code !== 'tray.no-display') {
      await pause(backOffMs * 2 ** this.#restarts++, this.#stopping.signal);
      try {
        await this.#start(this.#wanted, this.#stopping.signal);
        log.info({ restarts: this.#restarts }, 'the tray icon is back');
        return;
      } catch (error) {
        if (!(error instanceof XPaneError)) throw error;
        last = error;
      }
    }
    this.#finished.reject(last);
  }
}
