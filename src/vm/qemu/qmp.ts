import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { within } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';

/** An event of QEMU's, such as SHUTDOWN. Names and data: qemu-qmp-ref. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const messageSchema = z.union([
  z.object({ event: z.string(), data: z.record(z.string(), z.unknown()).default({}) }),
  z.object({ id: z.int(), error: z.object({ class: z.string(), desc: z.string() }) }),
  z.object({ id: z.int(), return: z.unknown() }),
  z.object({ QMP: z.object({ version: z.unknown() }) }),
]);

/** The longest message taken; the longest we ask for is a few KiB. */
const maxLineBytes = 1 << 20;

interface Pending {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * QEMU's machine protocol: one JSON object a line, events between replies. Owns `stream` once connected.
 *
 * Every failure is an XPaneError: `vm.qmp-closed`, `vm.qmp-timeout`, `vm.qmp-refused`, `vm.qmp-broken`.
 */
export class QmpClient {
  readonly #stream: Duplex;
  readonly #onEvent: (event: QmpEvent) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #greeted: Promise<void>;
  #greet: () => void = () => {};
  #unreadText = '';
  #nextId = 1;
  #failure: XPaneError | undefined;
  #rejectGreeting: (reason: unknown) => void = () => {};
  readonly #closed = Promise.withResolvers<never>();

  /** Rejects, with the reason, when nothing comes any more; for waits that QEMU would end by an event. */
  get closed(): Promise<never> {
    return this.#closed.promise;
  }

  /** Awaits the greeting and leaves negotiation mode; on any failure the stream is destroyed. */
  static async connect(
    stream: Duplex,
    options: {
      readonly timeoutMs: number;
      readonly onEvent: (event: QmpEvent) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<QmpClient> {
    const client = new QmpClient(stream, options.onEvent);
    try {
      const late = () => timedOut('the greeting');
      await within(options.timeoutMs, client.#greeted, late, options.signal);
      await client.execute('qmp_capabilities', {}, options);
      return client;
    } catch (thrown) {
      client.close();
      throw thrown;
    }
  }

  private constructor(stream: Duplex, onEvent: (event: QmpEvent) => void) {
    this.#stream = stream;
    this.#onEvent = onEvent;
    this.#greeted = new Promise((resolve, reject) => {
      this.#greet = resolve;
      this.#rejectGreeting = reject;
    });
    this.#greeted.catch(() => {}); // awaited in connect, or nobody is left to care
    this.#closed.promise.catch(() => {}); // only some wait for it
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.#read(text));
    stream.on('error', (cause) => this.#fail(closed(cause)));
    stream.on('close', () => this.#fail(closed()));
    stream.on('end', () => this.#fail(closed()));
  }

  /** Sends a command and awaits its reply. The command is not undone by a timeout or an abort. */
  async execute(
    command: string,
    args: object = {},
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<unknown> {
    if (this.#failure) throw this.#failure;
    const id = this.#nextId++;
    const reply = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { command, resolve, reject });
    });
    reply.catch(() => {}); // a late failure after a timeout has no listener left
    this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    try {
      return await within(options.timeoutMs ?? 5000, reply, () => timedOut(command), options.signal);
    } finally {
      this.#pending.delete(id);
    }
  }

  close(): void {
    this.#fail(closed());
  }

  #read(text: string): void {
    if (this.#failure) return;
    this.#unreadText += text;
    let end = this.#unreadText.indexOf('\n');
    while (end >= 0 && !this.#failure) {
      const line = this.#unreadText.slice(0, end).trim();
      this.#unreadText = this.#unreadText.slice(end + 1);
      if (line !== '') this.#take(line);
      end = this.#unreadText.indexOf('\n');
    }
    if (this.#unreadText.length > maxLineBytes) this.#fail(broken());
  }

  #take(line: string): void {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch (cause) {
      this.#fail(broken(cause));
      return;
    }
    const parsed = messageSchema.safeParse(json);
    if (!parsed.success) {
      this.#fail(broken(parsed.error));
      return;
    }
    const message = parsed.data;
    if ('event' in message) this.#onEvent(message);
    else if ('QMP' in message) this.#greet();
    else if ('error' in message) {
      const pending = this.#pending.get(message.id);
      pending?.reject(refused(pending.command, message.error.desc));
    } else this.#pending.get(message.id)?.resolve(message.return);
  }

  #fail(failure: XPaneError): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#rejectGreeting(failure);
    this.#closed.reject(failure);
    for (const pending of this.#pending.values()) pending.reject(failure);
    this.#pending.clear();
    this.#stream.destroy();
  }
}

const hint = 'Stop the workspace and start it again.';

function closed(cause?: unknown): XPaneError {
  return new XPaneError('vm.qmp-closed', 'QEMU closed its control connection.', hint, cause);
}

function timedOut(what: string): XPaneError {
  return new XPaneError('vm.qmp-timeout', `QEMU did not answer in time (${what}).`, hint);
}

function refused(command: string, description: string): XPaneError {
  return new XPaneError('vm.qmp-refused', `QEMU refused "${command}": ${description}`, hint);
}

function broken(cause?: unknown): XPaneError {
  return new XPaneError('vm.qmp-broken', 'QEMU said something that XPane does not understand.', hint, cause);
}
