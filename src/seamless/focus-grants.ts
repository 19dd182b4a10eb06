import type { UserAct } from '../presenter/presenter.ts';

interface Grant {
  readonly act: UserAct;
  readonly untilMs: number;
}

/**
 * Leave for windows to take the focus though none of the guest has it: the user launched something and expects a
 * window. Each is good for one window, and only for a time, so that a guest which was once asked for a window has
 * no standing invitation.
 */
export class FocusGrants {
  #grants: Grant[] = [];

  /** Returns the way to withdraw it. */
  add(act: UserAct, timeoutMs: number): () => void {
    const grant = { act, untilMs: performance.now() + timeoutMs };
    this.#grants.push(grant);
    return () => {
      this.#grants = this.#grants.filter((other) => other !== grant);
    };
  }

  /** Takes the oldest one that is still good: the act of the user that the window answers. */
  take(): UserAct | undefined {
    const now = performance.now();
    this.#grants = this.#grants.filter(({ untilMs }) => untilMs > now);
    return this.#grants.shift()?.act;
  }
}
