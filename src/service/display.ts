import type { Presenter } from '../presenter/presenter.ts';
import { createPresenter } from '../presenter/x11/create-presenter.ts';
import { pause } from '../shared/deadline.ts';
import { type ErrorReport, reportOf, XPaneError } from '../shared/errors.ts';
import type { Size } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import { ChangeSignal } from './change-signal.ts';

/** A guest that starts while no display is known gets a desktop of this size. */
const fallbackSize: Size = { width: 1280, height: 1024 };
/** A display that was lost is looked for after this, and then after ever longer pauses. */
const firstPauseMs = 250;
const longestPauseMs = 5_000;

/**
 * The host display the service shows windows on: the one from its environment or the first that a client names.
 * One that is lost is looked for until it is back or a client names another; guests run on meanwhile.
 */
export class Display {
  readonly changes = new ChangeSignal();
  readonly #log: Log;
  readonly #onScreenChanged: (presenter: Presenter) => void;
  #presenter: Presenter | undefined;
  #name: string | undefined;
  #opening: Promise<Presenter> | undefined;
  /** Set from a loss on, until a display is open again. */
  #lost: { readonly name: string | undefined; readonly failure: ErrorReport } | undefined;
  #looking: { readonly cancel: AbortController; readonly ended: Promise<void> } | undefined;
  #closed = false;

  constructor(options: { log: Log; onScreenChanged: (presenter: Presenter) => void }) {
    this.#log = options.log;
    this.#onScreenChanged = options.onScreenChanged;
  }

  get presenter(): Presenter | undefined {
    return this.#presenter;
  }

  get name(): string | undefined {
    return this.#name;
  }

  get size(): Size {
    return this.#presenter?.screen.size ?? fallbackSize;
  }

  /** Why there is no display any more. */
  get failure(): ErrorReport | undefined {
    return this.#lost?.failure;
  }

  /**
   * Opens the display unless one is open; without a name the one that was lost, or the environment's. `authority`:
   * the file with its key, if not the environment's. Throws XPaneError `presenter.*`, `service.stopping` once closed.
   */
  async open(name: string | undefined, authority?: string): Promise<Presenter> {
    if (this.#closed) throw closing();
    if (this.#presenter) return this.#presenter;
    const wanted = name ?? this.#lost?.name ?? process.env.DISPLAY;
    this.#opening ??= this.#openInstead(wanted, authority).finally(() => {
      this.#opening = undefined;
    });
    return await this.#opening;
  }

  /** Final: a request that is still under way opens no other one. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#looking?.cancel.abort();
    await Promise.all([this.#opening?.catch(() => undefined), this.#looking?.ended]);
    const presenter = this.#presenter;
    this.#forget();
    await presenter?.close();
  }

  /** Who asks for a display does not wait for the one that was lost, which is looked for again if this fails. */
  async #openInstead(name: string | undefined, authority: string | undefined): Promise<Presenter> {
    this.#looking?.cancel.abort();
    try {
      return await this.#connect({ name, authority });
    } catch (error) {
      if (this.#lost) this.#look();
      throw error;
    }
  }

  async #connect(
    { name, authority }: { name: string | undefined; authority?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Presenter> {
    const presenter = await createPresenter({
      ...(name === undefined ? {} : { display: name }),
      ...(authority === undefined ? {} : { authority }),
      log: this.#log,
      events: {
        onScreenChanged: () => this.#onScreenChanged(presenter),
        onLost: (reason) => this.#onLost(presenter, reason),
      },
    });
    if (this.#closed || signal?.aborted) {
      await presenter.close();
      throw closing();
    }
    this.#presenter = presenter;
    this.#name = name;
    if (this.#lost) this.#log.info({}, 'a display is there again');
    this.#lost = undefined;
    this.changes.emit();
    return presenter;
  }

  #onLost(presenter: Presenter, reason: Error): void {
    if (this.#closed || this.#presenter !== presenter) return;
    const failure = reportOf(reason);
    this.#log.warn({ error: failure }, 'the display is gone; guests run on');
    this.#lost = { name: this.#name, failure };
    this.#forget();
    this.#look();
  }

  #look(): void {
    if (this.#closed) return;
    const cancel = new AbortController();
    const before = this.#looking?.ended;
    this.#looking = { cancel, ended: this.#lookAgain(cancel.signal, before) };
  }

  /** Never rejects. A display that is not there is no news: it was told when it was lost. */
  async #lookAgain(signal: AbortSignal, before: Promise<void> | undefined): Promise<void> {
    await before;
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await pause(pauseMs, signal);
        await this.#connect({ name: this.#lost?.name }, signal);
        return;
      } catch (error) {
        this.#log.debug({ error: reportOf(error) }, 'the display is still gone');
      }
    }
  }

  #forget(): void {
    this.#presenter = undefined;
    this.#name = undefined;
    this.changes.emit();
  }
}

function closing(): XPaneError {
  return new XPaneError('service.stopping', 'XPane is being closed.', 'Start it again, then try again.');
}
