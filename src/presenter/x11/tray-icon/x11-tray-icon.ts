import type { Rect, Size } from '../../../shared/geometry.ts';
import type { TrayIcon, TrayIconEvents, TrayIconSpec } from '../../presenter.ts';
import type { Atoms } from '../atoms.ts';
import { buttonOf } from '../pointer/buttons.ts';
import { titleData } from '../window/hints.ts';
import type { WindowShapes } from '../window/shape.ts';
import { eventMask, type XConnection, type XEvent } from '../x11-client.ts';
import { drawIcon } from './icon-drawing.ts';

const INPUT_OUTPUT = 1;
const REPLACE = 0;
const Z_PIXMAP = 2;
const XEMBED_VERSION = 0;
const XEMBED_MAPPED = 1;
const REQUEST_DOCK = 0;
const CURRENT_TIME = 0;
/** ICCCM 4.1.2.3: the flag of the smallest size, where its two words are, and how many words there are. */
const P_MIN_SIZE = 16;
const MIN_SIZE_AT = 5;
const SIZE_HINT_WORDS = 18;
/** Until the panel says how large it wants it. */
const FIRST_SIZE: Size = { width: 22, height: 22 };
/** A panel that asks for more than this does not get more drawn. */
const MAX_EDGE_PX = 256;
const EVENTS = ['ButtonPress', 'ButtonRelease', 'Exposure', 'StructureNotify'].reduce(
  (mask, name) => mask | (eventMask[name] ?? 0),
  0,
);

/** What icons share. */
export interface TrayIconHost {
  readonly connection: XConnection;
  readonly atoms: Atoms;
  readonly shapes: WindowShapes;
  readonly gc: number;
  readonly onClosed: (icon: X11TrayIcon) => void;
}

/** One icon in the panel's notification area: a window that the panel takes into its own (XEmbed 0.5). */
export class X11TrayIcon implements TrayIcon {
  readonly events: TrayIconEvents;
  readonly #host: TrayIconHost;
  #spec: TrayIconSpec;
  #window: number | undefined;
  /** A panel has taken the window in. */
  #docked = false;
  #size: Size = FIRST_SIZE;

  constructor(host: TrayIconHost, spec: TrayIconSpec, events: TrayIconEvents) {
    this.#host = host;
    this.#spec = spec;
    this.events = events;
  }

  get window(): number | undefined {
    return this.#window;
  }

  /** Where it is on the screen; undefined while no panel shows it. */
  async place(): Promise<Rect | undefined> {
    const { connection } = this.#host;
    const window = this.#window;
    if (window === undefined || !this.#docked) return undefined;
    const at = await connection.ask<{ destX: number; destY: number }>((reply) =>
      connection.client.TranslateCoordinates(window, connection.root, 0, 0, reply),
    );
    return at && { x: at.destX, y: at.destY, ...this.#size };
  }

  update(change: Partial<TrayIconSpec>): void {
    this.#spec = { ...this.#spec, ...change };
    if (this.#window === undefined) return;
    if (change.tooltip !== undefined) this.#setTitle(this.#window);
    if (change.icon !== undefined) this.#draw();
  }

  close(): void {
    this.leave();
    this.#host.onClosed(this);
  }

  /** Asks the panel whose window is `area` to take the icon in. */
  dock(area: number): void {
    this.leave();
    const { connection, atoms } = this.#host;
    const { client, root, pixels } = connection;
    const window = client.AllocID();
    const { width, height } = this.#size;
    client.CreateWindow(window, root, 0, 0, width, height, 0, pixels.depth, INPUT_OUTPUT, pixels.visual, {
      backgroundPixmap: 0,
      borderPixel: 0,
      eventMask: EVENTS,
      colormap: pixels.colormap,
    });
    this.#window = window;
    const info = [XEMBED_VERSION, XEMBED_MAPPED];
    client.ChangeProperty(REPLACE, window, atoms._XEMBED_INFO, atoms._XEMBED_INFO, 32, info);
    client.ChangeProperty(
      REPLACE,
      window,
      atoms.WM_NORMAL_HINTS,
      atoms.WM_SIZE_HINTS,
      32,
      smallest(FIRST_SIZE),
    );
    this.#setTitle(window);
    client.SendEvent(area, 0, 0, {
      name: 'ClientMessage',
      format: 32,
      wid: area,
      message_type: atoms._NET_SYSTEM_TRAY_OPCODE,
      data: [CURRENT_TIME, REQUEST_DOCK, window, 0, 0],
    });
  }

  /** The panel is gone, or the icon is to go. */
  leave(): void {
    if (this.#window === undefined) return;
    this.#host.connection.client.DestroyWindow(this.#window);
    this.#window = undefined;
    this.#docked = false;
  }

  /** Takes an event of its window. */
  handle(event: XEvent): void {
    switch (event.name) {
      case 'ConfigureNotify':
        this.#size = {
          width: Math.min(Math.max(event.width, 1), MAX_EDGE_PX),
          height: Math.min(Math.max(event.height, 1), MAX_EDGE_PX),
        };
        this.#draw();
        return;
      case 'ReparentNotify':
        this.#docked = event.parent !== this.#host.connection.root;
        return;
      case 'MapNotify':
      case 'Expose':
        this.#draw();
        return;
      case 'ButtonPress':
      case 'ButtonRelease': {
        const button = buttonOf(event.keycode);
        const at = { x: event.rootx, y: event.rooty };
        if (button) this.events.onButton(button, event.name === 'ButtonPress', at);
        return;
      }
      case 'DestroyNotify':
        this.#window = undefined;
        this.#docked = false;
        return;
      default:
        return;
    }
  }

  #setTitle(window: number): void {
    const { connection, atoms } = this.#host;
    const { utf8, latin1 } = titleData(this.#spec.tooltip);
    connection.client.ChangeProperty(REPLACE, window, atoms._NET_WM_NAME, atoms.UTF8_STRING, 8, utf8);
    connection.client.ChangeProperty(REPLACE, window, atoms.WM_NAME, atoms.STRING, 8, latin1);
  }

  #draw(): void {
    if (this.#window === undefined) return;
    const { connection, shapes, gc } = this.#host;
    const { bgrx, covered } = drawIcon(this.#spec.icon, this.#size);
    const { width, height } = this.#size;
    shapes.set(this.#window, covered);
    const { depth } = connection.pixels;
    connection.client.PutImage(Z_PIXMAP, this.#window, gc, width, height, 0, 0, 0, depth, bgrx);
  }
}

/** Some panels give an icon no more room than it says it needs. */
function smallest({ width, height }: Size): number[] {
  const words = new Array<number>(SIZE_HINT_WORDS).fill(0);
  words[0] = P_MIN_SIZE;
  words[MIN_SIZE_AT] = width;
  words[MIN_SIZE_AT + 1] = height;
  return words;
}
