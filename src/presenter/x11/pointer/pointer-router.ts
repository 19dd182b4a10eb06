import type { Point } from '../../../shared/geometry.ts';
import type { X11Surface } from '../surface.ts';
import type { XEvent } from '../x11-client.ts';
import { buttonOf, wheelOf } from './buttons.ts';
import type { PointerLock } from './pointer-lock.ts';

/** What the router has to know of the presenter. */
export interface PointerTargets {
  surfaceOf(window: number): X11Surface | undefined;
  /** Open menus, topmost first. */
  menus(): readonly X11Surface[];
  /** The window that gets what happens outside of every surface while menus are open. */
  readonly grabWindow: number;
  readonly lock: PointerLock;
}

/**
 * Brings pointer events to surfaces, in order. Motion is held back until the events at hand are through, so that
 * of many moves only the last one is told; a button never overtakes a move.
 */
export class PointerRouter {
  readonly #targets: PointerTargets;
  /** Buttons whose press was told to a surface: only their releases are told. */
  readonly #pressed = new Set<number>();
  /** Where the first of the buttons that are down was pressed, in its surface and on the screen. */
  #anchor: { readonly surface: X11Surface; readonly at: Point; readonly root: Point } | undefined;
  #motion: { surface: X11Surface; at: Point } | undefined;
  /** While the pointer is locked: the way it went, not yet told. */
  #way: { surface: X11Surface; dx: number; dy: number } | undefined;

  constructor(targets: PointerTargets) {
    this.#targets = targets;
  }

  handle(event: XEvent): void {
    const target = this.#targetOf(event);
    const { lock } = this.#targets;
    if (event.name === 'MotionNotify' && lock.surface) {
      if (event.wid === lock.surface.id) this.#moveBy(lock.surface, lock.moved(event));
      return;
    }
    if (event.name === 'MotionNotify') {
      if (target) this.#move(target.surface, target.at);
      return;
    }
    this.flush();
    if (event.name === 'ButtonPress') this.#press(event, target);
    else this.#release(event, target);
  }

  /** Tells the last move, if one is held back. Everything that is not motion calls this first. */
  flush(): void {
    const motion = this.#motion;
    this.#motion = undefined;
    const way = this.#way;
    this.#way = undefined;
    if (way && !way.surface.closed) way.surface.events.onPointerRelative(way.dx, way.dy);
    if (motion && !motion.surface.closed) motion.surface.events.onPointerMove(motion.at);
  }

  #move(surface: X11Surface, at: Point): void {
    if (this.#motion && this.#motion.surface !== surface) this.flush();
    if (!this.#motion) queueMicrotask(() => this.flush());
    this.#motion = { surface, at };
  }

  #moveBy(surface: X11Surface, { dx, dy }: { dx: number; dy: number }): void {
    if (dx === 0 && dy === 0) return;
    if (!this.#way) queueMicrotask(() => this.flush());
    const before = this.#way?.surface === surface ? this.#way : { dx: 0, dy: 0 };
    this.#way = { surface, dx: before.dx + dx, dy: before.dy + dy };
  }

  #press(event: XEvent, target: { surface: X11Surface; at: Point } | undefined): void {
    const wheel = wheelOf(event.keycode);
    const outside = event.wid === this.#targets.grabWindow;
    if (wheel) {
      if (target && !outside) target.surface.events.onWheel(wheel.vertical, wheel.horizontal, target.at);
      return;
    }
    const button = buttonOf(event.keycode);
    if (outside) {
      for (const menu of this.#targets.menus()) if (!menu.closed) menu.events.onClickElsewhere();
    } else if (target && button) {
      if (this.#pressed.size === 0) {
        this.#anchor = { ...target, root: { x: event.rootx, y: event.rooty } };
      }
      this.#pressed.add(event.keycode);
      target.surface.events.onPointerButton(button, true, target.at, event.time);
    }
  }

  #release(event: XEvent, target: { surface: X11Surface; at: Point } | undefined): void {
    const button = buttonOf(event.keycode);
    // The release of a click that closed a menu belongs to nobody.
    if (!button || !this.#pressed.delete(event.keycode)) return;
    target?.surface.events.onPointerButton(button, false, target.at, event.time);
  }

  /** Where the event is in the surface; during a drag, in the surface where it was when the drag began. */
  #placeIn(surface: X11Surface, event: XEvent): Point {
    const anchor = this.#pressed.size > 0 ? this.#anchor : undefined;
    if (anchor?.surface !== surface) return { x: event.x, y: event.y };
    const { at, root } = anchor;
    return { x: at.x + event.rootx - root.x, y: at.y + event.rooty - root.y };
  }

  /** Outside of every surface, the topmost menu is told: it may be scrolling or about to let go of a button. */
  #targetOf(event: XEvent): { surface: X11Surface; at: Point } | undefined {
    if (event.wid === this.#targets.grabWindow) {
      const [menu] = this.#targets.menus();
      return (
        menu && { surface: menu, at: { x: event.rootx - menu.content.x, y: event.rooty - menu.content.y } }
      );
    }
    const surface = this.#targets.surfaceOf(event.wid);
    return surface && { surface, at: this.#placeIn(surface, event) };
  }
}
