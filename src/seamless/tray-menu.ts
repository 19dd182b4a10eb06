import { clamp, type Point, type Rect } from '../shared/geometry.ts';

/** How long after a click on a tray icon its menu may come. */
const menuTimeoutMs = 2_000;
/** A menu stands so near to the click that it follows from it. */
const nearPx = 8;

/**
 * Leave for a menu to come up though no window of the guest has the focus and none owns it: the user clicked an icon
 * of the notification area. One click is good for one menu and its submenus. `Popup` is whatever stands for one.
 */
export class TrayMenu<Popup> {
  #click: { readonly at: Point; readonly untilMs: number } | undefined;
  #menu: Popup | undefined;
  #at: Point | undefined;

  clicked(at: Point): void {
    this.#click = { at, untilMs: performance.now() + menuTimeoutMs };
  }

  /** The one that answers the last click. */
  get menu(): Popup | undefined {
    return this.#menu;
  }

  /** The click that a popup without a shown owner answers, if it does: the first one that asks. */
  clickOf(popup: Popup): Point | undefined {
    if (this.#menu === popup) return this.#at;
    const click = this.#click;
    if (this.#menu !== undefined || !click || performance.now() > click.untilMs) return undefined;
    this.#click = undefined;
    this.#menu = popup;
    this.#at = click.at;
    return click.at;
  }

  gone(popup: Popup): void {
    if (this.#menu === popup) this.#menu = undefined;
  }

  /** The user clicked elsewhere: no menu comes any more. */
  end(): void {
    this.#click = undefined;
  }
}

/** Where a menu goes that the guest wants at `wanted`: beside the click. */
export function besideClick(wanted: Rect, click: Point): Rect {
  return {
    ...wanted,
    x: clamp(wanted.x, click.x - wanted.width - nearPx, click.x + nearPx),
    y: clamp(wanted.y, click.y - wanted.height - nearPx, click.y + nearPx),
  };
}

/** The point of the monitors' work areas that is nearest to a click, which is on a panel: what a menu belongs to. */
export function nearestPlace(click: Point, monitors: readonly Rect[]): Rect | undefined {
  const places = monitors.map((area) => ({
    x: clamp(click.x, area.x, area.x + area.width - 1),
    y: clamp(click.y, area.y, area.y + area.height - 1),
    width: 1,
    height: 1,
  }));
  const distance = ({ x, y }: Rect) => Math.hypot(x - click.x, y - click.y);
  return places.sort((a, b) => distance(a) - distance(b))[0];
}
