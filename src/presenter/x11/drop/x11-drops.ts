import type { Log } from '../../../shared/log.ts';
import { internAll } from '../atoms.ts';
import { SelectionReader } from '../selections/selection-reader.ts';
import type { XConnection, XEvent } from '../x11-client.ts';
import { dragVersion } from './drag-messages.ts';
import { type DragMessage, DropTarget, type DropWindow } from './drop-target.ts';

const NAMES = [
  'ATOM',
  'INCR',
  'XPANE_CONTENT',
  'XdndActionCopy',
  'XdndAware',
  'XdndDrop',
  'XdndEnter',
  'XdndFinished',
  'XdndLeave',
  'XdndPosition',
  'XdndSelection',
  'XdndStatus',
  'XdndTypeList',
  'text/uri-list',
] as const;
type DropAtoms = Readonly<Record<(typeof NAMES)[number], number>>;

const REPLACE = 0;
/** Words of a property. A list of more types than this is nobody's. */
const MOST_TYPES = 1024;
/** Some thousand files; who takes them bounds their number. */
const LIST_BYTES = 1024 * 1024;

/** Files dragged from other programs of the desktop and dropped on windows of this connection. */
export class X11Drops {
  readonly #connection: XConnection;
  readonly #atoms: DropAtoms;
  readonly #log: Log;
  readonly #reader: SelectionReader;
  readonly #target: DropTarget;
  readonly #windows = new Map<number, DropWindow>();
  readonly #messages: ReadonlyMap<number, DragMessage>;

  private constructor(connection: XConnection, atoms: DropAtoms, log: Log) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#log = log;
    this.#reader = new SelectionReader(connection, atoms);
    const heard = ['XdndEnter', 'XdndPosition', 'XdndLeave', 'XdndDrop'] as const;
    this.#messages = new Map(heard.map((name) => [atoms[name], name]));
    this.#target = new DropTarget({
      atoms,
      say: (source, message, data) => this.#say(source, atoms[message], data),
      typesOf: (source) => this.#typesOf(source),
      listAt: (time) => this.#listAt(time),
    });
  }

  static async open(connection: XConnection, log: Log): Promise<X11Drops> {
    return new X11Drops(connection, await internAll(connection, NAMES), log);
  }

  /** From now on files may be dropped on it. */
  add(window: DropWindow): void {
    this.#windows.set(window.id, window);
    const { XdndAware, ATOM } = this.#atoms;
    this.#connection.client.ChangeProperty(REPLACE, window.id, XdndAware, ATOM, 32, [dragVersion]);
  }

  forget(windowId: number): void {
    this.#windows.delete(windowId);
    this.#target.forget(windowId);
  }

  /** The connection ends, or has ended. */
  abandon(): void {
    this.#reader.abandon();
  }

  /** Takes an event if it is about a drag. */
  handle(event: XEvent): boolean {
    if (event.name !== 'ClientMessage') {
      this.#reader.handle(event);
      return false;
    }
    const message = this.#messages.get(event.message_type);
    if (!message) return false;
    const window = this.#windows.get(event.wid);
    if (!window) return true;
    this.#target
      .take(message, window, event.data)
      .catch((error: unknown) => this.#log.error({ error: String(error), message }, 'a drop went wrong'));
    return true;
  }

  #say(source: number, message: number, data: readonly number[]): void {
    if (this.#connection.ended) return;
    const event = { name: 'ClientMessage', format: 32, wid: source, message_type: message, data };
    this.#connection.client.SendEvent(source, 0, 0, event);
  }

  async #typesOf(source: number): Promise<readonly number[]> {
    const { XdndTypeList, ATOM } = this.#atoms;
    const list = await this.#connection.ask<{ format: number; data: Buffer }>((reply) =>
      this.#connection.client.GetProperty(0, source, XdndTypeList, ATOM, 0, MOST_TYPES, reply),
    );
    if (list?.format !== 32) return [];
    return Array.from({ length: list.data.length >> 2 }, (_, i) => list.data.readUInt32LE(i * 4));
  }

  async #listAt(time: number): Promise<string | undefined> {
    const { XdndSelection } = this.#atoms;
    const options = { time, maxBytes: LIST_BYTES };
    const content = await this.#reader.convert(XdndSelection, this.#atoms['text/uri-list'], options);
    return content?.bytes.toString('utf8');
  }
}
