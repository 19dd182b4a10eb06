import { connect, type Socket } from 'node:net';
import { pause, within } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { Size } from '../../shared/geometry.ts';
import { ByteFeed } from './byte-feed.ts';
import { keyEvent, pointerEvent, setEncodings, setPixelFormat, updateRequest } from './client-messages.ts';
import type { ScreenEvents } from './screen-events.ts';
import { readServer } from './server-parser.ts';
import type { ScreenUpdate } from './update-parser.ts';

/** QEMU answers at once, unless it is being started or its disk is slow. */
const handshakeTimeoutMs = 5_000;
/**
 * QEMU looks at the guest's screen ever less often while nothing happens there, every 3 s at last, until a message
 * comes: so it gets one. It says that a key is up which never was down, and so means nothing to the guest.
 */
const wakeEveryMs = 1_000;
const F24_SCANCODE = 0x76;
/** After a message the server rests at least this long, and as long as the message took us: half of our time is its own. */
const shortestRestMs = 4;
const longestRestMs = 250;

export interface ScreenConnectionParts {
  /** The server's unix socket. */
  readonly path: string;
  readonly events: ScreenEvents;
  readonly signal?: AbortSignal;
}

/**
 * A connection to a guest's screen: RFB 3.8 (RFC 6143) without a password on a unix socket. One update is asked for at
 * a time, when the one before has been shown: so what comes is always the newest, and never more than can be taken.
 * Owned by whoever opened it, who must call `close`.
 */
export class ScreenConnection {
  /** Resolves once it is over: with the error that ended it, or with undefined after `close`. Never rejects. */
  readonly ended: Promise<XPaneError | undefined>;
  readonly #socket: Socket;
  readonly #events: ScreenEvents;
  readonly #feed: ByteFeed;
  readonly #ready = Promise.withResolvers<Size>();
  readonly #end = Promise.withResolvers<XPaneError | undefined>();
  readonly #over = new AbortController();
  #size: Size | undefined;
  #update: ScreenUpdate | undefined;
  #takesKeys = false;
  /** What the message at hand has taken of our time. */
  #workMs = 0;
  #waking: NodeJS.Timeout | undefined;

  private constructor({ path, events }: ScreenConnectionParts) {
    this.#events = events;
    this.ended = this.#end.promise;
    this.#feed = new ByteFeed(
      readServer({
        send: (message) => this.#send(message),
        onReady: (size) => this.#started(size),
        onUpdate: (update) => {
          this.#update = update;
        },
      }),
    );
    this.#socket = connect(path);
    this.#socket.on('data', (chunk) => void this.#take(chunk));
    this.#socket.on('error', (cause) => this.#finish(gone(cause)));
    this.#socket.on('close', () => this.#finish(gone()));
  }

  /** Resolves when the screen's size is known. Throws XPaneError `desktop.*`, or `signal.reason`. */
  static async open(parts: ScreenConnectionParts): Promise<ScreenConnection> {
    const connection = new ScreenConnection(parts);
    try {
      await within(handshakeTimeoutMs, connection.#ready.promise, silent, parts.signal);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get size(): Size {
    if (!this.#size) throw new TypeError('The screen’s size is known once the connection is open.');
    return this.#size;
  }

  /** `scancode`: set 1, 0x80 for the E0 prefix. False when the server cannot be told of keys (yet). */
  key(down: boolean, scancode: number, keysym: number): boolean {
    if (this.#takesKeys) this.#send(keyEvent(down, scancode, keysym));
    return this.#takesKeys;
  }

  /** See `pointerEvent`. */
  pointer(buttons: number, x: number, y: number): void {
    this.#send(pointerEvent(buttons, x, y));
  }

  close(): void {
    this.#finish(undefined);
  }

  /** Asks for all of the screen. From now on events come, and not before. */
  begin(): void {
    this.#send(Buffer.concat([setPixelFormat(), setEncodings()]));
    this.#askFor(false);
    this.#waking = setInterval(() => this.key(false, F24_SCANCODE, 0), wakeEveryMs);
  }

  #started(size: Size): void {
    this.#size = size;
    this.#ready.resolve(size);
  }

  #send(message: Buffer): void {
    if (this.#socket.writable) this.#socket.write(message);
  }

  #finish(error: XPaneError | undefined): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    clearInterval(this.#waking);
    this.#socket.destroy();
    this.#ready.reject(error ?? gone());
    // Nobody may be waiting for it any more.
    this.#ready.promise.catch(() => undefined);
    this.#end.resolve(error);
  }

  /** Nothing more is read until all of the chunk is done with: what is waiting stays with the sender. */
  async #take(chunk: Buffer): Promise<void> {
    this.#socket.pause();
    try {
      let rest = chunk;
      while (rest.length > 0 && !this.#over.signal.aborted) {
        const beganMs = performance.now();
        const { taken, messageEnded } = this.#feed.take(rest);
        rest = rest.subarray(taken);
        if (messageEnded) await this.#tell();
        this.#workMs += performance.now() - beganMs;
        if (messageEnded) await this.#rest();
      }
      this.#socket.resume();
    } catch (error) {
      if (this.#over.signal.aborted) return;
      this.#finish(error instanceof XPaneError ? error : gone(error));
    }
  }

  async #rest(): Promise<void> {
    const restMs = Math.min(Math.max(this.#workMs, shortestRestMs), longestRestMs);
    this.#workMs = 0;
    await pause(restMs, this.#over.signal);
  }

  async #tell(): Promise<void> {
    const update = this.#update;
    if (!update) return;
    this.#update = undefined;
    this.#size = update.size;
    if (update.extendedKeys) this.#takesKeys = true;
    if (update.pointerMode) this.#events.onPointerMode(update.pointerMode);
    if (update.cursor) this.#events.onCursor(update.cursor);
    if (update.resized) this.#events.onSize(update.size);
    if (update.patches.length > 0) await this.#events.onPixels(update.patches);
    // What tells of no pixels comes unasked; the request for some is still open then.
    if (update.resized) this.#askFor(false);
    else if (update.patches.length > 0) this.#askFor(true);
  }

  #askFor(incremental: boolean): void {
    this.#send(updateRequest(incremental, { x: 0, y: 0, ...this.size }));
  }
}

function gone(cause?: unknown): XPaneError {
  return new XPaneError(
    'desktop.screen-gone',
    'The guest’s screen is gone, because the guest has ended.',
    'Start the guest again; "xpane desktop" does so, too.',
    cause,
  );
}

function silent(): XPaneError {
  return new XPaneError(
    'desktop.screen-timeout',
    'The guest’s screen does not answer.',
    'Try again; if that does not help, restart the guest.',
  );
}
