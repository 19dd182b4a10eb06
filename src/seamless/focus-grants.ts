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
  readonly #wentOn: (since: UserAct) => boolean;
  #grants: Grant[] = [];
  #lateWindowId: number | undefined;

  /** `wentOn`: the user has turned to something else since that act. */
  constructor(wentOn: (since: UserAct) => boolean) {
    this.#wentOn = wentOn;
  }

  /** Returns the way to withdraw it. */
  add(act: UserAct, timeoutMs: number): () => void {
    const grant = { act, untilMs: performance.now() + timeoutMs };
    this.#grants.push(grant);
    return () => {
      this.#grants = this.#grants.filter((other) => other !== grant);
    };
  }

  /**
   * Takes the oldest one that is still good for this window: the act of the user that it answers. None is while the
   * user is with something else since the last of them: then the window asks for attention only, see `isLate`.
   */
  take(windowId: number): UserAct | undefined {
    const now = performance.now();
    this.#grants = this.#grants.filter(({ untilMs }) => untilMs > now);
    const last = this.#grants.at(-1);
    const first = this.#grants.shift();
    if (!first || !last || !this.#wentOn(last.act)) return first?.act;
    this.#lateWindowId = windowId;
    return undefined;
  }

  /** The user expected this window, and had gone on to something else when it came. */
  isLate(windowId: number): boolean {
    return this.#lateWindowId === windowId;
  }
}
