import type { ShowState } from '../presenter/presenter.ts';

/** What a guest can be asked for; full screen is asked for by the place. */
export type AskedState = Exclude<ShowState, 'full-screen'>;

/** How long the guest may take to do what the host asked for, before its own word counts again. */
const confirmMs = 1_000;

/**
 * Keeps one window's show state on host and guest in step. The host's is the user's: while the guest is asked for
 * it, what the guest still says of another is a late echo; if it stays with that, its word counts in the end.
 *
 * A guest's full-screen window covers all of the desktop, unmarked: a guest could imitate the desktop, or a log-in
 * screen. So it gets the whole screen only while the focus is on a window of this guest, and the user can end it by
 * the window manager's means.
 */
export class ShowStates {
  readonly #onSettled: () => void;
  #host: ShowState;
  #guest: ShowState;
  #asked: AskedState | undefined;
  #confirming: NodeJS.Timeout | undefined;
  /** The guest wants the whole screen and gets it when the focus comes. */
  #due = false;

  /** `onSettled`: the guest did not do as asked and said what it did instead; `disagreement` tells. */
  constructor(initial: ShowState, onSettled: () => void) {
    this.#onSettled = onSettled;
    this.#guest = initial;
    this.#due = initial === 'full-screen';
    this.#host = initial === 'full-screen' ? 'normal' : initial;
  }

  get host(): ShowState {
    return this.#host;
  }

  /** The guest reports its state. Gives what the host's window has to become, if anything. */
  guestIs(state: ShowState, focusHere: boolean): ShowState | undefined {
    if (state === this.#guest) return undefined;
    this.#guest = state;
    this.#due = false;
    if (this.#asked === undefined) return this.#follow(focusHere);
    if (state === this.#asked) this.#stopConfirming();
    return undefined;
  }

  /** The host's window is in this state by the user's will. Gives what to ask of the guest, if anything. */
  hostIs(state: ShowState): AskedState | undefined {
    this.#host = state;
    this.#due = false;
    if (state === 'full-screen') return undefined;
    this.#stopConfirming();
    this.#asked = state;
    const before = this.#guest;
    this.#confirming = setTimeout(() => {
      this.#stopConfirming();
      if (this.#guest !== before && this.#guest !== this.#host) this.#onSettled();
    }, confirmMs);
    return state;
  }

  /** What the host's window has to become for the guest's word to hold. */
  disagreement(focusHere: boolean): ShowState | undefined {
    return this.#follow(focusHere);
  }

  /** The focus came to a window of this guest. Gives what the host's window has to become, if anything. */
  focusCame(): ShowState | undefined {
    return this.#due ? this.#follow(true) : undefined;
  }

  close(): void {
    this.#stopConfirming();
  }

  #follow(focusHere: boolean): ShowState | undefined {
    this.#due = this.#guest === 'full-screen' && !focusHere;
    const wanted = this.#due ? 'normal' : this.#guest;
    if (wanted === this.#host) return undefined;
    this.#host = wanted;
    return wanted;
  }

  #stopConfirming(): void {
    clearTimeout(this.#confirming);
    this.#confirming = undefined;
    this.#asked = undefined;
  }
}
