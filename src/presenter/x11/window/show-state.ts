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

/** Tells state changes that were asked for from those that the user or the window manager made. */
export class ShowStateTracker {
  #current: ShowState;
  #asked: ShowState | undefined;

  constructor(initial: ShowState) {
    this.#current = 'normal';
    this.#asked = initial === 'normal' ? undefined : initial;
  }

  get current(): ShowState {
    return this.#current;
  }

  ask(state: ShowState): void {
    this.#asked = state === this.#current ? undefined : state;
  }

  /** Gives the state if it is news to the window's owner. */
  observe(state: ShowState): ShowState | undefined {
    if (state === this.#current) return undefined;
    this.#current = state;
    const granted = state === this.#asked;
    this.#asked = undefined;
    return granted ? undefined : state;
  }
}
