import { eventMask, type XConnection, type XEvent } from '../x11-client.ts';
import type { SelectionAtoms } from './targets.ts';

const REPLACE = 0;
const DELETED = 1;
/** One request without the extension for big ones takes 256 KiB. */
const PIECE_BYTES = 128 * 1024;
/** A program that pasted and takes nothing for so long has lost interest. */
const PROGRESS_MS = 5_000;
/** Programs that take content in pieces at once, at most. */
const MOST_OPEN = 16;

interface Transfer {
  readonly window: number;
  readonly property: number;
  readonly type: number;
  readonly bytes: Buffer;
  sentBytes: number;
  deadline: NodeJS.Timeout;
}

/** Writes content to windows of programs that asked for it: at once, or in pieces as they take them (ICCCM 2.7.2). */
export class PropertyWriter {
  readonly #connection: XConnection;
  readonly #atoms: SelectionAtoms;
  readonly #open = new Map<string, Transfer>();

  constructor(connection: XConnection, atoms: SelectionAtoms) {
    this.#connection = connection;
    this.#atoms = atoms;
  }

  /** Programs that take content in pieces just now. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Begins. False: too many programs take content already. Its program is to be told after that. */
  write(
    window: number,
    property: number,
    content: { readonly type: number; readonly bytes: Buffer },
  ): boolean {
    const { client } = this.#connection;
    const { type, bytes } = content;
    if (bytes.length <= PIECE_BYTES) {
      client.ChangeProperty(REPLACE, window, property, type, 8, bytes);
      return true;
    }
    const key = keyOf(window, property);
    if (this.#open.size >= MOST_OPEN && !this.#open.has(key)) return false;
    this.#end(key);
    const deadline = setTimeout(() => this.#end(key), PROGRESS_MS);
    this.#open.set(key, { window, property, type, bytes, sentBytes: 0, deadline });
    // Before the property is there, or the sign to begin could be missed.
    const mask = (eventMask.PropertyChange ?? 0) | (eventMask.StructureNotify ?? 0);
    client.ChangeWindowAttributes(window, { eventMask: mask });
    client.ChangeProperty(REPLACE, window, property, this.#atoms.INCR, 32, [bytes.length]);
    return true;
  }

  handle(event: XEvent): void {
    if (event.name === 'PropertyNotify' && event.state === DELETED) this.#next(keyOf(event.wid, event.atom));
    if (event.name !== 'DestroyNotify') return;
    for (const [key, { window }] of this.#open)
      if (window === event.wid1 || window === event.wid) this.#end(key);
  }

  abandon(): void {
    for (const { deadline } of this.#open.values()) clearTimeout(deadline);
    this.#open.clear();
  }

  #next(key: string): void {
    const transfer = this.#open.get(key);
    if (!transfer) return;
    transfer.deadline.refresh();
    const { window, property, type, bytes, sentBytes } = transfer;
    const piece = bytes.subarray(sentBytes, sentBytes + PIECE_BYTES);
    transfer.sentBytes += piece.length;
    // One without content says that this was all.
    this.#connection.client.ChangeProperty(REPLACE, window, property, type, 8, piece);
    if (piece.length === 0) this.#end(key);
  }

  #end(key: string): void {
    const transfer = this.#open.get(key);
    if (!transfer) return;
    clearTimeout(transfer.deadline);
    this.#open.delete(key);
    const others = [...this.#open.values()].some(({ window }) => window === transfer.window);
    if (!others) this.#connection.client.ChangeWindowAttributes(transfer.window, { eventMask: 0 });
  }
}

function keyOf(window: number, property: number): string {
  return `${window}/${property}`;
}
