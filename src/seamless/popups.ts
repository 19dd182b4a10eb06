import type { Point } from '../shared/geometry.ts';
import type { SeamlessGuest } from './guest.ts';
import type { SeamlessPopup } from './seamless-popup.ts';
import { TrayMenu } from './tray-menu.ts';

/** How long the guest may take to close its menus when the user clicked elsewhere. */
const ignoredMs = 1_000;
/** Menus of menus of menus, and a tooltip. */
const maxShown = 12;

/**
 * All popups of one guest. They stand above everything, unmarked, and a menu holds the pointer, so the guest may
 * have them only as long as the user is with it:
 * - shown only while one of its windows has the focus, but for the menu of a tray icon that the user clicked
 *   (`tray-menu.ts`); when the focus leaves, all end and the pointer is free;
 * - a click elsewhere ends the menus, by the guest within `ignoredMs`, by the host after that;
 * - after such a click no menu comes before the user pressed a key or a button in the guest again: one that opens a
 *   new menu for each that was closed would keep the pointer for ever;
 * - so many at once, and so much of the screen (`popup-place.ts`).
 * What has ended stays hidden, even if the guest keeps it.
 */
export class Popups {
  readonly #guest: SeamlessGuest;
  /** Oldest first, so that a menu comes before its submenus. */
  readonly #popups = new Set<SeamlessPopup>();
  readonly #clickedAway = new Set<SeamlessPopup>();
  readonly #trayMenu = new TrayMenu<SeamlessPopup>();
  readonly #onTrayMenuUsed: () => void;
  #focusHere = false;
  #awaitsInput = false;
  #ignored: NodeJS.Timeout | undefined;

  /** `onTrayMenuUsed`: the user pressed a button in the menu of a tray icon. */
  constructor(guest: SeamlessGuest, onTrayMenuUsed: () => void) {
    this.#guest = guest;
    this.#onTrayMenuUsed = onTrayMenuUsed;
  }

  get count(): number {
    return this.#popups.size;
  }

  add(popup: SeamlessPopup): void {
    this.#popups.add(popup);
    // Nor may it wait hidden for the next key: that would be typed into a menu nobody sees.
    if (this.#awaitsInput && popup.kind === 'menu') this.#end([popup]);
    this.update();
  }

  remove(popup: SeamlessPopup): void {
    this.#popups.delete(popup);
    this.#clickedAway.delete(popup);
    this.#trayMenu.gone(popup);
    this.update();
  }

  /** Shows, moves and hides popups as they may be by now. */
  update(): void {
    for (const popup of this.#popups) popup.update();
  }

  /** Whether this one may be shown beside those that are. */
  allows(popup: SeamlessPopup): boolean {
    if (!this.#focusHere && !this.#ofTrayMenu(popup)) return false;
    if (popup.shown) return true;
    return [...this.#popups].filter(({ shown }) => shown).length < maxShown;
  }

  /** The click on a tray icon that a popup without a shown owner may answer. */
  trayClickOf(popup: SeamlessPopup): Point | undefined {
    return popup.kind === 'menu' ? this.#trayMenu.clickOf(popup) : undefined;
  }

  /** The user pressed or released a button on a tray icon of this guest. */
  trayClicked(at: Point): void {
    this.#awaitsInput = false;
    this.#trayMenu.clicked(at);
  }

  /** What the others cover, in pixels of the screen. */
  coveredBeside(popup: SeamlessPopup): number {
    let sumPx = 0;
    for (const other of this.#popups) {
      if (other !== popup && other.shown) sumPx += other.content.width * other.content.height;
    }
    return sumPx;
  }

  focusCame(): void {
    if (this.#focusHere) return;
    this.#focusHere = true;
    this.update();
  }

  focusLeft(): void {
    this.#focusHere = false;
    this.#awaitsInput = false;
    this.#end([...this.#popups]);
  }

  /** The user pressed a key or a button in a window of this guest. */
  userActed(): void {
    this.#awaitsInput = false;
  }

  /** The user pressed a button in a popup. */
  pressedIn(popup: SeamlessPopup): void {
    this.userActed();
    if (this.#ofTrayMenu(popup)) this.#onTrayMenuUsed();
  }

  clickedElsewhere(): void {
    this.#awaitsInput = true;
    this.#trayMenu.end();
    this.#guest.send({ type: 'dismiss-menus' });
    for (const popup of this.#popups) if (popup.kind === 'menu') this.#clickedAway.add(popup);
    this.#ignored ??= setTimeout(() => {
      this.#ignored = undefined;
      this.#end([...this.#clickedAway]);
      this.#clickedAway.clear();
    }, ignoredMs);
  }

  close(): void {
    clearTimeout(this.#ignored);
    this.#ignored = undefined;
  }

  /** It is the menu of a tray icon, or was opened from it. */
  #ofTrayMenu(popup: SeamlessPopup): boolean {
    const { menu } = this.#trayMenu;
    let at: SeamlessPopup | undefined = popup;
    for (let depth = 0; menu && at && depth < maxShown; depth++) {
      if (at === menu) return true;
      at = this.#popupWithId(at.owner?.windowId);
    }
    return false;
  }

  #popupWithId(windowId: number | undefined): SeamlessPopup | undefined {
    return [...this.#popups].find((popup) => popup.windowId === windowId);
  }

  #end(popups: readonly SeamlessPopup[]): void {
    // Those on top first: no menu goes before its submenus.
    for (const popup of [...popups].reverse()) popup.end();
    if (popups.some(({ kind }) => kind === 'menu')) this.#guest.send({ type: 'dismiss-menus' });
  }
}
