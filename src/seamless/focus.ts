import type { GuestWindow } from '../guest-bridge/guest-model.ts';
import type { FocusWish, Presenter, UserAct } from '../presenter/presenter.ts';
import { FocusGrants } from './focus-grants.ts';
import type { SeamlessGuest } from './guest.ts';
import type { KeyRouter } from './key-router.ts';
import { enabledFor } from './modality.ts';
import type { Popups } from './popups.ts';
import type { SeamlessWindow } from './seamless-window.ts';

/** Focus moves from window to window through "none"; only when it stays away this long has it left. */
const leaveMs = 60;
/** How long the guest may take to activate what the host asked for, before its own word counts again. */
const confirmMs = 500;
/** How long after the end of a dialog that had the focus its owner may take it. */
const inheritMs = 500;

/**
 * Joins the host's focus with the guest's active window. The last who acted wins, and no answer makes a new
 * question, so the two can never chase each other:
 * - the host focuses a window: the guest is asked to activate it, and what it says of others meanwhile is stale;
 * - the guest activates another window by itself: its host window is activated, but only while the focus is on a
 *   window of this guest anyway. A guest cannot take the focus from the host's own programs;
 * - a window that the guest opens or brings back takes the focus on the same condition, or when the user launched
 *   something and still waits for it.
 */
export class Focus {
  readonly #guest: SeamlessGuest;
  readonly #keys: KeyRouter;
  readonly #popups: Popups;
  readonly #onPresence: () => void;
  readonly #grants: FocusGrants;
  readonly #user: Pick<Presenter, 'userAct' | 'userWentOn'>;
  #focused: SeamlessWindow | undefined;
  /** The focus is gone from `#focused` and has not come back yet: the guest has no say meanwhile. */
  #blurred = false;
  /** The guest was told that nothing of it is active, whatever its last word says. */
  #deactivated = false;
  #asked: { windowId: number; untilMs: number } | undefined;
  /** The window that a launch led to, until the focus comes: a dialog that it opens at once answers the same act. */
  #launched: { windowId: number; act: UserAct } | undefined;
  /** The owner of a dialog that ended with the focus, until it has it. */
  #heir: { windowId: number; untilMs: number; since: UserAct } | undefined;
  #leaving: NodeJS.Timeout | undefined;

  /** `onPresence`: `away` has changed. `user`: tells what the user turned to meanwhile. */
  constructor(
    guest: SeamlessGuest,
    keys: KeyRouter,
    popups: Popups,
    onPresence: () => void,
    user: Pick<Presenter, 'userAct' | 'userWentOn'>,
  ) {
    this.#onPresence = onPresence;
    this.#user = user;
    this.#grants = new FocusGrants((since) => user.userWentOn(since));
    this.#guest = guest;
    this.#keys = keys;
    this.#popups = popups;
  }

  hostFocused(window: SeamlessWindow): void {
    clearTimeout(this.#leaving);
    const wasAway = this.away;
    this.#focused = window;
    this.#blurred = false;
    this.#launched = undefined;
    if (this.#heir?.windowId === window.windowId) this.#heir = undefined;
    this.#popups.focusCame();
    this.#activate(enabledFor(this.#guest.model.windows, window.windowId));
    if (wasAway) this.#onPresence();
  }

  #activate(windowId: number): void {
    const known = !this.#asked && !this.#deactivated;
    if (known && this.#guest.model.desktop.activeId === windowId) return;
    this.#deactivated = false;
    this.#asked = { windowId, untilMs: performance.now() + confirmMs };
    this.#guest.send({ type: 'window-activate', windowId });
  }

  hostBlurred(window: SeamlessWindow): void {
    if (this.#focused !== window) return;
    this.#blurred = true;
    this.#leaveSoon();
  }

  /** Starts the time after which the focus has left for good. */
  #leaveSoon(): void {
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => this.#leave(), leaveMs);
  }

  /** The user launched something: the next main window that comes up answers that. Returns the way to withdraw it. */
  expectWindow(act: UserAct, timeoutMs: number): () => void {
    return this.#grants.add(act, timeoutMs);
  }

  /** Whether a window that comes up now may take the focus. A main window uses up what was expected. */
  wishOf(window: GuestWindow): FocusWish {
    const isMain = window.ownerId === 0 && (window.kind === 'normal' || window.kind === 'dialog');
    const act = isMain ? this.#grants.take(window.windowId) : undefined;
    if (this.#focused && !this.#blurred) return 'last-input';
    if (act) this.#launched = { windowId: window.windowId, act };
    const launched = window.ownerId !== 0 && this.#launched?.windowId === window.ownerId;
    return act ?? (launched ? this.#launched?.act : undefined) ?? 'never';
  }

  /** The user expected this window, and had gone on to something else when it came: it asks for attention. */
  isLate(windowId: number): boolean {
    return this.#grants.isLate(windowId);
  }

  /** The window that the host has just asked the guest to activate: what the guest does with it is an answer. */
  get askedId(): number | undefined {
    return this.#asked?.windowId;
  }

  /** None of this guest's windows has the focus, and none is about to get it back. */
  get away(): boolean {
    return this.#focused === undefined;
  }

  /** The guest says which of its windows is active. Returns the id of the host window to activate, if any. */
  guestActive(activeId: number): number | undefined {
    if (this.#asked) {
      if (activeId !== this.#asked.windowId && performance.now() < this.#asked.untilMs) return undefined;
      this.#asked = undefined;
    }
    if (!this.#focused || this.#blurred || activeId === 0 || activeId === this.#focused.windowId)
      return undefined;
    return activeId;
  }

  windowGone(window: SeamlessWindow): void {
    if (this.#focused !== window) return;
    if (!this.#blurred && window.ownerId !== 0) {
      const untilMs = performance.now() + inheritMs;
      this.#heir = { windowId: window.ownerId, untilMs, since: this.#user.userAct() };
    }
    this.#leaveSoon();
  }

  /**
   * The window to activate because a dialog of its had the focus until just now, if any. Some programs end a dialog
   * before they enable its owner: the window manager finds nothing of theirs then that takes the focus.
   */
  inherits({ activeId }: { readonly activeId: number }): number | undefined {
    const heir = this.#heir;
    if (!heir || performance.now() > heir.untilMs) return undefined;
    if (activeId !== heir.windowId && activeId !== 0) return undefined;
    if (!this.#guest.model.windows.get(heir.windowId)?.enabled) return undefined;
    this.#heir = undefined;
    return this.#user.userWentOn(heir.since) ? undefined : heir.windowId;
  }

  /** The host shows nothing any more: what is held in the guest is let go now. */
  close(): void {
    clearTimeout(this.#leaving);
    if (this.#focused) this.#leave();
  }

  /** Keys and buttons held in the guest must not stay down when nobody can release them there any more. */
  #leave(): void {
    this.#focused = undefined;
    this.#blurred = false;
    this.#asked = undefined;
    this.#keys.reset();
    this.#guest.send({ type: 'release-all' });
    this.#guest.send({ type: 'deactivate' });
    this.#popups.focusLeft();
    this.#deactivated = true;
    this.#onPresence();
  }
}
