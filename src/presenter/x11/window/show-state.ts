import type { ShowState } from '../../presenter.ts';
import type { Atoms } from '../atoms.ts';
import { ICONIC_STATE } from './hints.ts';

/** What _NET_WM_STATE and WM_STATE say together. Window managers set one or both. */
export function showStateOf(
  atoms: Atoms,
  netState: readonly number[],
  wmState: number | undefined,
): ShowState {
  if (netState.includes(atoms._NET_WM_STATE_HIDDEN) || wmState === ICONIC_STATE) return 'minimised';
  if (netState.includes(atoms._NET_WM_STATE_FULLSCREEN)) return 'full-screen';
  const maximised =
    netState.includes(atoms._NET_WM_STATE_MAXIMIZED_HORZ) &&
    netState.includes(atoms._NET_WM_STATE_MAXIMIZED_VERT);
  return maximised ? 'maximised' : 'normal';
}

/**
 * Tells state changes that were asked for from those that the user or the window manager made.
 *
 * The manager minimises a moment after it was asked to. A state asked for in between would be lost, as the window
 * cannot come up again before it has gone: it falls `due` when the minimising is seen.
 */
export class ShowStateTracker {
  #current: ShowState;
  #asked: ShowState | undefined;
  #afterMinimised: ShowState | undefined;

  constructor(initial: ShowState) {
    this.#current = 'normal';
    this.#asked = initial === 'normal' ? undefined : initial;
  }

  get current(): ShowState {
    return this.#current;
  }

  /** Of a window that the manager does not know yet: it comes up so. */
  begin(state: ShowState): void {
    this.#asked = state === this.#current ? undefined : state;
  }

  ask(state: ShowState): void {
    const going = this.#asked === 'minimised' || this.#afterMinimised !== undefined;
    this.#afterMinimised = going && state !== 'minimised' ? state : undefined;
    this.begin(state);
  }

  /** Gives the state if it is news to the window's owner. */
  observe(state: ShowState): ShowState | undefined {
    if (state === this.#current) return undefined;
    this.#current = state;
    const overtaken = state === 'minimised' && this.#afterMinimised !== undefined;
    const granted = overtaken || state === this.#asked;
    this.#asked = undefined;
    return granted ? undefined : state;
  }

  /** What is to be asked for again, now that the window is minimised. */
  takeDue(): ShowState | undefined {
    if (this.#current !== 'minimised') return undefined;
    const due = this.#afterMinimised;
    this.#afterMinimised = undefined;
    return due;
  }
}
