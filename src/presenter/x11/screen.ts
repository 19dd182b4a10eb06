import type { Rect, Size } from '../../shared/geometry.ts';
import { intersect } from '../../shared/geometry.ts';
import type { HostScreen } from '../presenter.ts';
import type { Atoms } from './atoms.ts';
import { eventMask, type XConnection, type XEvent, type Xinerama } from './x11-client.ts';

const MAX_DESKTOPS = 256;
const CARDINALS_PER_DESKTOP = 4;
const MAX_MONITORS = 32;

/** The host's screen: its size and what panels and docks leave of it. */
export class ScreenWatch {
  readonly #connection: XConnection;
  readonly #atoms: Atoms;
  readonly #onChanged: (screen: HostScreen) => void;
  #xinerama: Xinerama | undefined;
  #screen: HostScreen;
  /** As the server said last: ahead of `#screen` while the rest is being asked for. */
  #size: Size;
  #reads = 0;

  private constructor(connection: XConnection, atoms: Atoms, onChanged: (screen: HostScreen) => void) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#onChanged = onChanged;
    const { pixel_width: width, pixel_height: height } = connection.screen;
    const whole = { x: 0, y: 0, width, height };
    this.#size = { width, height };
    this.#screen = { size: { width, height }, workArea: whole, monitors: [whole] };
    const mask = (eventMask.PropertyChange ?? 0) | (eventMask.StructureNotify ?? 0);
    connection.client.ChangeWindowAttributes(connection.root, { eventMask: mask });
  }

  static async open(
    connection: XConnection,
    atoms: Atoms,
    onChanged: (screen: HostScreen) => void,
  ): Promise<ScreenWatch> {
    const watch = new ScreenWatch(connection, atoms, onChanged);
    // Every server of today speaks it, with what RandR knows; without it the screen counts as one monitor.
    watch.#xinerama = await connection.ask<Xinerama>((reply) => connection.client.require('xinerama', reply));
    watch.#screen = await watch.#read(watch.#size);
    return watch;
  }

  get current(): HostScreen {
    return this.#screen;
  }

  /** Takes an event of the root window. */
  handle(event: XEvent): void {
    if (event.name === 'ConfigureNotify') {
      this.#size = { width: event.width, height: event.height };
      void this.#refresh();
    } else if (
      event.name === 'PropertyNotify' &&
      (event.atom === this.#atoms._NET_WORKAREA || event.atom === this.#atoms._NET_CURRENT_DESKTOP)
    ) {
      void this.#refresh();
    }
  }

  async #refresh(): Promise<void> {
    const serial = ++this.#reads;
    const screen = await this.#read(this.#size);
    // A change brings several events; what was asked last counts.
    if (
      serial !== this.#reads ||
      this.#connection.ended ||
      JSON.stringify(screen) === JSON.stringify(this.#screen)
    )
      return;
    this.#screen = screen;
    this.#onChanged(screen);
  }

  async #read(size: Size): Promise<HostScreen> {
    const [areas, desktop, monitors] = await Promise.all([
      this.#cardinals(this.#atoms._NET_WORKAREA, MAX_DESKTOPS * CARDINALS_PER_DESKTOP),
      this.#cardinals(this.#atoms._NET_CURRENT_DESKTOP, 1),
      this.#monitors(),
    ]);
    const whole: Rect = { x: 0, y: 0, ...size };
    const at = (desktop[0] ?? 0) * CARDINALS_PER_DESKTOP;
    const [x, y, width, height] = areas.slice(at, at + CARDINALS_PER_DESKTOP);
    const known = x !== undefined && y !== undefined && width !== undefined && height !== undefined;
    const workArea = (known && intersect({ x, y, width, height }, whole)) || whole;
    const usable = monitors
      .map((monitor) => intersect(monitor, workArea))
      .filter((area) => area !== undefined);
    return { size, workArea, monitors: usable.length > 0 ? usable : [workArea] };
  }

  async #monitors(): Promise<readonly Rect[]> {
    const found = await this.#connection.ask<readonly Rect[]>((reply) => {
      if (this.#xinerama) this.#xinerama.QueryScreens(reply);
      else reply(undefined, []);
    });
    return (found ?? []).slice(0, MAX_MONITORS);
  }

  async #cardinals(property: number, count: number): Promise<number[]> {
    const { client, root } = this.#connection;
    const found = await this.#connection.ask<{ format: number; data: Buffer }>((reply) =>
      client.GetProperty(0, root, property, this.#atoms.CARDINAL, 0, count, reply),
    );
    if (found?.format !== 32) return [];
    return Array.from({ length: found.data.length >> 2 }, (_, i) => found.data.readInt32LE(i * 4));
  }
}
