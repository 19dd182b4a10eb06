import type { Presenter } from '../presenter/presenter.ts';
import { createPresenter } from '../presenter/x11/create-presenter.ts';
import { XPaneError } from '../shared/errors.ts';
import type { Size } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import { ChangeSignal } from './change-signal.ts';

/** A guest that starts while no display is known gets a desktop of this size. */
const fallbackSize: Size = { width: 1280, height: 1024 };

/**
 * The host display the service shows windows on: the one from its environment or the first that a client names,
 * until it is lost; then the next one a client names.
 */
export class Display {
  readonly changes = new ChangeSignal();
  readonly #log: Log;
  readonly #onScreenChanged: (presenter: Presenter) => void;
  #presenter: Presenter | undefined;
  #name: string | undefined;
  #opening: Promise<Presenter> | undefined;
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

  /** Opens the display unless one is open. Throws XPaneError `presenter.*`, `service.stopping` once closed. */
  async open(name: string | undefined): Promise<Presenter> {
    if (this.#closed) throw closing();
    if (this.#presenter) return this.#presenter;
    this.#opening ??= this.#connect(name ?? process.env.DISPLAY).finally(() => {
      this.#opening = undefined;
    });
    return await this.#opening;
  }

  /** Final: a request that is still under way opens no other one. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    const presenter = this.#presenter;
    this.#forget();
    await presenter?.close();
  }

  async #connect(name: string | undefined): Promise<Presenter> {
    const presenter = await createPresenter({
      ...(name === undefined ? {} : { display: name }),
      log: this.#log,
      events: {
        onScreenChanged: () => this.#onScreenChanged(presenter),
        onLost: (reason) => {
          this.#log.warn({ reason: reason.message }, 'the display is gone');
          this.#forget();
        },
      },
    });
    if (this.#closed) {
      await presenter.close();
      throw closing();
    }
    this.#presenter = presenter;
    this.#name = name;
    this.changes.emit();
    return presenter;
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
