import { unlessAborted } from '../../../shared/deadline.ts';
import { eventMask, type XConnection, type XEvent } from '../x11-client.ts';
import type { SelectionAtoms } from './targets.ts';

type ReaderAtoms = Pick<SelectionAtoms, 'INCR' | 'XPANE_CONTENT'>;

/** The program that copied does nothing for so long. A guest's program that pastes waits longer. */
const PROGRESS_MS = 4_000;
const ANY_TYPE = 0;
const NEW_VALUE = 0;
const INPUT_ONLY = 2;

export interface SelectionContent {
  /** Of the property: mostly the target that was asked for. */
  readonly type: number;
  readonly bytes: Buffer;
}

/** Asks other programs for what they have copied (ICCCM 2.4), in one piece or in many (INCR, 2.7.2). */
export class SelectionReader {
  readonly #connection: XConnection;
  readonly #atoms: ReaderAtoms;
  /** By a window that each has for itself: answers that come too late go nowhere. */
  readonly #open = new Map<number, Conversion>();

  constructor(connection: XConnection, atoms: ReaderAtoms) {
    this.#connection = connection;
    this.#atoms = atoms;
  }

  /** Undefined: its owner has it not, gives too much, or does not answer. */
  async convert(
    selection: number,
    target: number,
    { time, maxBytes, signal }: { time: number; maxBytes: number; signal?: AbortSignal | undefined },
  ): Promise<SelectionContent | undefined> {
    const { client, root, ended } = this.#connection;
    if (ended || signal?.aborted) return undefined;
    const window = client.AllocID();
    client.CreateWindow(window, root, -10, -10, 1, 1, 0, 0, INPUT_ONLY, 0, {
      eventMask: eventMask.PropertyChange ?? 0,
    });
    const conversion = new Conversion(this.#connection, this.#atoms, window, maxBytes);
    this.#open.set(window, conversion);
    client.ConvertSelection(window, selection, target, this.#atoms.XPANE_CONTENT, time);
    try {
      return await unlessAborted(conversion.result, signal);
    } catch {
      // Nobody waits any more.
      return undefined;
    } finally {
      this.#open.delete(window);
      conversion.end();
      if (!this.#connection.ended) client.DestroyWindow(window);
    }
  }

  /** Takes an event of its own. */
  handle(event: XEvent): void {
    if (event.name === 'SelectionNotify' && event.subtype === undefined) {
      this.#open.get(event.requestor)?.notified(event.property !== 0);
    } else if (event.name === 'PropertyNotify' && event.state === NEW_VALUE) {
      this.#open.get(event.wid)?.arrived();
    }
  }

  /** Who was asked is gone, or the display. */
  abandon(): void {
    for (const conversion of this.#open.values()) conversion.end();
  }
}

class Conversion {
  readonly #connection: XConnection;
  readonly #atoms: ReaderAtoms;
  readonly #window: number;
  readonly #maxBytes: number;
  readonly #waiting = Promise.withResolvers<SelectionContent | undefined>();
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  #notified = false;
  #inPieces = false;
  #type = 0;
  #deadline: NodeJS.Timeout | undefined;
  /** Pieces are read one after the other. */
  #reading: Promise<void> = Promise.resolve();

  constructor(connection: XConnection, atoms: ReaderAtoms, window: number, maxBytes: number) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#window = window;
    this.#maxBytes = maxBytes;
    this.#progress();
  }

  get result(): Promise<SelectionContent | undefined> {
    return this.#waiting.promise;
  }

  notified(isThere: boolean): void {
    if (!isThere) this.#waiting.resolve(undefined);
    else if (!this.#notified) this.#reading = this.#reading.then(() => this.#readFirst());
    this.#notified = true;
  }

  /**
   * The property has a new value: before it was told of, that is the answer itself, from then on a piece. The first may
   * come before it is known here that there are pieces.
   */
  arrived(): void {
    if (this.#notified) this.#reading = this.#reading.then(() => this.#readNext());
  }

  end(): void {
    clearTimeout(this.#deadline);
    this.#waiting.resolve(undefined);
  }

  #progress(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#waiting.resolve(undefined), PROGRESS_MS);
  }

  async #readFirst(): Promise<void> {
    const property = await this.#take();
    if (!property) {
      this.#waiting.resolve(undefined);
    } else if (property.type === this.#atoms.INCR) {
      // It is deleted by now, which its owner takes for the sign to begin.
      this.#inPieces = true;
    } else {
      this.#waiting.resolve({ type: property.type, bytes: property.data });
    }
  }

  async #readNext(): Promise<void> {
    if (!this.#inPieces) return;
    const property = await this.#take();
    // Without a type it is not there: what came was read already.
    if (property?.type === 0) return;
    if (!property) {
      this.#waiting.resolve(undefined);
      return;
    }
    if (property.data.length === 0) {
      this.#waiting.resolve({ type: this.#type, bytes: Buffer.concat(this.#pieces) });
      return;
    }
    this.#type = property.type;
    this.#bytes += property.data.length;
    this.#pieces.push(property.data);
    if (this.#bytes > this.#maxBytes) this.#waiting.resolve(undefined);
  }

  /** The property, which is deleted by that. Undefined: it is too large, or the display is gone. */
  async #take() {
    this.#progress();
    const words = Math.ceil(this.#maxBytes / 4) + 1;
    const { client } = this.#connection;
    const property = await this.#connection.ask<{ type: number; bytesAfter: number; data: Buffer }>((reply) =>
      client.GetProperty(1, this.#window, this.#atoms.XPANE_CONTENT, ANY_TYPE, 0, words, reply),
    );
    this.#progress();
    if (!property || property.bytesAfter > 0 || property.data.length > this.#maxBytes) return undefined;
    return property;
  }
}
