import type { FrameUpdate, GuestWindow } from '../guest-bridge/guest-model.ts';
import type {
  FocusWish,
  KeyEvent,
  PointerButton,
  Presenter,
  ShowState,
  Surface,
  SurfaceEvents,
  SurfaceLook,
} from '../presenter/presenter.ts';
import type { Point, Rect } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import type { ClickSpacing } from './click-spacing.ts';
import type { Focus } from './focus.ts';
import type { SeamlessGuest, SeamlessLook } from './guest.ts';
import type { HostWindow } from './host-window.ts';
import type { KeyRouter } from './key-router.ts';
import { changedLook } from './look-change.ts';
import { Placement } from './placement.ts';
import { PointerRelay } from './pointer-relay.ts';
import type { Popups } from './popups.ts';
import { lookOf } from './window-look.ts';

/** How long the guest may take to act on a move before the newest place is asked for again. */
const moveTimeoutMs = 400;

export interface SeamlessWindowParts {
  readonly guest: SeamlessGuest;
  readonly presenter: Presenter;
  readonly look: SeamlessLook;
  readonly keys: KeyRouter;
  readonly clicks: ClickSpacing;
  readonly focus: Focus;
  readonly popups: Popups;
  readonly log: Log;
  /** The window this one belongs to, by the guest's word. */
  readonly owner: HostWindow | undefined;
}

/** One guest window and its host window: what happens to either happens to the other. */
export class SeamlessWindow implements HostWindow, SurfaceEvents {
  readonly windowId: number;
  readonly surface: Surface;
  readonly #parts: SeamlessWindowParts;
  readonly #placement: Placement;
  readonly #pointer: PointerRelay;
  #window: GuestWindow;
  #look: SurfaceLook;
  #hostState: ShowState;
  #moveTimer: NodeJS.Timeout | undefined;
  /** It came up without the focus and has not had it since. */
  #unseen = false;
  /** Set while a maximised window may still be brought to the host's size once. */
  #mayRefit = false;

  constructor(window: GuestWindow, parts: SeamlessWindowParts) {
    this.windowId = window.windowId;
    this.#window = window;
    this.#parts = parts;
    this.#pointer = new PointerRelay(parts.guest, window.windowId, parts.clicks);
    this.#hostState = window.state;
    const content = parts.owner ? parts.owner.toHost(window.surface) : window.surface;
    this.#placement = new Placement(window.surface, content);
    this.#look = lookOf(window, parts.owner?.surface, parts.guest, parts.look);
    this.surface = parts.presenter.open(
      {
        ...this.#look,
        content,
        freePosition: isUnplaced(window),
        state: window.state,
      },
      this,
    );
  }

  get kind(): GuestWindow['kind'] {
    return this.#window.kind;
  }

  get shown(): boolean {
    return this.#hostState !== 'minimised';
  }

  get content(): Rect {
    return this.#placement.host;
  }

  toHost(rect: Rect): Rect {
    return this.#placement.toHost(rect);
  }

  change(window: GuestWindow, owner: HostWindow | undefined): void {
    const before = this.#window;
    this.#window = window;
    this.#dress(window, owner);
    if (window.state !== before.state && window.state !== this.#hostState) {
      this.#hostState = window.state;
      this.#mayRefit = true;
      this.surface.setState(window.state);
    }
    if (window.state !== 'minimised') this.#follow(window);
  }

  paint(frame: FrameUpdate): void {
    this.surface
      .paint(frame.size, frame.patches)
      .catch((error: unknown) => this.#parts.log.warn({ error: String(error) }, 'painting failed'))
      .finally(() => this.#parts.guest.ackFrame(frame.windowId, frame.sequence));
  }

  /** The guest activated it while the focus is with the host's own programs. */
  callForUser(): void {
    if (!this.#unseen) return;
    this.#unseen = false;
    this.surface.demandAttention();
  }

  close(): void {
    this.#stopWaiting();
    this.#parts.focus.windowGone(this);
    this.surface.close();
  }

  onPlaced(content: Rect): void {
    this.#ask(this.#placement.hostPlaced(content));
    this.#awaitAnswer();
  }

  onCloseRequested(): void {
    this.#parts.guest.send({ type: 'window-close', windowId: this.windowId });
  }

  mayFocus(): FocusWish {
    const wish = this.#parts.focus.wishOf(this.#window);
    this.#unseen = wish === 'never';
    if (this.#parts.guest.model.desktop.activeId === this.windowId) this.callForUser();
    return wish;
  }

  onFocus(focused: boolean): void {
    if (focused) this.#unseen = false;
    if (focused) this.#parts.focus.hostFocused(this);
    else this.#parts.focus.hostBlurred(this);
  }

  onState(state: ShowState): void {
    if (state === this.#hostState) return;
    this.#hostState = state;
    this.#mayRefit = true;
    this.#parts.guest.send({ type: 'window-state', windowId: this.windowId, state });
    this.#parts.popups.update();
  }

  onKey(key: KeyEvent): void {
    if (key.down) this.#parts.popups.userActed();
    for (const routed of this.#parts.keys.route(key)) this.#parts.guest.send(routed);
  }

  onPointerMove(at: Point): void {
    this.#pointer.move(at);
  }

  onPointerRelative(dx: number, dy: number): void {
    this.#pointer.moveBy(dx, dy);
  }

  onPointerButton(button: PointerButton, down: boolean, at: Point, timeMs: number): void {
    if (down) this.#parts.popups.userActed();
    this.#pointer.button(button, down, at, timeMs);
  }

  onWheel(vertical: number, horizontal: number, at: Point): void {
    this.#pointer.wheel(vertical, horizontal, at);
  }

  // Told to menus only.
  onClickElsewhere(): void {}

  #follow(window: GuestWindow): void {
    const { ask, place } = this.#placement.guestPlaced(window.surface, window.geometrySerial);
    if (!this.#placement.waiting) this.#stopWaiting();
    this.#ask(ask);
    if (place) this.#moveHost(place);
  }

  /** A maximised window has the host's size: the guest is brought to it, once; then the guest's word counts. */
  #moveHost(place: Rect): void {
    if (this.#hostState === 'maximised' && this.#mayRefit) {
      this.#mayRefit = false;
      this.#ask(this.#placement.hostPlaced(this.surface.content));
      return;
    }
    this.surface.place(place);
  }

  #ask(move: { serial: number; surface: Rect } | undefined): void {
    if (!move) return;
    this.#parts.guest.send({ type: 'window-move', windowId: this.windowId, ...move });
    this.#stopWaiting();
    this.#awaitAnswer();
  }

  /** A guest that is slow to move its window is asked for the newest place after a while. */
  #awaitAnswer(): void {
    if (!this.#placement.waiting || this.#moveTimer) return;
    this.#moveTimer = setTimeout(() => {
      this.#moveTimer = undefined;
      this.#ask(this.#placement.expire());
    }, moveTimeoutMs);
  }

  #stopWaiting(): void {
    clearTimeout(this.#moveTimer);
    this.#moveTimer = undefined;
  }

  #dress(window: GuestWindow, owner: HostWindow | undefined): void {
    const before = this.#look;
    this.#look = lookOf(window, owner?.surface, this.#parts.guest, this.#parts.look);
    const changed = changedLook(before, this.#look);
    if (Object.keys(changed).length > 0) this.surface.update(changed);
  }
}

/**
 * A main window in the guest's very corner is one nobody placed: without a window manager Wine puts there all that
 * ask for the default position. The host's window manager knows better than to stack them.
 */
function isUnplaced(window: GuestWindow): boolean {
  return window.ownerId === 0 && window.frame.x === 0 && window.frame.y === 0;
}
