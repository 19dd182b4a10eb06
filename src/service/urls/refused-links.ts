import type { ServiceState } from '../../launcher/api/state.ts';
import { type ErrorReport, reportOf } from '../../shared/errors.ts';
import { ChangeSignal } from '../change-signal.ts';

const mostKept = 8;
/** A guest can ask for links without end; nobody reads more than this. */
const betweenMs = 2_000;

export interface FromWorkspace {
  readonly id: string;
  readonly name: string;
}

/** Links that were not opened, for whoever tells the user. */
export class RefusedLinks {
  readonly changes = new ChangeSignal();
  readonly #now: () => number;
  #told: NonNullable<ServiceState['refusedLinks']> = [];
  #lastId = 0;
  /** By workspace: no guest keeps another one's from the user. */
  readonly #guestToldMs = new Map<string, number>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get told(): NonNullable<ServiceState['refusedLinks']> {
    return this.#told;
  }

  /** The user clicked it on the host. */
  add(thrown: unknown): void {
    this.#add({ failure: reportOf(thrown) });
  }

  /** The guest asked for it. Told in any case where that happens seldom by itself (`always`). */
  addFromGuest(thrown: unknown, { id, name }: FromWorkspace, { always = false } = {}): void {
    const toldMs = this.#guestToldMs.get(id) ?? Number.NEGATIVE_INFINITY;
    if (!always && this.#now() - toldMs < betweenMs) return;
    this.#guestToldMs.set(id, this.#now());
    this.#add({ failure: reportOf(thrown), from: { id, name } });
  }

  #add(refused: { readonly failure: ErrorReport; readonly from?: FromWorkspace }): void {
    this.#lastId += 1;
    this.#told = [...this.#told, { id: this.#lastId, ...refused }].slice(-mostKept);
    this.changes.emit();
  }
}
