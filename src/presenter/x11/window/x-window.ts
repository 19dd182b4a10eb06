import { hostname } from 'node:os';
import type { Rect, Size } from '../../../shared/geometry.ts';
import type { SurfaceKind, SurfaceLook, SurfaceView } from '../../presenter.ts';
import type { AtomName, Atoms } from '../atoms.ts';
import { eventMask, type XConnection } from '../x11-client.ts';
import {
  classData,
  ICONIC_STATE,
  iconData,
  isManaged,
  motifHints,
  sizeHints,
  titleData,
  windowTypeOf,
  wmHints,
} from './hints.ts';
import type { StateRequest } from './manager-states.ts';
import { drawTrustEdge } from './trust-edge.ts';

const INPUT_OUTPUT = 1;
const NORTH_WEST_GRAVITY = 1;
const NO_BACKGROUND = 0;
const REPLACE = 0;
const ABOVE = 0;
const BELOW = 1;
const CONFIGURE_REQUEST = 23;
/** CWSibling and CWStackMode: which of the request's values count. */
const SIBLING_AND_STACK_MODE = 0x60;
const ANY_TYPE = 0;
const REMOVE_STATE = 0;
const ADD_STATE = 1;
/** EWMH source indication: the application itself wants it. */
const FROM_APPLICATION = 1;
/** The user wants it (pagers and taskbars say so): not held up as an attempt to steal the focus. */
const FOR_THE_USER = 2;
const MAX_STATE_WORDS = 64;
/** Window managers put one or two windows around each, some three. */
const MAX_FRAMES = 8;

const WINDOW_EVENTS = [
  'KeyPress',
  'KeyRelease',
  'ButtonPress',
  'ButtonRelease',
  'PointerMotion',
  'KeymapState',
  'Exposure',
  'StructureNotify',
  'FocusChange',
  'PropertyChange',
].reduce((mask, name) => mask | (eventMask[name] ?? 0), 0);
const TO_WINDOW_MANAGER = (eventMask.SubstructureRedirect ?? 0) | (eventMask.SubstructureNotify ?? 0);

/**
 * One window of the X server, in the words of its protocol and the window manager conventions; remembers nothing
 * but its number and its view. New windows keep their old pixels at the top left when resized, and have no background, so that
 * the server never blanks what is about to be painted.
 */
export class XWindow {
  readonly id: number;
  readonly #connection: XConnection;
  readonly #atoms: Atoms;
  readonly #view: SurfaceView | undefined;

  constructor(connection: XConnection, atoms: Atoms, kind: SurfaceKind, content: Rect, view?: SurfaceView) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#view = view;
    const { client, pixels, root } = connection;
    this.id = client.AllocID();
    const { x, y, width, height } = content;
    client.CreateWindow(this.id, root, x, y, width, height, 0, pixels.depth, INPUT_OUTPUT, pixels.visual, {
      backgroundPixmap: NO_BACKGROUND,
      borderPixel: 0,
      bitGravity: NORTH_WEST_GRAVITY,
      overrideRedirect: isManaged(kind) ? 0 : 1,
      eventMask: WINDOW_EVENTS,
      colormap: pixels.colormap,
    });
    if (view && view.edgePx > 0) drawTrustEdge(connection, this.id, content, view);
    this.#setAtoms('WM_PROTOCOLS', ['WM_DELETE_WINDOW', '_NET_WM_PING']);
    this.#set('_NET_WM_PID', 'CARDINAL', [process.pid]);
    this.#set('WM_CLIENT_MACHINE', 'STRING', Buffer.from(hostname(), 'latin1'));
  }

  setTitle(title: string): void {
    const { utf8, latin1 } = titleData(title);
    this.#set('_NET_WM_NAME', 'UTF8_STRING', utf8);
    this.#set('WM_NAME', 'STRING', latin1);
  }

  setClass(applicationClass: string): void {
    this.#set('WM_CLASS', 'STRING', classData(applicationClass));
  }

  setIcons(icons: SurfaceLook['icons']): void {
    const data = iconData(icons);
    if (data.length === 0) this.#delete('_NET_WM_ICON');
    else this.#set('_NET_WM_ICON', 'CARDINAL', data);
  }

  /** Takes effect for the decoration at once; whether a window is managed at all, at the next map. */
  setKind(kind: SurfaceKind): void {
    this.#setAtoms('_NET_WM_WINDOW_TYPE', [windowTypeOf(kind)]);
    this.#connection.client.ChangeWindowAttributes(this.id, { overrideRedirect: isManaged(kind) ? 0 : 1 });
  }

  setOwner(owner: number | undefined): void {
    if (owner === undefined) this.#delete('WM_TRANSIENT_FOR');
    else this.#set('WM_TRANSIENT_FOR', 'WINDOW', [owner]);
  }

  setDecorated(decorated: boolean): void {
    const atom = this.#atoms._MOTIF_WM_HINTS;
    this.#connection.client.ChangeProperty(REPLACE, this.id, atom, atom, 32, motifHints(decorated));
  }

  /** 0 to 255 (nothing shines through): of the whole window with its frame, for a compositor. */
  setOpacity(opacity: number): void {
    if (opacity >= 255) this.#delete('_NET_WM_WINDOW_OPACITY');
    else this.#set('_NET_WM_WINDOW_OPACITY', 'CARDINAL', [Math.round((opacity / 255) * 0xffff_ffff)]);
  }

  setSizeHints(
    content: Rect,
    look: Pick<SurfaceLook, 'resizable' | 'minSize' | 'maxSize'>,
    freePosition: boolean,
  ): void {
    this.#set('WM_NORMAL_HINTS', 'WM_SIZE_HINTS', sizeHints(content, look, freePosition, this.#view));
  }

  setFamily(group: number, startMinimised: boolean, takeFocus: boolean): void {
    this.#set('WM_HINTS', 'WM_HINTS', wmHints(startMinimised, group, takeFocus));
  }

  /** When the user last did something that concerns this window; 0: it is not to have the focus when it comes up. */
  setUserTime(time: number | undefined): void {
    if (time === undefined) this.#delete('_NET_WM_USER_TIME');
    else this.#set('_NET_WM_USER_TIME', 'CARDINAL', [time]);
  }

  /** The states to come up with; only before the window is mapped (afterwards they are the manager's). */
  setFirstStates(states: readonly AtomName[]): void {
    this.#setAtoms('_NET_WM_STATE', states);
  }

  configure(content: Rect): void {
    const { x, y, width, height } = content;
    this.#connection.client.ConfigureWindow(this.id, { x, y, width, height });
  }

  raise(): void {
    this.#connection.client.ConfigureWindow(this.id, { stackMode: ABOVE });
  }

  map(): void {
    this.#connection.client.MapWindow(this.id);
  }

  /** Has the window manager, or the lack of one, deal with it anew. */
  remap(): void {
    this.#connection.client.UnmapWindow(this.id);
    this.map();
  }

  /** The window manager has dealt with it (ICCCM: it sets WM_STATE then), as far as the server tells. */
  async isTaken(): Promise<boolean> {
    const found = await this.readState();
    return !found || found.wmState !== undefined;
  }

  destroy(): void {
    this.#connection.client.DestroyWindow(this.id);
  }

  /**
   * What the server itself draws when the window appears, until `clearBackground`: `paint` gets a pixmap of the
   * size of the content.
   */
  setBackground(size: Size, paint: (pixmap: number) => void): void {
    const { client, pixels } = this.#connection;
    const pixmap = client.AllocID();
    client.CreatePixmap(pixmap, this.id, pixels.depth, size.width, size.height);
    paint(pixmap);
    client.ChangeWindowAttributes(this.id, { backgroundPixmap: pixmap });
    client.FreePixmap(pixmap);
  }

  clearBackground(): void {
    this.#connection.client.ChangeWindowAttributes(this.id, { backgroundPixmap: NO_BACKGROUND });
  }

  /** Asks the window manager to raise it and give it the focus; `time` is the user's last input. */
  requestActivation(time: number): void {
    this.#toManager('_NET_ACTIVE_WINDOW', [FOR_THE_USER, time, 0]);
  }

  /** Asks the window manager to put it right above or below another of its windows. */
  requestStacking(stackMode: 'above' | 'below', sibling: number): void {
    // As the server would send it on. A real request fails where the manager put frames around both (ICCCM 4.1.5).
    const request = Buffer.alloc(32);
    request.writeUInt8(CONFIGURE_REQUEST, 0);
    request.writeUInt8(stackMode === 'above' ? ABOVE : BELOW, 1);
    request.writeUInt32LE(this.#connection.root, 4);
    request.writeUInt32LE(this.id, 8);
    request.writeUInt32LE(sibling, 12);
    request.writeUInt16LE(SIBLING_AND_STACK_MODE, 26);
    this.#connection.client.SendEvent(this.#connection.root, 0, TO_WINDOW_MANAGER, request);
  }

  requestMinimised(): void {
    this.#toManager('WM_CHANGE_STATE', [ICONIC_STATE]);
  }

  /** One state, or two that belong together. */
  requestStates({ on, states }: StateRequest): void {
    const [first = 0, second = 0] = states.map((state) => this.#atoms[state]);
    this.#toManager('_NET_WM_STATE', [on ? ADD_STATE : REMOVE_STATE, first, second, FROM_APPLICATION]);
  }

  /** _NET_WM_STATE and the first word of WM_STATE, as the window manager set them. */
  async readState(): Promise<{ netState: readonly number[]; wmState: number | undefined } | undefined> {
    const [netState, wmState] = await Promise.all([this.#words('_NET_WM_STATE'), this.#words('WM_STATE')]);
    return netState && wmState ? { netState, wmState: wmState[0] } : undefined;
  }

  /**
   * The outermost window around it, which the window manager drew (undefined without one), and from now on the
   * moves of that window as events: not every manager tells of each step of a drag in another way.
   */
  async watchFrame(): Promise<number | undefined> {
    const { client, root } = this.#connection;
    let frame = this.id;
    for (let depth = 0; depth < MAX_FRAMES; depth++) {
      const tree = await this.#connection.ask<{ parent: number }>((reply) => client.QueryTree(frame, reply));
      if (!tree) return undefined;
      if (tree.parent === root) break;
      frame = tree.parent;
    }
    if (frame === this.id) return undefined;
    client.ChangeWindowAttributes(frame, { eventMask: eventMask.StructureNotify ?? 0 });
    return frame;
  }

  /** Where the window's top left corner is on the screen. */
  async position(): Promise<{ x: number; y: number } | undefined> {
    const { client, root } = this.#connection;
    const at = await this.#connection.ask<{ destX: number; destY: number }>((reply) =>
      client.TranslateCoordinates(this.id, root, 0, 0, reply),
    );
    return at && { x: at.destX, y: at.destY };
  }

  async #words(name: AtomName): Promise<readonly number[] | undefined> {
    const { client } = this.#connection;
    const found = await this.#connection.ask<{ format: number; data: Buffer }>((reply) =>
      client.GetProperty(0, this.id, this.#atoms[name], ANY_TYPE, 0, MAX_STATE_WORDS, reply),
    );
    if (found?.format !== 32) return found && [];
    return Array.from({ length: found.data.length >> 2 }, (_, i) => found.data.readUInt32LE(i * 4));
  }

  #toManager(type: AtomName, data: readonly number[]): void {
    this.#connection.client.SendEvent(this.#connection.root, 0, TO_WINDOW_MANAGER, {
      name: 'ClientMessage',
      format: 32,
      wid: this.id,
      message_type: this.#atoms[type],
      data,
    });
  }

  #set(name: AtomName, type: AtomName, data: Buffer | readonly number[]): void {
    const format = type === 'STRING' || type === 'UTF8_STRING' ? 8 : 32;
    this.#connection.client.ChangeProperty(
      REPLACE,
      this.id,
      this.#atoms[name],
      this.#atoms[type],
      format,
      data,
    );
  }

  #setAtoms(name: AtomName, values: readonly AtomName[]): void {
    const numbers = values.map((value) => this.#atoms[value]);
    this.#set(name, 'ATOM', numbers);
  }

  #delete(name: AtomName): void {
    this.#connection.client.DeleteProperty(this.id, this.#atoms[name]);
  }
}
