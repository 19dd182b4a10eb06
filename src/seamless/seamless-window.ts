import type { FrameUpdate, GuestWindow } from '../guest-bridge/guest-model.ts';
import type {
  FileDrops,
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
import { CloseRequest } from './close-request.ts';
import type { Focus } from './focus.ts';
import type { GuestFileDrops, SeamlessGuest, SeamlessLook } from './guest.ts';
import type { HostWindow } from './host-window.ts';
import type { KeyRouter } from './key-router.ts';
import { changedLook } from './look-change.ts';
import { enabledFor } from './modality.ts';
import { Placement } from './placement.ts';
import { PointerRelay } from './pointer-relay.ts';
import type { Popups } from './popups.ts';
import type { Movable } from './reach.ts';
import { ShowStates } from './show-states.ts';
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
  readonly fileDrops?: GuestFileDrops | undefined;
  /** Gives another window of this guest the focus. */
  readonly activate: (windowId: number) => void;
}

/** One guest window and its host window: what happens to either happens to the other. */
export class SeamlessWindow implements HostWindow, Movable, SurfaceEvents {
  readonly windowId: number;
  readonly surface: Surface;
  readonly fileDrops: FileDrops | undefined;
  readonly #parts: SeamlessWindowParts;
  readonly #placement: Placement;
  readonly #pointer: PointerRelay;
  #window: GuestWindow;
  #look: SurfaceLook;
  readonly #states: ShowStates;
  readonly #closeRequest = new CloseRequest(() => this.dress());
  #owner: HostWindow | undefined;
  #moveTimer: NodeJS.Timeout | undefined;
  #focused = false;
  /** It came up without the focus and has not had it since. */
  #unseen = false;
  /** Set while a window that fills the screen may still be brought to the host's size once. */
  #mayRefit = false;
  /** The window manager was asked to let it fill the screen and has not given it another place yet. */
  #fillAsked = false;
  readonly #held = new Set<PointerButton>();
  /** The window manager put it elsewhere while a button was down in it. */
  #placedWhileHeld = false;

  constructor(window: GuestWindow, parts: SeamlessWindowParts) {
    this.windowId = window.windowId;
    this.#window = window;
    this.#parts = parts;
    this.#pointer = new PointerRelay(parts.guest, window.windowId, parts.clicks);
    this.#owner = parts.owner;
    this.#states = new ShowStates(window.state, () =>
      this.#setState(this.#states.disagreement(this.#focusHere)),
    );
    const content = parts.owner ? parts.owner.toHost(window.surface) : window.surface;
    this.#placement = new Placement(window.surface, content);
    this.#look = this.#lookNow();
    this.fileDrops = this.#dropsHere(parts.fileDrops);
    this.surface = parts.presenter.open(
      {
        ...this.#look,
        content,
        freePosition: isUnplaced(window),
        state: this.#states.host,
      },
      this,
    );
    if (window.attention) this.surface.demandAttention();
  }

  get kind(): GuestWindow['kind'] {
    return this.#window.kind;
  }

  /** 0: none. */
  get ownerId(): number {
    return this.#window.ownerId;
  }

  get shown(): boolean {
    return this.#states.host !== 'minimised';
  }

  /** False: a dialog blocks it. */
  get enabled(): boolean {
    return this.#window.enabled;
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
    this.#owner = owner;
    this.dress();
    if (window.attention && !before.attention && !this.#focused) this.surface.demandAttention();
    if (before.attention && !window.attention) this.surface.withdrawAttention();
    this.#setState(this.#states.guestIs(window.state, this.#focusHere));
    if (window.state !== 'minimised') this.#follow(window);
  }

  paint(frame: FrameUpdate): void {
    this.surface
      .paint(frame.size, frame.patches)
      .catch((error: unknown) => this.#parts.log.warn({ error: String(error) }, 'painting failed'))
      .finally(() => this.#parts.guest.ackFrame(frame.windowId, frame.sequence));
  }

  /** Something else that its look depends on has changed. */
  dress(): void {
    const before = this.#look;
    this.#look = this.#lookNow();
    const changed = changedLook(before, this.#look);
    if (Object.keys(changed).length > 0) this.surface.update(changed);
  }

  /** The focus came to a window of this guest, or left them all. */
  presenceChanged(): void {
    this.dress();
    if (this.#focusHere) this.#setState(this.#states.focusCame());
  }

  /** The host's screen or the guest's is another one: what fills it does so again, whatever the guest makes of it meanwhile. */
  screenChanged(): void {
    this.#mayRefit = true;
  }

  get movable(): boolean {
    return this.#states.host === 'normal';
  }

  bringTo(content: Rect): void {
    this.surface.place(content);
    this.onPlaced(content);
  }

  /** The guest activated it while the focus is with the host's own programs. */
  callForUser(): void {
    if (!this.#unseen) return;
    this.#unseen = false;
    this.surface.demandAttention();
  }

  close(): void {
    this.#stopWaiting();
    this.#states.close();
    this.#closeRequest.forget();
    this.#parts.focus.windowGone(this);
    this.surface.close();
  }

  onPlaced(content: Rect): void {
    this.#fillAsked = false;
    // The guest may be moving its window with the pointer, by a caption of its own: where the window manager would
    // rather have it is told when that is over, or the two would pull it to and fro.
    if (this.#held.size > 0) {
      this.#placedWhileHeld = true;
      return;
    }
    this.#ask(this.#placement.hostPlaced(content));
    this.#awaitAnswer();
  }

  onCloseRequested(): void {
    const asked = this.#closeRequest.clicked(this.#window.responding);
    const type = asked === 'end' ? 'window-end' : 'window-close';
    this.#parts.guest.send({ type, windowId: this.windowId });
    this.dress();
  }

  mayFocus(): FocusWish {
    const wish = this.#parts.focus.wishOf(this.#window);
    this.#unseen = wish === 'never';
    const { focus, guest } = this.#parts;
    if (focus.isLate(this.windowId) || guest.model.desktop.activeId === this.windowId) this.callForUser();
    return wish;
  }

  onFocus(focused: boolean): void {
    this.#focused = focused;
    if (!focused) {
      for (const button of this.#held) this.#letGo(button);
      this.#parts.focus.hostBlurred(this);
      return;
    }
    this.#unseen = false;
    this.#parts.focus.hostFocused(this);
    this.#passOn();
  }

  onState(state: ShowState): void {
    const before = this.#states.host;
    if (state === before) return;
    if (state === 'full-screen' && !this.#window.resizable) {
      this.surface.setState(before);
      return;
    }
    this.#mayRefit = true;
    const asked = this.#states.hostIs(state);
    if (asked) this.#parts.guest.send({ type: 'window-state', windowId: this.windowId, state: asked });
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
    if (down) {
      this.#parts.popups.userActed();
      this.#passOn();
    }
    this.#pointer.button(button, down, at, timeMs);
    if (down) this.#held.add(button);
    else this.#letGo(button);
  }

  onWheel(vertical: number, horizontal: number, at: Point): void {
    this.#pointer.wheel(vertical, horizontal, at);
  }

  // Told to menus only.
  onClickElsewhere(): void {}

  #dropsHere(drops: GuestFileDrops | undefined): FileDrops | undefined {
    return (
      drops && {
        // A dialog that has to be answered first takes no drop for its owner, and a program that hangs none at all.
        mayDrop: () => this.#window.enabled && this.#window.responding && drops.mayDrop(),
        dropped: (paths, at) => drops.dropped(paths, this.windowId, at),
      }
    );
  }

  #letGo(button: PointerButton): void {
    this.#held.delete(button);
    if (this.#held.size > 0 || !this.#placedWhileHeld) return;
    this.#placedWhileHeld = false;
    this.onPlaced(this.surface.content);
  }

  #follow(window: GuestWindow): void {
    const { ask, place } = this.#placement.guestPlaced(window.surface, window.geometrySerial);
    if (!this.#placement.waiting) this.#stopWaiting();
    this.#ask(ask);
    if (place) this.#moveHost(place);
  }

  /**
   * A window that fills the screen has the host's size: the guest is brought to it, once; then the guest's word
   * counts, save in full screen, where no window manager would hear it.
   */
  #moveHost(place: Rect): void {
    const state = this.#states.host;
    // Where it still is says nothing: the window manager's answer comes by `onPlaced`.
    if (fills(state) && this.#fillAsked) return;
    if (fills(state) && this.#mayRefit) {
      this.#mayRefit = false;
      this.#ask(this.#placement.hostPlaced(this.surface.content));
      return;
    }
    if (state !== 'full-screen') this.surface.place(place);
  }

  #setState(state: ShowState | undefined): void {
    if (state === undefined) return;
    this.#mayRefit = true;
    this.#fillAsked = fills(state);
    this.surface.setState(state);
  }

  /** A window that a dialog blocks has no use for the focus: the dialog gets it. */
  #passOn(): void {
    const windowId = enabledFor(this.#parts.guest.model.windows, this.windowId);
    if (windowId !== this.windowId) this.#parts.activate(windowId);
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

  #lookNow(): SurfaceLook {
    const hanging = this.#closeRequest.remembered ? 'ends-at-next-close' : 'yes';
    const context = {
      owner: this.#owner?.surface,
      focusHere: this.#focusHere,
      hanging: this.#window.responding ? 'no' : hanging,
    } as const;
    return lookOf(this.#window, context, this.#parts.guest, this.#parts.look);
  }

  get #focusHere(): boolean {
    return !this.#parts.focus.away;
  }
}

function fills(state: ShowState): boolean {
  return state === 'maximised' || state === 'full-screen';
}

/**
 * A main window in the guest's very corner is one nobody placed: without a window manager Wine puts there all that
 * ask for the default position. The host's window manager knows better than to stack them.
 */
function isUnplaced(window: GuestWindow): boolean {
  return window.ownerId === 0 && window.frame.x === 0 && window.frame.y === 0;
}
