import type { ServiceState } from '../../launcher/api/state.ts';
import { type ErrorReport, reportOf } from '../../shared/errors.ts';
import { ChangeSignal } from '../change-signal.ts';

const mostKept = 8;
/** A guest can ask for links without end; nobody reads more than this. */
const betweenMs = 2_000;

/** Links that were not opened, for whoever tells the user. */
export class RefusedLinks {
  readonly changes = new ChangeSignal();
  readonly #now: () => number;
  #told: NonNullable<ServiceState['refusedLinks']> = [];
  #lastId = 0;
  #guestToldMs = Number.NEGATIVE_INFINITY;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get told(): NonNullable<ServiceState['refusedLinks']> {
    return this.#told;
  }

  /** The user clicked it on the host. */
  add(thrown: unknown): void {
    const failure: ErrorReport = reportOf(thrown);
    this.#lastId += 1;
    this.#told = [...this.#told, { id: this.#lastId, failure }].slice(-mostKept);
    this.changes.emit();
  }

  /** The guest asked for it. */
  addFromGuest(thrown: unknown): void {
    if (this.#now() - this.#guestToldMs < betweenMs) return;
    this.#guestToldMs = this.#now();
    this.add(thrown);
  }
}
