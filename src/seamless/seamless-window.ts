import type { FrameUpdate, GuestWindow } from '../guest-bridge/guest-model.ts';
import type {
  KeyEvent,
  PointerButton,
  Presenter,
  ShowState,
  Surface,
  SurfaceEvents,
  SurfaceLook,
} from '../presenter/presenter.ts';
import { clamp, type Point, type Rect, sameRect } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import type { Focus } from './focus.ts';
import type { SeamlessGuest, SeamlessLook } from './guest.ts';
import type { KeyRouter } from './key-router.ts';
import { changedLook } from './look-change.ts';
import { Placement } from './placement.ts';
import { applicationClass, markedTitle } from './title-mark.ts';

/** How long the guest may take to act on a move before the newest place is asked for again. */
const moveTimeoutMs = 400;

const buttonNumbers = { left: 1, right: 2, middle: 3, back: 4, forward: 5 } as const;

export interface SeamlessWindowParts {
  readonly guest: SeamlessGuest;
  readonly presenter: Presenter;
  readonly look: SeamlessLook;
  readonly keys: KeyRouter;
  readonly focus: Focus;
  readonly log: Log;
  /** The window this one belongs to, by the guest's word. */
  readonly owner: SeamlessWindow | undefined;
}

/** One guest window and its host window: what happens to either happens to the other. */
export class SeamlessWindow implements SurfaceEvents {
  readonly windowId: number;
  readonly surface: Surface;
  readonly #parts: SeamlessWindowParts;
  readonly #placement: Placement;
  #window: GuestWindow;
  #look: SurfaceLook;
  #hostState: ShowState;
  #moveTimer: NodeJS.Timeout | undefined;
  /** Set while a maximised window may still be brought to the host's size once. */
  #mayRefit = false;

  constructor(window: GuestWindow, parts: SeamlessWindowParts) {
    this.windowId = window.windowId;
    this.#window = window;
    this.#parts = parts;
    this.#hostState = window.state;
    const content = parts.owner ? parts.owner.toHost(window.surface) : window.surface;
    this.#placement = new Placement(window.surface, content);
    this.#look = this.#lookOf(window, parts.owner);
    this.surface = parts.presenter.open(
      { ...this.#look, content, freePosition: isUnplaced(window), state: window.state },
      this,
    );
  }

  /** Where something of the guest's screen that belongs to this window goes on the host's. */
  toHost(rect: Rect): Rect {
    return this.#placement.toHost(rect);
  }

  change(window: GuestWindow, owner: SeamlessWindow | undefined): void {
    const before = this.#window;
    this.#window = window;
    this.#dress(window, owner);
    if (window.state !== before.state && window.state !== this.#hostState) {
      this.#hostState = window.state;
      this.#mayRefit = true;
      this.surface.setState(window.state);
    }
    if (window.state !== 'minimised') this.#follow(window, owner);
  }

  /** A menu or tooltip keeps its place as seen from its owner. */
  ownerMoved(owner: SeamlessWindow): void {
    if (!isPopup(this.#window)) return;
    const place = owner.toHost(this.#window.surface);
    if (!sameRect(place, this.surface.content)) this.surface.place(place);
  }

  /** Shows the pixels and lets the guest send the next ones. */
  paint(frame: FrameUpdate): void {
    this.surface
      .paint(frame.size, frame.patches)
      .catch((error: unknown) => this.#parts.log.warn({ error: String(error) }, 'painting failed'))
      .finally(() => this.#parts.guest.ackFrame(frame.windowId, frame.sequence));
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

  onFocus(focused: boolean): void {
    if (focused) this.#parts.focus.hostFocused(this);
    else this.#parts.focus.hostBlurred(this);
  }

  onState(state: ShowState): void {
    if (state === this.#hostState) return;
    this.#hostState = state;
    this.#mayRefit = true;
    this.#parts.guest.send({ type: 'window-state', windowId: this.windowId, state });
  }

  onKey(key: KeyEvent): void {
    for (const routed of this.#parts.keys.route(key)) this.#parts.guest.send(routed);
  }

  onPointerMove(at: Point): void {
    this.#parts.guest.send({ type: 'pointer-move', windowId: this.windowId, ...surfacePoint(at) });
  }

  onPointerButton(button: PointerButton, down: boolean, at: Point): void {
    this.#parts.guest.send({
      type: 'pointer-button',
      windowId: this.windowId,
      ...surfacePoint(at),
      button: buttonNumbers[button],
      down,
    });
  }

  onWheel(vertical: number, horizontal: number, at: Point): void {
    this.#parts.guest.send({
      type: 'wheel',
      windowId: this.windowId,
      ...surfacePoint(at),
      vertical: clamp(vertical, -1200, 1200),
      horizontal: clamp(horizontal, -1200, 1200),
    });
  }

  onClickElsewhere(): void {
    this.#parts.guest.send({ type: 'dismiss-menus' });
  }

  #follow(window: GuestWindow, owner: SeamlessWindow | undefined): void {
    if (isPopup(window) && owner) {
      this.#placement.guestPlaced(window.surface, window.geometrySerial);
      this.ownerMoved(owner);
      return;
    }
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

  #dress(window: GuestWindow, owner: SeamlessWindow | undefined): void {
    const before = this.#look;
    this.#look = this.#lookOf(window, owner);
    const changed = changedLook(before, this.#look);
    if (Object.keys(changed).length > 0) this.surface.update(changed);
  }

  #lookOf(window: GuestWindow, owner: SeamlessWindow | undefined): SurfaceLook {
    const { look, guest } = this.#parts;
    const icon = window.iconId === undefined ? undefined : guest.model.icon(window.iconId);
    return {
      kind: window.kind,
      title: markedTitle(window.title, look.titlePrefix, window.executable),
      applicationClass: applicationClass(look.workspaceId, window.executable),
      owner: owner?.surface,
      decorated: window.decorated,
      resizable: window.resizable,
      minSize: window.minSize,
      maxSize: window.maxSize,
      icons: icon ? [icon] : [],
    };
  }
}

/** Menus and tooltips go where the guest put them, seen from their owner. */
function isPopup(window: GuestWindow): boolean {
  return window.kind === 'menu' || window.kind === 'tooltip';
}

/**
 * A main window in the guest's very corner is one nobody placed: without a window manager Wine puts there all that
 * ask for the default position. The host's window manager knows better than to stack them.
 */
function isUnplaced(window: GuestWindow): boolean {
  return window.ownerId === 0 && !isPopup(window) && window.frame.x === 0 && window.frame.y === 0;
}

/** A drag may leave the window, but not the range of coordinates that the guest knows. */
function surfacePoint(at: Point): Point {
  return {
    x: clamp(Math.round(at.x), -32_767, 32_767),
    y: clamp(Math.round(at.y), -32_767, 32_767),
  };
}
