import type { GuestTrayIcon } from '../guest-bridge/guest-model.ts';
import type { PointerButton, Presenter, TrayIcon } from '../presenter/presenter.ts';
import type { Point } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import { ChangePace } from './change-pace.ts';
import type { Focus } from './focus.ts';
import type { SeamlessGuest, SeamlessLook } from './guest.ts';
import type { Popups } from './popups.ts';
import { markedTitle } from './title-mark.ts';

/** A window that a click on an icon opens comes within this, or comes without the focus. */
const windowTimeoutMs = 10_000;
/** A panel has to draw its icons anew each time, and to find room for a new one. */
const pace = { perSecond: 10, inAllPerSecond: 80, catchUpMs: 100, mostAtOnce: 4 } as const;
/** Windows' own default. */
const doubleClickMs = 500;
const doubleClickPx = 4;

/** The shell knows no others. */
const buttons: Partial<Record<PointerButton, number>> = { left: 1, right: 2, middle: 3 };

export interface TrayIconsParts {
  readonly guest: SeamlessGuest;
  readonly presenter: Presenter;
  readonly look: SeamlessLook;
  readonly focus: Pick<Focus, 'expectWindow'>;
  readonly popups: Pick<Popups, 'trayClicked'>;
  readonly log: Log;
}

interface Shown {
  readonly icon: TrayIcon;
  lastPress: { readonly button: PointerButton; readonly at: Point; readonly ms: number } | undefined;
}

/**
 * Shows the icons of the guest's notification area in the host's, and brings clicks back. Their tooltips are marked
 * as the guest's. An icon without a picture is not shown: in Windows there would be a gap to click on.
 */
export class TrayIcons {
  readonly #parts: TrayIconsParts;
  readonly #shown = new Map<number, Shown>();
  readonly #stopListening: (() => void)[];
  readonly #pace: ChangePace;
  #withdraw: (() => void) | undefined;

  constructor(parts: TrayIconsParts) {
    this.#parts = parts;
    const { guest, log } = parts;
    this.#pace = new ChangePace(
      (trayId) => this.#follow(trayId),
      () => log.warn({}, 'the guest changes its tray icons too often to show every change'),
      pace,
    );
    this.#stopListening = [
      guest.on('reset', () => this.#closeAll()),
      guest.on('trayIconChanged', ({ trayId }) => this.#pace.changed(trayId)),
      guest.on('trayIconRemoved', ({ trayId }) => this.#pace.changed(trayId)),
    ];
    for (const icon of guest.model.trayIcons.values()) this.#show(icon);
  }

  /** The user did something with an icon or its menu: the next main window that comes up answers that. */
  acted(): void {
    const { focus, presenter } = this.#parts;
    // One click, one window: what an earlier one did not use is over.
    this.#withdraw?.();
    this.#withdraw = focus.expectWindow(presenter.userAct(), windowTimeoutMs);
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
    this.#pace.close();
    this.#closeAll();
  }

  #follow(trayId: number): void {
    const icon = this.#parts.guest.model.trayIcons.get(trayId);
    if (icon) this.#show(icon);
    else this.#close(trayId);
  }

  #show({ trayId, iconId, tooltip: text }: GuestTrayIcon): void {
    const { guest, look, presenter } = this.#parts;
    const picture = iconId === undefined ? undefined : guest.model.icon(iconId);
    if (!picture) {
      this.#close(trayId);
      return;
    }
    const spec = { icon: picture, tooltip: markedTitle(text, look.titlePrefix, '') };
    const known = this.#shown.get(trayId);
    if (known) {
      known.icon.update(spec);
      return;
    }
    const icon = presenter.openTrayIcon(spec, {
      onButton: (button, down, at) => this.#button(trayId, button, down, at),
    });
    this.#shown.set(trayId, { icon, lastPress: undefined });
  }

  #button(trayId: number, button: PointerButton, down: boolean, at: Point): void {
    const shown = this.#shown.get(trayId);
    const number = buttons[button];
    if (!shown || number === undefined) return;
    const action = down ? this.#press(shown, button, at) : 'up';
    if (down) this.acted();
    // Applications open menus on either edge of a click.
    this.#parts.popups.trayClicked(at);
    this.#parts.guest.send({ type: 'tray-click', trayId, button: number, action, ...at });
  }

  #press(shown: Shown, button: PointerButton, at: Point): 'down' | 'double' {
    const ms = performance.now();
    const { lastPress: last } = shown;
    const again =
      last?.button === button &&
      ms - last.ms < doubleClickMs &&
      Math.abs(at.x - last.at.x) <= doubleClickPx &&
      Math.abs(at.y - last.at.y) <= doubleClickPx;
    shown.lastPress = again ? undefined : { button, at, ms };
    return again ? 'double' : 'down';
  }

  #close(trayId: number): void {
    this.#shown.get(trayId)?.icon.close();
    this.#shown.delete(trayId);
  }

  #closeAll(): void {
    for (const trayId of [...this.#shown.keys()]) this.#close(trayId);
  }
}
