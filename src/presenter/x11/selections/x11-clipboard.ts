import type { Log } from '../../../shared/log.ts';
import type { ClipboardSource, ClipboardType, HostClipboard, ReadOptions } from '../../clipboard.ts';
import { connectToX, eventMask, type XConnection, type XEvent, type XFixes } from '../x11-client.ts';
import { type Owned, SelectionOwner } from './selection-owner.ts';
import { SelectionReader } from './selection-reader.ts';
import { bestTargets, decodedFrom, type SelectionAtoms, selectionAtoms, targetsOf } from './targets.ts';

const REPLACE = 0;
const INPUT_ONLY = 2;
/** Of XFixes' SelectionNotify; the others are ends. */
const OWNER_SET = 0;
/** A list of more targets than this is nobody's. */
const TARGETS_BYTES = 64 * 1024;

/**
 * The X selection CLIPBOARD, on a connection of its own: content does not stand before pixels there, and the events of
 * other programs' windows that it asks for are nobody else's.
 */
export class X11Clipboard implements HostClipboard {
  readonly #connection: XConnection;
  readonly #atoms: SelectionAtoms;
  readonly #window: number;
  readonly #reader: SelectionReader;
  readonly #owner: SelectionOwner;
  readonly #listeners = new Set<() => void>();
  /** In the order in which they were asked for, as the answers come. */
  readonly #clocks: ((time: number) => void)[] = [];
  #lastInputTime = () => 0;
  #serial = 0;
  #owned: Owned | undefined;
  /** Where what was copied is asked for; one question for each change. */
  #targets: Promise<ReadonlyMap<ClipboardType, number>> | undefined;
  #takes: Promise<unknown> = Promise.resolve();

  private constructor(connection: XConnection, atoms: SelectionAtoms, fixes: XFixes, log: Log) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#reader = new SelectionReader(connection, atoms);
    this.#owner = new SelectionOwner(connection, atoms, log);
    const { client, root } = connection;
    this.#window = client.AllocID();
    client.CreateWindow(this.#window, root, -10, -10, 1, 1, 0, 0, INPUT_ONLY, 0, {
      eventMask: eventMask.PropertyChange ?? 0,
    });
    const { SetSelectionOwner, SelectionWindowDestroy, SelectionClientClose } = fixes.SelectionEventMask;
    const mask = SetSelectionOwner | SelectionWindowDestroy | SelectionClientClose;
    fixes.SelectSelectionInput(this.#window, atoms.CLIPBOARD, mask);
    connection.onEvent((event) => this.#handle(event));
    connection.onLost(() => this.abandon());
  }

  /** Undefined where the display has no XFixes, or takes no second connection. */
  static async open(display: string | undefined, log: Log): Promise<X11Clipboard | undefined> {
    let connection: XConnection | undefined;
    try {
      connection = await connectToX(display, log);
      const atoms = await selectionAtoms(connection);
      const { client } = connection;
      const opened = connection;
      const fixes = await opened.ask<XFixes>((reply) => client.require('fixes', reply));
      if (fixes) return new X11Clipboard(connection, atoms, fixes, log);
      log.warn({}, 'the display has no XFixes: nothing can be copied between it and guests');
    } catch (error) {
      log.warn({ error: String(error) }, 'the clipboard of the display cannot be followed');
    }
    await connection?.close();
    return undefined;
  }

  get source(): ClipboardSource | undefined {
    return this.#owned?.source;
  }

  get serial(): number {
    return this.#serial;
  }

  /** Tells when the user did something last in a surface, by the server's clock; 0: never. */
  goesBy(lastInputTime: () => number): void {
    this.#lastInputTime = lastInputTime;
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async types(): Promise<readonly ClipboardType[]> {
    if (this.#owned) return this.#owned.source.types;
    this.#targets ??= this.#askTargets();
    return [...(await this.#targets).keys()];
  }

  async read(type: ClipboardType, { maxBytes, signal }: ReadOptions): Promise<Uint8Array | undefined> {
    if (this.#owned) {
      const content = await this.#owned.source.give(type, signal ?? new AbortController().signal);
      return content && content.length <= maxBytes ? content : undefined;
    }
    this.#targets ??= this.#askTargets();
    const target = (await this.#targets).get(type);
    if (target === undefined) return undefined;
    const time = await this.#now();
    const content = await this.#reader.convert(this.#atoms.CLIPBOARD, target, { time, maxBytes, signal });
    const isKnown = content && targetsOf(this.#atoms, type).includes(content.type);
    return isKnown ? decodedFrom(this.#atoms, content.type, content.bytes) : undefined;
  }

  async take(source: ClipboardSource): Promise<boolean> {
    const taken = this.#takes.then(() => this.#take(source));
    this.#takes = taken.catch(() => undefined);
    return await taken;
  }

  release(source: ClipboardSource): void {
    if (this.#owned?.source !== source) return;
    const { time } = this.#owned;
    this.#owned = undefined;
    if (!this.#connection.ended) this.#connection.client.SetSelectionOwner(0, this.#atoms.CLIPBOARD, time);
    this.#changed();
  }

  /** What was copied goes to the desktop's clipboard manager, where there is one, and the connection ends. */
  async close(): Promise<void> {
    if (this.#owned && !this.#connection.ended) await this.#handOver();
    this.abandon();
    await this.#connection.close();
  }

  /** The connection ends, or has ended. */
  abandon(): void {
    this.#reader.abandon();
    this.#owner.abandon();
    for (const answer of this.#clocks.splice(0)) answer(0);
    const owned = this.#owned;
    this.#owned = undefined;
    owned?.source.lost();
    this.#listeners.clear();
  }

  async #take(source: ClipboardSource): Promise<boolean> {
    const { client } = this.#connection;
    const { CLIPBOARD } = this.#atoms;
    const time = this.#lastInputTime() || (await this.#now());
    if (time === 0 || this.#connection.ended) return false;
    client.SetSelectionOwner(this.#window, CLIPBOARD, time);
    const owner = await this.#connection.ask<number>((reply) => client.GetSelectionOwner(CLIPBOARD, reply));
    // The server has refused an act that is older than another program's.
    if (owner !== this.#window) return false;
    const before = this.#owned;
    this.#owned = { source, time };
    if (before && before.source !== source) before.source.lost();
    this.#changed();
    return true;
  }

  /** SAVE_TARGETS of the clipboard manager's specification; the answer comes when it has all it wants, or never. */
  async #handOver(): Promise<void> {
    const { client } = this.#connection;
    const { CLIPBOARD_MANAGER, SAVE_TARGETS } = this.#atoms;
    const ask = (reply: Parameters<typeof client.GetSelectionOwner>[1]) =>
      client.GetSelectionOwner(CLIPBOARD_MANAGER, reply);
    const keeper = await this.#connection.ask<number>(ask);
    if (!keeper) return;
    const time = await this.#now();
    await this.#reader.convert(CLIPBOARD_MANAGER, SAVE_TARGETS, { time, maxBytes: TARGETS_BYTES });
  }

  async #askTargets(): Promise<ReadonlyMap<ClipboardType, number>> {
    const { CLIPBOARD, TARGETS } = this.#atoms;
    const options = { time: await this.#now(), maxBytes: TARGETS_BYTES };
    const { bytes = Buffer.alloc(0) } = (await this.#reader.convert(CLIPBOARD, TARGETS, options)) ?? {};
    const offered = Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readUInt32LE(i * 4));
    return bestTargets(this.#atoms, offered);
  }

  /** The server's time: changing a property leads to an event with it (ICCCM 2.1). 0: the display is gone. */
  async #now(): Promise<number> {
    if (this.#connection.ended) return 0;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#clocks.push(resolve);
    const { XPANE_CONTENT, INTEGER } = this.#atoms;
    this.#connection.client.ChangeProperty(REPLACE, this.#window, XPANE_CONTENT, INTEGER, 32, [0]);
    return await promise;
  }

  #handle(event: XEvent): void {
    if (event.name === 'PropertyNotify' && event.wid === this.#window) {
      this.#clocks.shift()?.(event.time);
    } else if (event.name === 'SelectionNotify' && event.subtype !== undefined) {
      // What this presenter did itself it has told.
      if (event.owner === this.#window) return;
      // Its program is gone, and answers no more.
      if (event.subtype !== OWNER_SET) this.#reader.abandon();
      this.#othersTook();
    } else if (event.name === 'SelectionClear') {
      this.#lose();
    } else {
      this.#reader.handle(event);
      this.#owner.handle(event, event.selection === this.#atoms.CLIPBOARD ? this.#owned : undefined);
    }
  }

  #othersTook(): void {
    this.#lose();
    this.#changed();
  }

  #lose(): void {
    const owned = this.#owned;
    this.#owned = undefined;
    owned?.source.lost();
  }

  #changed(): void {
    this.#serial++;
    this.#targets = undefined;
    for (const listener of [...this.#listeners]) listener();
  }
}
