import type { Point } from '../../../shared/geometry.ts';
import type { Log } from '../../../shared/log.ts';
import type { KeyEvent } from '../../presenter.ts';
import { blankCursor } from '../cursor/blank-cursor.ts';
import type { X11Surface } from '../surface.ts';
import { eventMask, type XConnection, type XEvent } from '../x11-client.ts';

const ASYNCHRONOUS = 1;
const SUCCESS = 0;
const CURRENT_TIME = 0;
const GRABBED_EVENTS =
  (eventMask.ButtonPress ?? 0) | (eventMask.ButtonRelease ?? 0) | (eventMask.PointerMotion ?? 0);
/** Scan code of P on a PC keyboard, for layouts that have no P. */
const P_SCANCODE = 0x19;

/** The user's request to lock the pointer to a window, and to free it again: Ctrl+Alt+Shift+P. */
export function asksForLock(key: KeyEvent): boolean {
  const { ctrl, alt, shift } = key.modifiers;
  if (!key.down || !ctrl || !alt || !shift) return false;
  const latin = key.text !== undefined && /^[a-z]$/i.test(key.text);
  return latin ? key.text?.toLowerCase() === 'p' : key.scancode === P_SCANCODE && !key.extended;
}

/**
 * Holds the pointer inside one surface, invisible, and tells how far the mouse went instead of where it is, without
 * end in any direction: what games and 3D programs need. Only the user starts it, by `asksForLock`; the guest cannot.
 * It ends by the same keys, when the focus leaves, with a menu, and with the surface.
 */
export class PointerLock {
  readonly #connection: XConnection;
  readonly #log: Log;
  #surface: X11Surface | undefined;
  #cursor: number | undefined;
  #last: Point = { x: 0, y: 0 };
  /** Where the pointer is being brought, until the server says that it is there. */
  #warpedTo: Point | undefined;

  constructor(connection: XConnection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  get surface(): X11Surface | undefined {
    return this.#surface;
  }

  async toggle(surface: X11Surface): Promise<void> {
    if (this.#surface) {
      this.release();
      return;
    }
    this.#surface = surface;
    const { client } = this.#connection;
    const cursor = this.#blankCursor();
    const mode = ASYNCHRONOUS;
    const status = await this.#connection.ask<number>((reply) =>
      client.GrabPointer(
        surface.id,
        false,
        GRABBED_EVENTS,
        mode,
        mode,
        surface.id,
        cursor,
        CURRENT_TIME,
        reply,
      ),
    );
    if (this.#surface !== surface || this.#connection.ended) return;
    if (status !== SUCCESS) {
      this.#surface = undefined;
      this.#log.warn({ status }, 'The pointer cannot be locked: another program holds it');
      return;
    }
    this.#warp(surface);
    // From here on the guest's pointer is where the guest has it.
    surface.events.onPointerRelative(0, 0);
  }

  release(): void {
    if (!this.#surface) return;
    this.#surface = undefined;
    this.#warpedTo = undefined;
    if (!this.#connection.ended) this.#connection.client.UngrabPointer(CURRENT_TIME);
  }

  /** How far the mouse went by this motion on the locked surface. */
  moved(event: XEvent): { dx: number; dy: number } {
    const at = { x: event.x, y: event.y };
    const target = this.#warpedTo;
    const arrived = target && at.x === target.x && at.y === target.y;
    const { x, y } = this.#last;
    this.#last = at;
    if (arrived) {
      this.#warpedTo = undefined;
      return { dx: 0, dy: 0 };
    }
    if (!target && this.#surface && this.#isOffCentre(this.#surface, at)) this.#warp(this.#surface);
    return { dx: at.x - x, dy: at.y - y };
  }

  #isOffCentre(surface: X11Surface, at: Point): boolean {
    const middle = this.#middleOf(surface);
    const { width, height } = surface.content;
    return Math.abs(at.x - middle.x) > width / 4 || Math.abs(at.y - middle.y) > height / 4;
  }

  #warp(surface: X11Surface): void {
    const middle = this.#middleOf(surface);
    this.#warpedTo = middle;
    this.#connection.client.WarpPointer(0, surface.id, 0, 0, 0, 0, middle.x, middle.y);
  }

  /** Of what of the surface is on the screen: the pointer can go nowhere else. */
  #middleOf(surface: X11Surface): Point {
    const { pixel_width: right, pixel_height: bottom } = this.#connection.screen;
    const { x, y, width, height } = surface.content;
    const middle = (from: number, size: number, end: number) =>
      Math.round((Math.max(from, 0) + Math.min(from + size, end)) / 2) - from;
    return { x: middle(x, width, right), y: middle(y, height, bottom) };
  }

  #blankCursor(): number {
    this.#cursor ??= blankCursor(this.#connection);
    return this.#cursor;
  }
}
