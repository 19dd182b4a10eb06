import { type Rect, sameRect } from '../shared/geometry.ts';

/**
 * Keeps one window's place on host and guest in step.
 *
 * The host's place is the user's: it wins. Each move of the host is sent to the guest with a serial, one at a time
 * (a drag makes hundreds; the guest gets the newest when it has done the last). What the guest reports with an
 * older serial is a late echo and moves nothing. Once it has caught up, a difference in position is accepted as it
 * is (the guest could not place it there: positions are decoupled, pointer coordinates are relative to the
 * surface), a difference in size is the application's own limit and the host follows it. A change that comes later
 * is the application moving itself, and the host's window moves by the same way; unless it is to the place that was
 * asked for last: a busy application answers after the guest has given it up.
 */
export class Placement {
  /** Guest screen coordinates of the surface, as last reported. */
  #guest: Rect;
  /** Host screen coordinates of the content. */
  #host: Rect;
  #lastSerial = 0;
  #outstanding: { serial: number; surface: Rect } | undefined;
  #next: Rect | undefined;
  /** Where the guest was asked to put it last, as long as it is not there and neither side has moved it elsewhere since. */
  #unmet: Rect | undefined;

  constructor(guest: Rect, host: Rect) {
    this.#guest = guest;
    this.#host = host;
  }

  get guest(): Rect {
    return this.#guest;
  }

  get host(): Rect {
    return this.#host;
  }

  /** Where something at this place of the guest's screen belongs on the host's, seen from this window. */
  toHost(rect: Rect): Rect {
    return {
      x: rect.x - this.#guest.x + this.#host.x,
      y: rect.y - this.#guest.y + this.#host.y,
      width: rect.width,
      height: rect.height,
    };
  }

  /** The host's window is here now. Returns what to ask of the guest, if anything. */
  hostPlaced(content: Rect): { serial: number; surface: Rect } | undefined {
    this.#host = content;
    if (this.#outstanding) {
      this.#next = content;
      return undefined;
    }
    if (!sameRect(content, this.#guest)) return this.#ask(content);
    this.#unmet = undefined;
    return undefined;
  }

  /**
   * The guest reported its place. Returns what to ask of the guest next (`ask`) and where the host's window has
   * to go (`place`).
   */
  guestPlaced(surface: Rect, serial: number): { ask?: { serial: number; surface: Rect }; place?: Rect } {
    if (serial < this.#lastSerial) return {};
    const before = this.#guest;
    this.#guest = surface;
    const isWanted = this.#unmet?.x === surface.x && this.#unmet.y === surface.y;
    if (isWanted) this.#unmet = undefined;
    if (this.#outstanding) {
      this.#outstanding = undefined;
      const next = this.#next;
      this.#next = undefined;
      if (next && !sameRect(next, surface)) return { ask: this.#ask(next) };
      return this.#resizeHost(surface);
    }
    return isWanted ? this.#resizeHost(surface) : this.#moveHost(before, surface);
  }

  /**
   * The guest has not answered the last move in time. Returns the newest place to ask for instead, if there is one;
   * otherwise the answer is still awaited: a slow guest that answers late did not move by itself.
   */
  expire(): { serial: number; surface: Rect } | undefined {
    const next = this.#next;
    if (!this.#outstanding || !next) return undefined;
    this.#next = undefined;
    return this.#ask(next);
  }

  get waiting(): boolean {
    return this.#outstanding !== undefined;
  }

  #ask(surface: Rect): { serial: number; surface: Rect } {
    this.#lastSerial += 1;
    this.#outstanding = { serial: this.#lastSerial, surface };
    this.#unmet = surface;
    return this.#outstanding;
  }

  #resizeHost(surface: Rect): { place?: Rect } {
    if (surface.width === this.#host.width && surface.height === this.#host.height) return {};
    this.#host = { ...this.#host, width: surface.width, height: surface.height };
    return { place: this.#host };
  }

  #moveHost(before: Rect, surface: Rect): { place?: Rect } {
    if (sameRect(before, surface)) return {};
    this.#unmet = undefined;
    this.#host = {
      x: this.#host.x + surface.x - before.x,
      y: this.#host.y + surface.y - before.y,
      width: surface.width,
      height: surface.height,
    };
    return { place: this.#host };
  }
}
