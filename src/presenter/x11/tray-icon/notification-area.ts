import type { TrayIcon, TrayIconEvents, TrayIconSpec } from '../../presenter.ts';
import type { Atoms } from '../atoms.ts';
import type { WindowShapes } from '../window/shape.ts';
import { eventMask, type XConnection, type XEvent } from '../x11-client.ts';
import { type TrayIconHost, X11TrayIcon } from './x11-tray-icon.ts';

const NO_WINDOW = 0;

/**
 * The panel's notification area, by the freedesktop.org System Tray Protocol 0.3. A panel may come late, go, and
 * come back: icons wait for it. On a desktop without one (GNOME's own shell) they are never seen.
 */
export class NotificationArea {
  readonly #connection: XConnection;
  readonly #atoms: Atoms;
  readonly #host: TrayIconHost;
  readonly #icons = new Set<X11TrayIcon>();
  /** The panel's window that takes icons; 0 while there is none. */
  #area = NO_WINDOW;

  private constructor(connection: XConnection, atoms: Atoms, shapes: WindowShapes) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#host = {
      connection,
      atoms,
      shapes,
      gc: connection.createGc(),
      onClosed: (icon) => this.#icons.delete(icon),
    };
  }

  static async open(connection: XConnection, atoms: Atoms, shapes: WindowShapes): Promise<NotificationArea> {
    const area = new NotificationArea(connection, atoms, shapes);
    await area.#find();
    return area;
  }

  open(spec: TrayIconSpec, events: TrayIconEvents): TrayIcon {
    const icon = new X11TrayIcon(this.#host, spec, events);
    this.#icons.add(icon);
    if (this.#area !== NO_WINDOW) icon.dock(this.#area);
    return icon;
  }

  /** Takes an event if it is about an icon or about the area. */
  handle(event: XEvent): boolean {
    if (event.name === 'ClientMessage' && event.message_type === this.#atoms.MANAGER) {
      if (event.data[1] === this.#atoms._NET_SYSTEM_TRAY_S0) void this.#find();
      return true;
    }
    if (event.wid === this.#area && this.#area !== NO_WINDOW) {
      if (event.name === 'DestroyNotify') this.#lost();
      return true;
    }
    for (const icon of this.#icons) {
      if (icon.window !== event.wid) continue;
      icon.handle(event);
      return true;
    }
    return false;
  }

  /** The connection ends; the windows end with it. */
  abandon(): void {
    this.#icons.clear();
  }

  async #find(): Promise<void> {
    const { client } = this.#connection;
    const owner = await this.#connection.ask<number>((reply) =>
      client.GetSelectionOwner(this.#atoms._NET_SYSTEM_TRAY_S0, reply),
    );
    if (owner === undefined || owner === this.#area) return;
    if (owner === NO_WINDOW) {
      this.#lost();
      return;
    }
    this.#area = owner;
    client.ChangeWindowAttributes(owner, { eventMask: eventMask.StructureNotify ?? 0 });
    for (const icon of this.#icons) icon.dock(owner);
  }

  #lost(): void {
    this.#area = NO_WINDOW;
    for (const icon of this.#icons) icon.leave();
    // Another panel may have taken over before this one's end was told.
    void this.#find();
  }
}
