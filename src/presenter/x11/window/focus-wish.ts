import type { FocusWish } from '../../presenter.ts';
import { ServerMoment } from '../server-clock.ts';
import type { XWindow } from './x-window.ts';

export interface FocusWishOptions {
  readonly window: XWindow;
  /** Server time of the user's last key or click in any surface, or act elsewhere; 0 before the first. */
  readonly lastInputTime: () => number;
  /** `inputHint` changed: WM_HINTS has to be set anew. */
  readonly onHint: () => void;
}

/**
 * Tells the window manager whether a window may have the focus when it comes up, and whether it asks for attention.
 *
 * _NET_WM_USER_TIME is the standard's way, 0 for "no focus". Not all follow it: xfwm4 does so only where its user
 * switched the prevention of focus stealing on, and openbox not where a window comes back from minimised (both
 * seen). What all follow is a window that takes no input at all (WM_HINTS). So a window without a right to the focus
 * is such a one until the manager has brought it up, and an ordinary one from then on.
 */
export class FocusWishes {
  readonly #options: FocusWishOptions;
  #held = false;
  #up = false;
  #attentionDue = false;
  #hint = false;

  constructor(options: FocusWishOptions) {
    this.#options = options;
  }

  /**
   * The input hint of WM_HINTS. A window that a dialog blocks loses it, but not while it has the focus or is about to
   * get it: openbox lets no window take the focus from one without the hint (seen), the dialog neither.
   */
  inputHint(acceptsFocus: boolean, focused: boolean): boolean {
    const keeps = this.#hint && (focused || !this.#up);
    this.#hint = !this.#held && (acceptsFocus || keeps);
    return this.#hint;
  }

  /** Call before the window is mapped, for the first time or out of its icon. */
  comesUp(ask: () => FocusWish): FocusWish {
    this.#up = false;
    const wish = ask();
    this.#options.window.setUserTime(this.#userTime(wish));
    this.#hold(wish === 'never');
    return wish;
  }

  /** The window manager has brought the window up, if it was to. */
  up(): void {
    this.#hold(false);
    this.#up = true;
    if (this.#attentionDue) this.#requestAttention(true);
    this.#attentionDue = false;
  }

  /** The user pressed a key or a button in the window. */
  used(time: number): void {
    this.#options.window.setUserTime(time);
  }

  demandAttention(): void {
    if (this.#up) this.#requestAttention(true);
    else this.#attentionDue = true;
  }

  withdrawAttention(): void {
    this.#attentionDue = false;
    if (this.#up) this.#requestAttention(false);
  }

  #requestAttention(on: boolean): void {
    this.#options.window.requestStates({ on, states: ['_NET_WM_STATE_DEMANDS_ATTENTION'] });
  }

  #hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#options.onHint();
  }

  /** Undefined: no time is known, which a manager takes for a program that does not know the standard. */
  #userTime(wish: FocusWish): number | undefined {
    if (wish === 'never') return 0;
    const time = wish instanceof ServerMoment && wish.time !== 0 ? wish.time : this.#options.lastInputTime();
    return time === 0 ? undefined : time;
  }
}
