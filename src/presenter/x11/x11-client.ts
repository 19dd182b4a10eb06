import { statSync } from 'node:fs';
import x11, { type Client, type Display, type Screen, type Visual, type XError, type XEvent } from 'x11';
import { within } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';

export type { Client, Render, Shape, Shm, WindowValues, XEvent, XFixes, XInput, Xinerama, Xkb } from 'x11';

const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** Windows end while requests for them are under way: BadWindow, BadMatch, BadDrawable. */
const ORDINARY_ERRORS: ReadonlySet<number> = new Set([3, 8, 9]);
/** More complaints of the server than this are counted, not logged. */
const LOGGED_ERRORS = 20;

/** The X11 event masks by name. */
export const eventMask = x11.eventMask;

/** How pixels have to look for this display. */
export interface PixelFormat {
  readonly depth: number;
  readonly visual: number;
  readonly colormap: number;
}

/**
 * One connection to an X server. Its owner must `close` it. Requests go to `client`; those with a reply go
 * through `ask`, which never leaves anybody waiting for a server that is gone. This file is the only one that
 * knows npm x11.
 */
export class XConnection {
  readonly client: Client;
  readonly display: Display;
  readonly screen: Screen;
  readonly pixels: PixelFormat;
  readonly #log: Log;
  readonly #waiting = new Set<() => void>();
  readonly #onLost: ((reason: Error) => void)[] = [];
  #ended = false;
  #errors = 0;

  constructor(display: Display, log: Log) {
    this.display = display;
    this.client = display.client;
    this.#log = log;
    const screen = display.screen[Number(this.client.screenNum)] ?? display.screen[0];
    if (!screen) throw unsupported('it has no screen');
    this.screen = screen;
    this.pixels = pixelFormatOf(display, screen);
    if (this.pixels.visual !== screen.root_visual) {
      this.client.CreateColormap(this.pixels.colormap, screen.root, this.pixels.visual, 0);
    }
    this.client.on('end', () => this.#end(new Error('the X server closed the connection')));
    this.client.stream?.once('close', () => this.#end(new Error('the connection to the X server ended')));
  }

  get root(): number {
    return this.screen.root;
  }

  get ended(): boolean {
    return this.#ended;
  }

  onEvent(listener: (event: XEvent) => void): void {
    this.client.on('event', listener);
  }

  /** Called once, when the connection ended other than by `close`. */
  onLost(listener: (reason: Error) => void): void {
    this.#onLost.push(listener);
  }

  /** Issues a request that has a reply. Gives undefined if the server refuses it or is gone. */
  ask<T>(
    issue: (reply: (error: XError | null | undefined, result: T) => boolean) => void,
  ): Promise<T | undefined> {
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const giveUp = () => resolve(undefined);
      this.#waiting.add(giveUp);
      issue((error, result) => {
        this.#waiting.delete(giveUp);
        if (error) this.#note(error);
        resolve(error ? undefined : result);
        return true;
      });
    });
  }

  /** Issues a request packed by hand and gives its reply without the first 8 bytes. */
  askRaw(request: Buffer): Promise<Buffer | undefined> {
    return this.ask((reply) => {
      this.client.seq_num++;
      this.client.replies[this.client.seq_num] = [(body) => body, reply];
      this.client.pack_stream.put(request);
      this.client.pack_stream.submit(true);
    });
  }

  /** A graphics context for windows and pixmaps in the format of this display's pixels. */
  createGc(foreground = 0): number {
    const gc = this.client.AllocID();
    const sample = this.client.AllocID();
    // One of the root would be no good where windows have another visual depth.
    this.client.CreatePixmap(sample, this.root, this.pixels.depth, 1, 1);
    this.client.CreateGC(gc, sample, { foreground, graphicsExposures: 0 });
    this.client.FreePixmap(sample);
    return gc;
  }

  /** Resolves when the server has done everything asked so far, or is gone. */
  async sync(): Promise<void> {
    await this.ask<void>((reply) => this.client.sync(reply));
  }

  /** An error that nobody asked for: of an earlier request, or of the socket, which is its end. */
  onError(error: XError): void {
    if (error.error !== undefined) this.#note(error);
    else this.#end(error);
  }

  #note(error: XError): void {
    this.#errors++;
    const fields = { error: error.error, request: error.majorOpcode, resource: error.badParam };
    const ordinary = error.error === undefined || ORDINARY_ERRORS.has(error.error);
    if (ordinary) this.#log.debug(fields, `The X server does not have it: ${error.message}`);
    else if (this.#errors <= LOGGED_ERRORS) this.#log.warn(fields, `The X server refused: ${error.message}`);
  }

  /** Ends the connection after what was asked so far is done. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#onLost.length = 0;
    const late = () =>
      new XPaneError('presenter.slow', 'The X server does not answer.', 'Check the display.');
    await within(CLOSE_TIMEOUT_MS, this.sync(), late).catch((error: unknown) => {
      this.#log.warn({ error: String(error) }, 'Closing the display without an answer from it');
    });
    this.client.terminate();
    this.#end(new Error('closed'));
  }

  #end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const giveUp of this.#waiting) giveUp();
    this.#waiting.clear();
    for (const listener of this.#onLost) listener(reason);
    this.client.stream?.destroy();
  }
}

/**
 * Connects to an X server: `display` or the environment's DISPLAY, with the user's Xauthority.
 * @throws XPaneError presenter.no-display, presenter.unsupported-display
 */
export async function connectToX(
  display: string | undefined,
  log: Log,
  authority?: string,
): Promise<XConnection> {
  const name = display ?? process.env.DISPLAY;
  if (!name) {
    throw new XPaneError(
      'presenter.no-display',
      'There is no graphical desktop to show windows on: DISPLAY is not set.',
      'Start XPane from a graphical session, or set DISPLAY to one.',
    );
  }
  refuseStranger(name);
  // npm x11 looks nowhere else. The environment is that of the session whose display this process shows windows on.
  if (authority !== undefined) process.env.XAUTHORITY = authority;
  const attempt = startConnecting(name);
  try {
    const made = await within(CONNECT_TIMEOUT_MS, attempt.ready, () =>
      noDisplay(name, new Error(`no answer within ${CONNECT_TIMEOUT_MS} ms`)),
    );
    const connection = new XConnection(made, log);
    attempt.handOver((error) => connection.onError(error));
    return connection;
  } catch (error) {
    attempt.client()?.stream?.destroy();
    throw error instanceof XPaneError ? error : noDisplay(name, error);
  }
}

/**
 * A server sees what windows show and makes what users type, so it has to be root's or the user's own: once one has
 * ended, any other user may listen at its place, there or, where npm x11 looks next, on the loopback's port.
 */
function refuseStranger(display: string): void {
  const number = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(display)?.[1];
  if (number === undefined) return;
  const socket = statSync(`/tmp/.X11-unix/X${number}`, { throwIfNoEntry: false });
  if (!socket) throw noDisplay(display, new Error('no X server listens there'));
  const own = [0, process.getuid?.()].includes(socket.uid);
  if (!own) throw noDisplay(display, new Error('another user of this machine listens there'));
}

/** Keysyms of the X standard, with the comments that name their characters. */
export function* namedKeysyms(): Generator<{ code: number; description: string | null }> {
  for (const entry of Object.values(x11.keySyms)) if (typeof entry !== 'number') yield entry;
}

function startConnecting(display: string) {
  let client: Client | undefined;
  let lastError: Error | undefined;
  let onError = (error: XError): void => {
    lastError = error;
  };
  const ready = new Promise<Display>((resolve, reject) => {
    // Shared memory goes through this room's own code; the client only has to be able to pass descriptors.
    client = x11.createClient({ display, bufferRequests: true }, (error, made) => {
      // A refused authorisation is told by an error event first and a plain hang-up then.
      if (error) reject(lastError ?? error);
      else resolve(made);
    });
    client.on('error', (error) => onError(error));
  });
  return {
    ready,
    client: () => client,
    handOver: (listener: (error: XError) => void) => {
      onError = listener;
    },
  };
}

/** 32 bits a pixel, blue in the lowest byte, which every desktop of the last twenty years has. */
function pixelFormatOf(display: Display, screen: Screen): PixelFormat {
  const fits = (visual: Visual) =>
    visual.red_mask === 0xff0000 && visual.green_mask === 0xff00 && visual.blue_mask === 0xff;
  if (display.image_byte_order !== 0 || display.format['24']?.bits_per_pixel !== 32) {
    throw unsupported('its pixels are not 32 bits in little-endian order');
  }
  const visuals = Object.values(screen.depths['24'] ?? {}).filter(fits);
  const own = visuals.find((visual) => visual.vid === screen.root_visual);
  if (own) return { depth: 24, visual: own.vid, colormap: screen.default_colormap };
  const other = visuals[0];
  if (!other) throw unsupported('it shows no 24-bit true colour');
  return { depth: 24, visual: other.vid, colormap: display.client.AllocID() };
}

function noDisplay(name: string, cause: unknown): XPaneError {
  return new XPaneError(
    'presenter.no-display',
    `The graphical desktop ${JSON.stringify(name)} cannot be reached: ${cause instanceof Error ? cause.message : cause}`,
    'Check that DISPLAY names a running X server and that XAUTHORITY lets you use it.',
    cause,
  );
}

function unsupported(why: string): XPaneError {
  return new XPaneError(
    'presenter.unsupported-display',
    `This X server cannot show windows of XPane: ${why}.`,
    'Use a display with 24-bit colour.',
  );
}
