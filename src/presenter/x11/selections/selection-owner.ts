import type { Log } from '../../../shared/log.ts';
import type { ClipboardSource } from '../../clipboard.ts';
import type { XConnection, XEvent } from '../x11-client.ts';
import { PropertyWriter } from './property-writer.ts';
import { encodedFor, type SelectionAtoms, targetsOf, typeOf } from './targets.ts';

const REPLACE = 0;
const NONE = 0;
/** Whoever pastes has given up by then. */
const GIVE_MS = 20_000;
/** Requests that wait for content at once; what is more is refused. */
const MOST_WAITING = 16;
/** Of a MULTIPLE request. */
const MOST_PAIRS = 16;

/** What is owned: since when, by the server's clock, and who gives the content. */
export interface Owned {
  readonly source: ClipboardSource;
  readonly time: number;
}

/** Answers the programs that want what was copied through this presenter (ICCCM 2.2, 2.6). */
export class SelectionOwner {
  readonly #connection: XConnection;
  readonly #atoms: SelectionAtoms;
  readonly #log: Log;
  readonly #writer: PropertyWriter;
  #waiting = 0;

  constructor(connection: XConnection, atoms: SelectionAtoms, log: Log) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#log = log;
    this.#writer = new PropertyWriter(connection, atoms);
  }

  /** `owned`: what the selection that is asked for stands for now. */
  handle(event: XEvent, owned: Owned | undefined): void {
    if (event.name !== 'SelectionRequest') {
      this.#writer.handle(event);
      return;
    }
    this.#answer(event, owned).catch((error: unknown) => {
      this.#log.warn({ error: String(error) }, 'a program that pastes got nothing');
      this.#tell(event, NONE);
    });
  }

  abandon(): void {
    this.#writer.abandon();
  }

  async #answer(event: XEvent, owned: Owned | undefined): Promise<void> {
    // Old clients leave the property to the owner.
    const property = event.property || event.target;
    const isPast = owned && event.time !== 0 && ((event.time - owned.time) | 0) < 0;
    // No program pastes into the root window, whose events are others'.
    if (!owned || isPast || event.requestor === this.#connection.root) return this.#tell(event, NONE);
    const isDone =
      event.target === this.#atoms.MULTIPLE
        ? event.property !== 0 && (await this.#convertAll(event, owned))
        : await this.#convert(event.requestor, event.target, property, owned);
    this.#tell(event, isDone ? property : NONE);
  }

  async #convert(window: number, target: number, property: number, owned: Owned): Promise<boolean> {
    const atoms = this.#atoms;
    const { client } = this.#connection;
    if (target === atoms.TARGETS) {
      const all = owned.source.types.flatMap((type) => targetsOf(atoms, type));
      const always = [atoms.TARGETS, atoms.TIMESTAMP, atoms.MULTIPLE, atoms.SAVE_TARGETS];
      client.ChangeProperty(REPLACE, window, property, atoms.ATOM, 32, [...always, ...all]);
      return true;
    }
    if (target === atoms.TIMESTAMP) {
      client.ChangeProperty(REPLACE, window, property, atoms.INTEGER, 32, [owned.time]);
      return true;
    }
    if (target === atoms.SAVE_TARGETS) {
      client.ChangeProperty(REPLACE, window, property, atoms.NULL, 32, []);
      return true;
    }
    return await this.#give(window, target, property, owned.source);
  }

  async #give(window: number, target: number, property: number, source: ClipboardSource): Promise<boolean> {
    const type = typeOf(this.#atoms, target);
    if (!type || !source.types.includes(type) || this.#waiting >= MOST_WAITING) return false;
    this.#waiting++;
    try {
      const content = await source.give(type, AbortSignal.timeout(GIVE_MS));
      if (!content || this.#connection.ended) return false;
      return this.#writer.write(window, property, encodedFor(this.#atoms, target, content));
    } finally {
      this.#waiting--;
    }
  }

  /** Pairs of target and property; what is not to be had gets no property in the answer. */
  async #convertAll({ requestor, property }: XEvent, owned: Owned): Promise<boolean> {
    const { client } = this.#connection;
    const asked = await this.#connection.ask<{ format: number; data: Buffer }>((reply) =>
      client.GetProperty(0, requestor, property, 0, 0, MOST_PAIRS * 2, reply),
    );
    if (asked?.format !== 32) return false;
    const atoms = Array.from({ length: Math.floor(asked.data.length / 8) * 2 }, (_, i) =>
      asked.data.readUInt32LE(i * 4),
    );
    for (let i = 0; i < atoms.length; i += 2) {
      const [target = NONE, wanted = NONE] = atoms.slice(i, i + 2);
      const isNested = target === this.#atoms.MULTIPLE || wanted === NONE;
      if (isNested || !(await this.#convert(requestor, target, wanted, owned))) atoms[i + 1] = NONE;
    }
    client.ChangeProperty(REPLACE, requestor, property, this.#atoms.ATOM_PAIR, 32, atoms);
    return true;
  }

  #tell({ requestor, selection, target, time }: XEvent, property: number): void {
    if (this.#connection.ended) return;
    const event = { name: 'SelectionNotify', seq: 0, time, requestor, selection, target, property };
    this.#connection.client.SendEvent(requestor, 0, 0, event);
  }
}
