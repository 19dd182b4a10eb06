import type { FrameUpdate, GuestWindow } from '../guest-bridge/guest-model.ts';
import type { FocusWish, PointerButton, Presenter, Surface, SurfaceEvents } from '../presenter/presenter.ts';
import { type Point, type Rect, sameRect } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import type { ClickSpacing } from './click-spacing.ts';
import type { SeamlessGuest, SeamlessLook } from './guest.ts';
import type { HostWindow } from './host-window.ts';
import { PointerRelay } from './pointer-relay.ts';
import { popupPlace } from './popup-place.ts';
import type { Popups } from './popups.ts';
import { besideClick, nearestPlace } from './tray-menu.ts';
import { visibilityOf } from './visibility.ts';
import { lookOf } from './window-look.ts';

export interface SeamlessPopupParts {
  readonly guest: SeamlessGuest;
  readonly presenter: Presenter;
  readonly look: SeamlessLook;
  readonly log: Log;
  readonly popups: Popups;
  readonly clicks: ClickSpacing;
  /** It has a new surface. */
  readonly onShown: () => void;
}

/**
 * A menu, drop-down or tooltip of the guest. It has a surface on the host only while it may be shown: closing that
 * is what takes it off the screen and gives the pointer back.
 */
export class SeamlessPopup implements HostWindow, SurfaceEvents {
  readonly windowId: number;
  readonly kind: GuestWindow['kind'];
  readonly #parts: SeamlessPopupParts;
  readonly #pointer: PointerRelay;
  #window: GuestWindow;
  #owner: HostWindow | undefined;
  #surface: Surface | undefined;
  /** On the host's screen; where it would be while it is hidden. */
  #content: Rect;
  /** Pixels came while it was hidden. */
  #missedPixels = false;
  /** It was shown long enough: it stays hidden. */
  #ended = false;

  constructor(window: GuestWindow, owner: HostWindow | undefined, parts: SeamlessPopupParts) {
    this.windowId = window.windowId;
    this.kind = window.kind;
    this.#parts = parts;
    this.#pointer = new PointerRelay(parts.guest, window.windowId, parts.clicks);
    this.#window = window;
    this.#owner = owner;
    this.#content = window.surface;
    parts.popups.add(this);
  }

  get surface(): Surface | undefined {
    return this.#surface;
  }

  get shown(): boolean {
    return this.#surface !== undefined;
  }

  get content(): Rect {
    return this.#content;
  }

  /** What it belongs to, by the guest's word. */
  get owner(): HostWindow | undefined {
    return this.#owner;
  }

  /** Seen from where it is: what it opens stays beside it. */
  toHost(rect: Rect): Rect {
    const { surface } = this.#window;
    return { ...rect, x: rect.x - surface.x + this.#content.x, y: rect.y - surface.y + this.#content.y };
  }

  change(window: GuestWindow, owner: HostWindow | undefined): void {
    const before = visibilityOf(this.#window);
    const visible = visibilityOf(window);
    this.#window = window;
    this.#owner = owner;
    // Menus fade in and out.
    if (before.opacity !== visible.opacity || before.shape !== visible.shape) this.#surface?.update(visible);
    this.#parts.popups.update();
  }

  /** Shows it, moves it or hides it, whatever is right by now. */
  update(): void {
    const place = this.#place();
    if (!place) this.#hide();
    else if (!this.#surface) this.#show(place);
    else if (!sameRect(place, this.#content)) this.#surface.place(place);
    if (place) this.#content = place;
  }

  /** Hides it for good. */
  end(): void {
    this.#ended = true;
    this.#hide();
  }

  paint(frame: FrameUpdate): void {
    const { guest, log } = this.#parts;
    const acknowledge = () => guest.ackFrame(frame.windowId, frame.sequence);
    if (!this.#surface) {
      this.#missedPixels = true;
      acknowledge();
      return;
    }
    this.#surface
      .paint(frame.size, frame.patches)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'painting failed'))
      .finally(acknowledge);
  }

  close(): void {
    this.end();
    this.#parts.popups.remove(this);
  }

  onPointerMove(at: Point): void {
    this.#pointer.move(at);
  }

  onPointerButton(button: PointerButton, down: boolean, at: Point, timeMs: number): void {
    if (down) this.#parts.popups.pressedIn(this);
    this.#pointer.button(button, down, at, timeMs);
  }

  onWheel(vertical: number, horizontal: number, at: Point): void {
    this.#pointer.wheel(vertical, horizontal, at);
  }

  onClickElsewhere(): void {
    this.#parts.popups.clickedElsewhere();
  }

  // The window manager does not know it: it cannot be moved, closed, minimised or focused there.
  onPlaced(): void {}
  onCloseRequested(): void {}
  mayFocus(): FocusWish {
    return 'never';
  }
  onFocus(): void {}
  onState(): void {}
  // Nobody locks the pointer in a menu.
  onPointerRelative(): void {}
  onKey(): void {}

  #place(): Rect | undefined {
    const owner = this.#owner;
    const { popups, presenter } = this.#parts;
    if (this.#ended) return undefined;
    const { monitors } = presenter.screen;
    const { surface } = this.#window;
    if (owner?.shown) {
      if (!popups.allows(this)) return undefined;
      return popupPlace(owner.toHost(surface), owner.content, monitors, popups.coveredBeside(this));
    }
    const click = popups.trayClickOf(this);
    const beside = click && nearestPlace(click, monitors);
    if (!click || !beside || !popups.allows(this)) return undefined;
    return popupPlace(besideClick(surface, click), beside, monitors, popups.coveredBeside(this));
  }

  #show(content: Rect): void {
    const { guest, look, presenter } = this.#parts;
    const context = { owner: this.#owner?.surface, focusHere: false, hanging: 'no' } as const;
    const dress = lookOf(this.#window, context, guest, look);
    this.#surface = presenter.open({ ...dress, content, freePosition: false, state: 'normal' }, this);
    this.#parts.onShown();
    if (this.#missedPixels) guest.send({ type: 'refresh', windowId: this.windowId });
    this.#missedPixels = false;
  }

  #hide(): void {
    const surface = this.#surface;
    this.#surface = undefined;
    if (!surface) return;
    surface.close();
    // What it showed is gone with the surface; the guest only sends what changes.
    this.#missedPixels = true;
  }
}
