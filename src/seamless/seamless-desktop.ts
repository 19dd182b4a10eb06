import type { FrameUpdate, GuestDesktop, GuestWindow } from '../guest-bridge/guest-model.ts';
import type { HostScreen, Presenter, UserAct } from '../presenter/presenter.ts';
import { presenterInView } from '../presenter/view/view-presenter.ts';
import type { Size } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import { ChangePace } from './change-pace.ts';
import { ClickSpacing } from './click-spacing.ts';
import { Focus } from './focus.ts';
import type { GuestFileDrops, SeamlessGuest, SeamlessLook } from './guest.ts';
import { type HostWindow, isPopup } from './host-window.ts';
import { KeyRouter } from './key-router.ts';
import { OpeningPace } from './opening-pace.ts';
import { PointerLooks } from './pointer-looks.ts';
import { Popups } from './popups.ts';
import { Reach } from './reach.ts';
import { restacks } from './restack.ts';
import { SeamlessPopup } from './seamless-popup.ts';
import { SeamlessWindow } from './seamless-window.ts';
import { TrayIcons } from './tray-icons.ts';

/** Owners of owners of owners: more are a guest's jest. */
const maxOwners = 16;
const windowOpening = { atOnce: 60, perSecond: 20 } as const;
const popupOpening = { atOnce: 30, perSecond: 20 } as const;
/** Menus and tooltips of one guest, shown or not; no user opens so many. */
const maxPopups = 48;
const orderPace = { perSecond: 20, inAllPerSecond: 20, catchUpMs: 250, mostAtOnce: 1 } as const;
/** Windows that change their places in the order at once; those below are covered by them anyway. */
const maxRestacks = 40;

export interface SeamlessParts {
  readonly guest: SeamlessGuest;
  readonly presenter: Presenter;
  readonly look: SeamlessLook;
  readonly log: Log;
  /** One of the guest's windows has the focus, or none any more. */
  readonly onFocus?: (focused: boolean) => void;
  /** None: nothing is dropped on the guest's windows. */
  readonly fileDrops?: GuestFileDrops | undefined;
}

/**
 * Shows all windows of one guest on one presenter, from `new` to `close`. The guest may come and go meanwhile:
 * windows of an agent that connects again keep their host windows, those of another agent are closed.
 */
export class SeamlessDesktop {
  readonly #parts: SeamlessParts;
  readonly #keys = new KeyRouter();
  readonly #clicks = new ClickSpacing();
  readonly #focus: Focus;
  readonly #popups: Popups;
  readonly #trayIcons: TrayIcons;
  readonly #pace: ChangePace;
  readonly #orderPace: ChangePace;
  readonly #opening: { readonly windows: OpeningPace; readonly popups: OpeningPace };
  readonly #pointerLooks: PointerLooks;
  readonly #reach: Reach;
  readonly #windows = new Map<number, SeamlessWindow | SeamlessPopup>();
  /** The guest's order of windows as it was last followed, topmost first. */
  #zOrder: readonly number[] = [];
  /** The guest's desktop, which follows the host's screen a moment later. */
  #guestSize: Size = { width: 0, height: 0 };
  readonly #stopListening: (() => void)[];
  /** Windows whose pixels came before they were open. */
  readonly #missed = new Set<number>();
  /** Windows from before a reconnection that have not come again yet. */
  #unconfirmed = new Set<number>();

  constructor(given: SeamlessParts) {
    // From here on everything is in the guest's pixels.
    const parts = { ...given, presenter: presenterInView(given.presenter, given.look.view) };
    this.#parts = parts;
    const { guest, log } = parts;
    this.#popups = new Popups(guest, () => this.#trayIcons.acted());
    this.#focus = new Focus(guest, this.#keys, this.#popups, () => this.#focusCameOrLeft(), parts.presenter);
    this.#trayIcons = new TrayIcons({ ...parts, focus: this.#focus, popups: this.#popups });
    this.#pace = new ChangePace(
      (windowId) => this.#changeNow(windowId),
      () => log.warn({}, 'the guest changes its windows too often to show every change'),
    );
    this.#orderPace = new ChangePace(
      () => this.#follow(guest.model.desktop),
      () => log.warn({}, 'the guest changes the order of its windows too often to follow every change'),
      orderPace,
    );
    this.#opening = this.#openingPaces();
    const surfaceOf = (windowId: number) => this.#windows.get(windowId)?.surface;
    this.#pointerLooks = new PointerLooks({ guest, log, surfaceOf });
    this.#reach = new Reach(parts.presenter.screen.monitors);
    this.#stopListening = [
      guest.on('reset', ({ sameInstance }) => this.#reset(sameInstance)),
      guest.on('connected', () => this.#configure(parts.presenter.screen)),
      guest.on('ready', () => this.#closeUnconfirmed()),
      guest.on('windowCreated', (window) => this.#show(window)),
      guest.on('windowChanged', (window) => this.#pace.changed(window.windowId)),
      guest.on('windowDestroyed', (window) => this.#close(window.windowId)),
      guest.on('desktopChanged', () => this.#orderPace.changed(0)),
      guest.on('frame', (frame) => this.#paint(frame)),
    ];
    this.#configure(parts.presenter.screen);
    for (const window of guest.model.windows.values()) {
      this.#show(window);
      guest.send({ type: 'refresh', windowId: window.windowId });
    }
  }

  get windowCount(): number {
    return this.#windows.size;
  }

  /**
   * The user did something that leads to a window of the guest (a launch): the first main window that comes up within
   * `timeoutMs` may take the focus. Returns the way to withdraw that.
   */
  expectWindow(act: UserAct, timeoutMs: number): () => void {
    return this.#focus.expectWindow(act, timeoutMs);
  }

  screenChanged(): void {
    this.#configure(this.#parts.presenter.screen);
    this.#popups.update();
    const windows = [...this.#windows.values()].filter((window) => window instanceof SeamlessWindow);
    for (const window of windows) window.screenChanged();
    this.#reach.screenChanged(this.#parts.presenter.screen.monitors, windows);
  }

  /** Closes every host window; the guest's windows stay. */
  close(): void {
    for (const stop of this.#stopListening) stop();
    this.#opening.windows.close();
    this.#opening.popups.close();
    this.#trayIcons.close();
    for (const windowId of [...this.#windows.keys()].reverse()) this.#close(windowId);
    this.#focus.close();
    this.#popups.close();
    this.#pace.close();
    this.#orderPace.close();
    this.#pointerLooks.close();
    this.#reach.close();
  }

  #configure(screen: HostScreen): void {
    const { guest, look } = this.#parts;
    const { workArea, size } = screen;
    guest.send({ type: 'desktop-configure', workArea, frame: look.frame, screen: size });
  }

  #reset(sameInstance: boolean): void {
    this.#keys.reset();
    this.#opening.windows.close();
    this.#opening.popups.close();
    this.#missed.clear();
    if (sameInstance) this.#unconfirmed = new Set(this.#windows.keys());
    else for (const windowId of [...this.#windows.keys()].reverse()) this.#close(windowId);
  }

  #closeUnconfirmed(): void {
    for (const windowId of this.#unconfirmed) this.#close(windowId);
    this.#unconfirmed.clear();
  }

  #changeNow(windowId: number): void {
    const window = this.#parts.guest.model.windows.get(windowId);
    if (window) this.#change(window);
  }

  #show(window: GuestWindow): void {
    const known = this.#windows.get(window.windowId);
    this.#unconfirmed.delete(window.windowId);
    if (known) this.#change(window);
    else (isPopup(window) ? this.#opening.popups : this.#opening.windows).came(window.windowId);
  }

  #openingPaces() {
    const { log } = this.#parts;
    const windows = new OpeningPace(windowOpening, {
      open: (windowId) => this.#openNow(windowId),
      onTooMany: () => log.warn({}, 'the guest opens windows too fast; they come up one after the other'),
    });
    const popups = new OpeningPace(popupOpening, {
      open: (windowId) => this.#openNow(windowId),
      mayOpen: () => this.#popups.count < maxPopups,
      onTooMany: () => log.warn({}, 'the guest opens too many menus; they come up one after the other'),
    });
    return { windows, popups };
  }

  #openNow(windowId: number): void {
    const { guest } = this.#parts;
    const window = guest.model.windows.get(windowId);
    if (!window) return;
    // Where a new window belongs is seen from where its owner is.
    this.#pace.catchUp(window.ownerId === 0 ? guest.model.desktop.activeId : window.ownerId);
    this.#windows.set(windowId, this.#open(window));
    this.#pointerLooks.dress(windowId);
    if (this.#missed.delete(windowId)) guest.send({ type: 'refresh', windowId });
  }

  #open(window: GuestWindow): SeamlessWindow | SeamlessPopup {
    const owner = this.#ownerOf(window);
    const parts = { ...this.#parts, popups: this.#popups, clicks: this.#clicks };
    if (isPopup(window)) {
      const onShown = () => this.#pointerLooks.dress(window.windowId);
      return new SeamlessPopup(window, owner, { ...parts, onShown });
    }
    return new SeamlessWindow(window, {
      ...parts,
      keys: this.#keys,
      focus: this.#focus,
      owner,
      activate: (windowId) => this.#windows.get(windowId)?.surface?.activate(),
    });
  }

  #change(window: GuestWindow): void {
    const changed = this.#windows.get(window.windowId);
    if (!changed) return;
    // Other rules hold for popups: a window that turns into one, or back, starts anew.
    if (changed.kind !== window.kind && (isPopup(changed) || isPopup(window))) {
      this.#close(window.windowId);
      this.#missed.add(window.windowId);
      this.#show(window);
      return;
    }
    const blocks = changed instanceof SeamlessWindow && changed.enabled !== window.enabled;
    changed.change(window, this.#ownerOf(window));
    if (blocks) {
      this.#dressOwned(window);
      this.#passFocusOn();
    }
    this.#popups.update();
  }

  #passFocusOn(): void {
    const heir = this.#focus.inherits(this.#parts.guest.model.desktop);
    if (heir !== undefined) this.#activate(heir);
  }

  /** What the user has minimised stays so until the guest restores it; it may have been active there until just now. */
  #activate(windowId: number): void {
    const window = this.#windows.get(windowId);
    if (window instanceof SeamlessWindow && !window.shown) return;
    window?.surface?.activate();
  }

  #close(windowId: number): void {
    const window = this.#windows.get(windowId);
    this.#windows.delete(windowId);
    this.#missed.delete(windowId);
    this.#opening.windows.gone(windowId);
    this.#opening.popups.gone(windowId);
    if (window instanceof SeamlessWindow) this.#reach.gone(window);
    window?.close();
    this.#popups.update();
  }

  #paint(frame: FrameUpdate): void {
    const window = this.#windows.get(frame.windowId);
    if (window) {
      window.paint(frame);
      return;
    }
    this.#missed.add(frame.windowId);
    this.#parts.guest.ackFrame(frame.windowId, frame.sequence);
  }

  /** An owner that is disabled makes a dialog modal, whichever of the two is told of first. */
  #dressOwned(owner: GuestWindow): void {
    for (const other of this.#parts.guest.model.windows.values()) {
      if (other.ownerId !== owner.windowId) continue;
      const owned = this.#windows.get(other.windowId);
      if (owned instanceof SeamlessWindow) owned.dress();
    }
  }

  #focusCameOrLeft(): void {
    this.#parts.onFocus?.(!this.#focus.away);
    for (const window of this.#windows.values()) {
      if (window instanceof SeamlessWindow) window.presenceChanged();
    }
    this.#restack(this.#parts.guest.model.desktop.zOrder, this.#focus.askedId);
  }

  #follow(desktop: GuestDesktop): void {
    this.#pace.catchUp(desktop.activeId);
    const { width, height } = desktop.size;
    if (width !== this.#guestSize.width || height !== this.#guestSize.height) {
      this.#guestSize = desktop.size;
      for (const window of this.#windows.values())
        if (window instanceof SeamlessWindow) window.screenChanged();
    }
    const asked = this.#focus.askedId;
    const windowId = this.#focus.guestActive(desktop.activeId);
    this.#restack(desktop.zOrder, windowId ?? asked);
    if (windowId !== undefined) this.#activate(windowId);
    else this.#passFocusOn();
    const active = this.#windows.get(desktop.activeId);
    if (this.#focus.away && active instanceof SeamlessWindow) active.callForUser();
    for (const popup of this.#windows.values()) {
      const window = this.#parts.guest.model.windows.get(popup.windowId);
      if (window && popup instanceof SeamlessPopup && !popup.owner) this.#change(window);
    }
  }

  /**
   * Brings the host windows into the guest's order, where the guest changed it. While the focus is with the host's own
   * programs that waits: not every window manager raises a window without raising it above those. The family that is
   * being activated is left out: raising it is the window manager's part.
   */
  #restack(zOrder: readonly number[], activatedId: number | undefined): void {
    if (this.#focus.away) return;
    const before = this.#zOrder;
    this.#zOrder = zOrder;
    const activated = activatedId === undefined ? undefined : this.#headOf(activatedId);
    const counts = (id: number) => {
      const window = this.#windows.get(id);
      return window instanceof SeamlessWindow && window.shown && this.#headOf(id) !== activated;
    };
    const order = zOrder.filter(counts);
    const moves = restacks(before, order).slice(-maxRestacks);
    for (const { windowId, where, otherId } of moves) this.#stack(windowId, where, otherId);
    const [topmost] = order;
    if (activatedId === undefined || topmost === undefined) return;
    if (moves.some(({ where }) => where === 'above')) this.#stack(activatedId, 'above', topmost);
  }

  #stack(windowId: number, where: 'above' | 'below', otherId: number): void {
    const other = this.#windows.get(otherId)?.surface;
    if (other) this.#windows.get(windowId)?.surface?.stack(where, other);
  }

  /** The main window that this one belongs to. */
  #headOf(windowId: number): number {
    let head = windowId;
    for (let depth = 0; depth < maxOwners; depth++) {
      const ownerId = this.#parts.guest.model.windows.get(head)?.ownerId ?? 0;
      if (ownerId === 0) break;
      head = ownerId;
    }
    return head;
  }

  /** A menu that names no owner belongs to the active window: that is where its pixels belong. */
  #ownerOf(window: GuestWindow): HostWindow | undefined {
    const owner = this.#windows.get(window.ownerId);
    if (owner) return owner;
    const { activeId } = this.#parts.guest.model.desktop;
    return isPopup(window) && activeId !== window.windowId ? this.#windows.get(activeId) : undefined;
  }
}
