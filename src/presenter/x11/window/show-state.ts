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

/** A program may change its mind for as long as the manager takes. */
const longestWay = 8;

/**
 * Tells state changes that were asked for from those that the user or the window manager made.
 *
 * The manager minimises a moment after it was asked to, and brings up as late. A state asked for in between would be
 * lost, as the window cannot come up before it has gone: it falls `due` when the minimising is seen.
 */
export class ShowStateTracker {
  #current: ShowState;
  /** In the order in which they were asked for; more than one only around `minimised`. */
  #asked: readonly ShowState[];
  #due: ShowState | undefined;

  constructor(initial: ShowState) {
    this.#current = 'normal';
    this.#asked = initial === 'normal' ? [] : [initial];
  }

  get current(): ShowState {
    return this.#current;
  }

  /** Of a window that the manager does not know yet: it comes up so. */
  begin(state: ShowState): void {
    this.#asked = state === this.#current ? [] : [state];
  }

  ask(state: ShowState): void {
    const onItsWay = this.#asked.length > 0 && [this.#current, ...this.#asked].includes('minimised');
    if (!onItsWay) this.begin(state);
    else if (state !== this.#asked.at(-1)) this.#asked = [...this.#asked, state].slice(-longestWay);
  }

  /** Gives the state if it is news to the window's owner. */
  observe(state: ShowState): ShowState | undefined {
    if (state === this.#current) return undefined;
    this.#current = state;
    // What came before it was passed unseen.
    const at = this.#asked.lastIndexOf(state);
    this.#asked = at < 0 ? [] : this.#asked.slice(at + 1);
    this.#due = state === 'minimised' ? this.#asked.at(-1) : undefined;
    return at < 0 ? state : undefined;
  }

  /** What is to be asked for again, now that the window is minimised. */
  takeDue(): ShowState | undefined {
    const due = this.#due;
    this.#due = undefined;
    return due;
  }
}
