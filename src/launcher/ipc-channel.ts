import { chmodSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, sep } from 'node:path';
import { GuardedParser, IPCModule, IPCProtocolError } from 'node-ipc';
import { within } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';

/**
 * The only file that knows node-ipc: messages (any JSON value) over a unix socket, both ends. What the values
 * mean, and who may send them, is the session's and the client's business.
 */

export const channelLimits = {
  /** Longest message to the service; nothing a client asks is longer than a few hundred bytes. */
  requestBytes: 64 * 1024,
  /** Longest message from the service: a state with as many applications as a guest may publish. */
  replyBytes: 32 * 1024 * 1024,
  /** What may wait for a peer that does not read; past it the peer is cut off. */
  pendingBytes: 32 * 1024 * 1024,
  connections: 64,
  /** How long a message may stay unfinished. */
  unfinishedMs: 5000,
  /** How long last words may take to reach a peer before it is cut off. */
  lastWordsMs: 500,
} as const;

/** One end of a connection. Nothing is delivered after `close` or `end`. */
export interface Channel {
  send(message: object): void;
  close(): void;
}

/** A connection as the server holds it. */
export interface Peer extends Channel {
  /** More is waiting to be sent than the system takes now. */
  congested(): boolean;
  /** Calls back once when that is over. */
  whenDrained(listener: () => void): void;
  /** Sends what is waiting and `lastWords`, then closes; what the peer sends meanwhile is thrown away. */
  end(lastWords?: object): void;
}

/** What the owner of a connection wants to know. None of these may throw. */
export interface ChannelEvents {
  message(untrusted: unknown): void;
  /** The peer sent what is no message: `reason` is for logs. Called at most once; close the channel then. */
  violation(reason: string): void;
  /** Once, whoever closed it. */
  closed(): void;
}

const messageEvent = 'xpane';
/** Never accepted from a peer, see `validateType`. */
const violationEvent = 'xpane-violation';

/**
 * node-ipc's guarded parser cuts a peer off without a word; this one reports the violation with the socket it
 * came from, so that the peer is told. It also refuses at the first byte what cannot be a message, a browser's
 * request for one, and knows a single event name.
 */
class ChannelParser extends GuardedParser {
  override encode(type: string, data: unknown): string {
    return JSON.stringify({ type, data }) + this.delimiter;
  }

  override validateType(type: unknown): void {
    if (type !== messageEvent) throw new IPCProtocolError('ERR_IPC_INVALID_EVENT', 'unknown event');
  }

  override read(
    buffer: string,
    data: string,
    receive: (message: { type: string; data: unknown }) => void,
  ): string {
    try {
      if ((buffer || data)[0] !== '{') throw new IPCProtocolError('ERR_IPC_INVALID_JSON', 'not a message');
      return super.read(buffer, data, receive);
    } catch (error) {
      if (!(error instanceof IPCProtocolError)) throw error;
      receive({ type: violationEvent, data: error.code });
      return '';
    }
  }
}

function configured(socketPath: string, maxMessageBytes: number): IPCModule {
  if (Buffer.byteLength(socketPath) > 107) {
    throw new XPaneError(
      'service.path-too-long',
      `The path ${socketPath} is too long for a socket.`,
      'Set XDG_RUNTIME_DIR or XPANE_HOME to a folder with a shorter path.',
    );
  }
  const ipc = new IPCModule();
  Object.assign(ipc.config, {
    appspace: 'xpane.',
    socketRoot: dirname(socketPath) + sep,
    id: 'service',
    silent: true,
    parser: ChannelParser,
    maxMessageSize: maxMessageBytes,
    maxPendingBytes: channelLimits.pendingBytes,
    messageTimeout: channelLimits.unfinishedMs,
    maxConnections: channelLimits.connections,
    maxRetries: 0,
    stopRetrying: true,
  } satisfies Partial<typeof ipc.config>);
  return ipc;
}

export interface ChannelServer {
  /** Stops listening and cuts every connection; the socket's file is gone afterwards. */
  close(): Promise<void>;
}

/**
 * Listens on `socketPath`, 0600, in a folder that must be private already. A socket file left there by a dead
 * service is replaced, so the caller holds the service's lock. Throws `service.path-too-long`,
 * `service.not-listening`.
 */
export async function listenOn(
  socketPath: string,
  onPeer: (peer: Peer) => ChannelEvents,
): Promise<ChannelServer> {
  const ipc = configured(socketPath, channelLimits.requestBytes);
  const events = new WeakMap<Socket, ChannelEvents>();
  ipc.serve(socketPath);
  const { server } = ipc;
  server.on('connect', (socket: Socket) => {
    const of = onPeer(peerOf(socket, (message) => server.emit(socket, messageEvent, message), stopEvents));
    events.set(socket, of);
    socket.once('close', of.closed);
    function stopEvents() {
      events.delete(socket);
    }
  });
  server.on(messageEvent, (data, socket) => events.get(socket)?.message(data));
  server.on(violationEvent, (code, socket) => events.get(socket)?.violation(String(code)));
  await new Promise<void>((resolve, reject) => {
    // After the start this hears what went wrong with single sockets; each of them also reports its closing.
    server.on('error', (cause) => reject(notListening(socketPath, cause)));
    server.on('start', resolve);
    try {
      server.start();
    } catch (cause) {
      reject(notListening(socketPath, cause));
    }
  });
  chmodSync(socketPath, 0o600);
  return {
    close() {
      const closed = new Promise<void>((resolve) => server.server.once('close', () => resolve()));
      server.stop();
      return closed;
    },
  };
}

function peerOf(socket: Socket, send: (message: object) => void, stopEvents: () => void): Peer {
  return {
    send(message) {
      if (socket.writable) send(message);
    },
    congested: () => socket.writableNeedDrain,
    whenDrained(listener) {
      socket.once('drain', listener);
    },
    close() {
      stopEvents();
      socket.destroy();
    },
    end(lastWords) {
      stopEvents();
      if (lastWords && socket.writable) send(lastWords);
      socket.end();
      const cutOff = setTimeout(() => socket.destroy(), channelLimits.lastWordsMs);
      socket.once('close', () => clearTimeout(cutOff));
    },
  };
}

function notListening(socketPath: string, cause: unknown): XPaneError {
  return new XPaneError(
    'service.not-listening',
    `The service cannot listen on ${socketPath}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    'Check that the folder exists, is writable and has room.',
    cause,
  );
}

/**
 * Connects to a listening service. Throws `service.not-running` where none listens, `service.timeout`,
 * `service.path-too-long`, or `signal.reason`.
 */
export async function dial(
  socketPath: string,
  events: ChannelEvents,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Channel> {
  const name = 'service';
  const ipc = configured(socketPath, channelLimits.replyBytes);
  const connected = Promise.withResolvers<void>();
  ipc.connectTo(name, socketPath);
  const client = ipc.of[name];
  if (client === undefined) throw notRunning();
  client.on('connect', () => connected.resolve());
  client.on('error', (cause) => connected.reject(notRunning(cause)));
  client.on(messageEvent, (data) => events.message(data));
  client.on(violationEvent, (code) => events.violation(String(code)));
  const socket = client.socket;
  const close = () => {
    ipc.disconnect(name);
    socket.destroy();
  };
  try {
    await within(options.timeoutMs, connected.promise, tooSlow, options.signal);
  } catch (error) {
    close();
    throw error;
  }
  if (socket.destroyed) events.closed();
  else socket.once('close', events.closed);
  return { send: (message) => void client.emit(messageEvent, message), close };
}

export function notRunning(cause?: unknown): XPaneError {
  return new XPaneError(
    'service.not-running',
    'XPane is not running.',
    'Start it with "xpane start" or "xpane open-tray".',
    cause,
  );
}

function tooSlow(): XPaneError {
  return new XPaneError(
    'service.timeout',
    'XPane did not answer in time.',
    'Try again; if it goes on, end it with "xpane quit" and start it again.',
  );
}
