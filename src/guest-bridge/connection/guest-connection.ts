import { WebSocket } from 'ws';
import type { GuestEndpoint } from '../../shared/endpoint.ts';
import { XPaneError } from '../../shared/errors.ts';
import { decodeControl, encodeControl } from '../protocol/control-codec.ts';
import type { FromGuest } from '../protocol/from-guest.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import type { ToGuest } from '../protocol/to-guest.ts';
import { transferWindowWith } from '../protocol/transfer-window.ts';
import { protocolVersion, subprotocol } from '../protocol/version.ts';
import { ProtocolViolation } from '../protocol/violation.ts';
import type { BridgeTiming } from '../timing.ts';
import { closeCodeOf, closedHere, lost, reasonOfClose, timedOut, unreachable } from './end-reasons.ts';
import { type FrameMemory, POOLED_BYTES } from './frame-memory.ts';
import { GuestStream } from './guest-stream.ts';
import { type GuestHello, Handshake } from './handshake.ts';
import { Heartbeat } from './heartbeat.ts';
import { MessageMeter } from './message-meter.ts';
import { RateMeter } from './rate-meter.ts';

/** Commands a guest that does not read may leave waiting before it counts as stalled. */
const UNSENT_BYTES = 4 * 1024 * 1024;
const RATE_OVER_MS = 10_000;

export interface ConnectionOptions {
  readonly endpoint: GuestEndpoint;
  readonly key: Uint8Array;
  readonly timing: BridgeTiming;
  /** For connecting and upgrading this time. */
  readonly dialMs: number;
  readonly frameWindow: number;
  /** For large binary messages. What `onBinary` gets may be of it: who knows that nobody reads it gives it back. */
  readonly memory: FrameMemory;
  /** To be handed over to the agent: the connection ends with `onAdopted` in place of `onHello`. */
  readonly newKey?: Uint8Array;
}

/** Called synchronously in the order of events. What the first three throw as ProtocolViolation ends the connection. */
export interface ConnectionHandlers {
  /** The agent is proven, its version fits, it was welcomed. */
  onHello(hello: GuestHello): void;
  onControl(message: Exclude<FromGuest, { type: 'proof' | 'hello' | 'secret-adopted' | 'pong' }>): void;
  onBinary(untrusted: Uint8Array): void;
  /** The agent has the new key. */
  onAdopted?(): void;
  /** Called once, at the very end: the socket is closed. */
  onEnd(reason: XPaneError): void;
}

type Phase = 'dialling' | 'handshake' | 'open' | 'ending' | 'ended';

/**
 * One WebSocket to one agent, from dialling to its end. Owned by who made it, who must call `end` unless
 * `onEnd` came first.
 */
export class GuestConnection {
  readonly #options: ConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  readonly #stream: GuestStream;
  readonly #ws: WebSocket;
  readonly #handshake: Handshake;
  readonly #meter = new MessageMeter(limits.unprovenBytes);
  readonly #rate = new RateMeter(limits.messagesPerSecond, RATE_OVER_MS);
  readonly #stallTimer: NodeJS.Timeout;
  #phase: Phase = 'dialling';
  #reason: XPaneError | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #heartbeat: Heartbeat | undefined;
  #held = false;

  constructor(options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#handshake = new Handshake(options.key, (message) => this.send(message), options.newKey);
    const { endpoint, timing } = options;
    this.#stream = new GuestStream(endpoint, {
      onFrames: () => this.#countFrames(),
      onTooLarge: () =>
        this.#finish(new ProtocolViolation('bridge.too-large', 'a message larger than is allowed')),
      memoryFor: (sizeBytes) => this.#memoryFor(sizeBytes),
      onMessage: (untrusted) => {
        if (!this.#reason) this.#guard(() => this.#handlers.onBinary(untrusted));
      },
    });
    this.#ws = new WebSocket('ws://guest/', subprotocol, {
      createConnection: () => this.#stream,
      perMessageDeflate: false,
      maxPayload: limits.binaryBytes,
      maxFragments: 1024,
      // A mask keeps a browser's scripts from writing what a proxy in between takes for a request of its own. Here is
      // neither, and content of files would be turned around twice for nothing: by a mask of zeros it goes as it is.
      generateMask: (mask) => void mask.fill(0),
      // The codec checks UTF-8 itself.
      skipUTF8Validation: true,
      followRedirects: false,
      // The library would cut a flood of pings off without a code; here the rate ends it.
      autoPong: false,
    });
    this.#listen();
    this.#setDeadline(options.dialMs, unreachable('no answer in time'));
    this.#stallTimer = setInterval(() => this.#checkStall(), timing.messageMs / 4);
  }

  /** Sends, or gives false when there is no connection (any more). Throws `bridge.bad-command`. */
  send(message: ToGuest): boolean {
    const text = encodeControl(message);
    if (this.#ws.readyState !== WebSocket.OPEN || this.#reason) return false;
    if (this.#ws.bufferedAmount > UNSENT_BYTES) {
      this.#finish(timedOut('it no longer takes input'));
      return false;
    }
    this.#ws.send(text);
    return true;
  }

  /** Resolves when the socket has taken it, with false when there is no connection (any more). */
  async sendBinary(message: Uint8Array): Promise<boolean> {
    if (this.#ws.readyState !== WebSocket.OPEN || this.#reason) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#ws.send(message, (error) => resolve(!error));
    return await promise;
  }

  /** Stops and resumes reading: what the guest sends meanwhile waits in the guest. */
  hold(held: boolean): void {
    if (held === this.#held || this.#phase !== 'open') return;
    this.#held = held;
    if (!held) this.#meter.restartClock();
    this.#stream.hold(held);
  }

  /** Ends it on the host's wish; `onEnd` follows. */
  end(reason: XPaneError = closedHere()): void {
    this.#finish(reason);
  }

  #listen(): void {
    const ws = this.#ws;
    ws.on('open', () => {
      this.#phase = 'handshake';
      this.#stream.measure(this.#meter);
      this.#setDeadline(this.#options.timing.handshakeStepMs, timedOut('no proof from the agent'));
      this.#handshake.begin();
    });
    ws.on('message', (data, isBinary) => {
      if (this.#reason || !Buffer.isBuffer(data)) return;
      this.#guard(() => this.#onMessage(data, isBinary));
    });
    ws.on('ping', (data) => {
      if (!this.#reason) ws.pong(data);
    });
    ws.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason ??= this.#reasonOfError(error);
    });
    ws.on('close', (code) => {
      this.#reason ??= reasonOfClose(code);
      this.#tidy();
      this.#phase = 'ended';
      this.#handlers.onEnd(this.#reason);
    });
  }

  #countFrames(): void {
    if (this.#reason || this.#rate.count(this.#meter.takeFrames())) return;
    const detail = `more than ${limits.messagesPerSecond} messages a second`;
    this.#finish(new ProtocolViolation('bridge.flood', detail, closeCodes.flood));
  }

  /** Nothing is taken from a stranger, nor when it is over. */
  #memoryFor(sizeBytes: number): Uint8Array | undefined {
    if (this.#phase !== 'open' || this.#reason || sizeBytes < POOLED_BYTES) return undefined;
    return this.#options.memory.take(sizeBytes);
  }

  #onMessage(untrusted: Buffer, isBinary: boolean): void {
    if (this.#phase === 'handshake') {
      if (isBinary) throw new ProtocolViolation('bridge.wrong-order', 'pixels before its hello');
      this.#advanceHandshake(untrusted);
    } else if (isBinary) {
      this.#handlers.onBinary(untrusted);
    } else {
      const message = decodeControl(untrusted);
      if (message.type === 'pong') this.#heartbeat?.pong(message.id);
      else if (isOfHandshake(message)) {
        throw new ProtocolViolation('bridge.wrong-order', `"${message.type}" after the handshake`);
      } else this.#handlers.onControl(message);
    }
  }

  #advanceHandshake(untrusted: Buffer): void {
    const { timing, frameWindow } = this.#options;
    const hello = this.#handshake.receive(untrusted);
    if (hello === 'adopted') {
      this.#handlers.onAdopted?.();
      this.end();
      return;
    }
    if (!hello) {
      this.#meter.maxBytes = limits.binaryBytes;
      this.#setDeadline(timing.handshakeStepMs, timedOut('no hello from the agent'));
      return;
    }
    this.#setDeadline(undefined);
    this.#phase = 'open';
    const transferWindowBytes = transferWindowWith(hello.capabilities);
    this.send({
      ...{ type: 'welcome', ...protocolVersion, heartbeatMs: timing.heartbeatMs, frameWindow },
      ...(transferWindowBytes === limits.transferWindowBytes ? {} : { transferWindowBytes }),
    });
    this.#heartbeat = new Heartbeat(timing.heartbeatMs, {
      ping: (id) => this.send({ type: 'ping', id }),
      isHeld: () => this.#held,
      onDead: () => this.#finish(timedOut('no heartbeat')),
    });
    this.#handlers.onHello(hello);
  }

  #checkStall(): void {
    if (!this.#held && this.#meter.unfinishedMs() > this.#options.timing.messageMs) {
      this.#finish(timedOut('a message that never ends'));
    }
  }

  /** A guest's fault ends its connection; any other error is the host's own and ends it too, with its cause. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#finish(error instanceof XPaneError ? error : internal(error));
    }
  }

  /** The first reason wins. Says goodbye, and destroys the socket when the guest does not answer in time. */
  #finish(reason: XPaneError): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#tidy();
    if (this.#phase === 'dialling') {
      this.#phase = 'ending';
      this.#ws.terminate();
      return;
    }
    this.#phase = 'ending';
    if (this.#held) this.#stream.hold(false);
    this.#ws.close(closeCodeOf(reason), reason.code);
    this.#deadline = setTimeout(() => this.#ws.terminate(), this.#options.timing.closeMs);
  }

  #setDeadline(afterMs: number | undefined, reason?: XPaneError): void {
    clearTimeout(this.#deadline);
    if (afterMs === undefined || !reason) return;
    this.#deadline = setTimeout(() => this.#finish(reason), afterMs);
  }

  #tidy(): void {
    clearTimeout(this.#deadline);
    clearInterval(this.#stallTimer);
    this.#heartbeat?.stop();
  }

  #reasonOfError(error: NodeJS.ErrnoException): XPaneError {
    if (this.#phase === 'dialling') return unreachable(error.code ?? error.message);
    if (error.code?.startsWith('WS_ERR_')) {
      return new ProtocolViolation('bridge.bad-websocket', `no proper WebSocket (${error.code})`);
    }
    return lost(error.code ?? error.message);
  }
}

function isOfHandshake(
  message: FromGuest,
): message is Extract<FromGuest, { type: 'proof' | 'hello' | 'secret-adopted' }> {
  return ['proof', 'hello', 'secret-adopted'].includes(message.type);
}

function internal(error: unknown): XPaneError {
  return new XPaneError(
    'bridge.internal',
    'XPane failed to handle a message of the guest.',
    'Restart the workspace, and report this with the log file that "xpane status" names.',
    error,
  );
}
