import { within } from '../shared/deadline.ts';
import type { GuestEndpoint } from '../shared/endpoint.ts';
import { reportOf, type XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { closedHere, timedOut, unreachable } from './connection/end-reasons.ts';
import { FrameMemory } from './connection/frame-memory.ts';
import { type ConnectionHandlers, GuestConnection } from './connection/guest-connection.ts';
import type { GuestHello } from './connection/handshake.ts';
import type { GuestBridgeEvents, InstallStatus } from './guest-bridge-events.ts';
import type { GuestClipboard } from './guest-clipboard.ts';
import type { GuestCommand } from './guest-command.ts';
import { GuestExchange } from './guest-exchange.ts';
import { factsOf } from './guest-facts.ts';
import type { GuestFiles } from './guest-files.ts';
import { GuestLinks, linksCapability, noLinks } from './guest-links.ts';
import type { GuestLoans } from './guest-loans.ts';
import { GuestLog } from './guest-log.ts';
import type { GuestFacts, GuestModel } from './guest-model.ts';
import type { GuestPrinting } from './guest-printing.ts';
import type { GuestShares } from './guest-shares.ts';
import { LiveModel, type ModelChange } from './model/live-model.ts';
import { type LaunchResult, PendingLaunches, type WaitOptions } from './pending-launches.ts';
import { type GuestLogName, type GuestLogText, noLogs, PendingLog } from './pending-log.ts';
import { secretKey } from './protocol/proof.ts';
import type { ToGuest } from './protocol/to-guest.ts';
import { ProtocolViolation } from './protocol/violation.ts';
import { RedialPolicy } from './redial-policy.ts';
import { tellChange } from './tell-change.ts';
import { type BridgeTiming, standardTiming } from './timing.ts';
import { TypedEvents } from './typed-events.ts';

/** Frames of one window that may be on their way or at the presenter, at most. */
const FRAME_WINDOW = 2;
/** Memory of frames not acknowledged, above which the bridge stops reading until half of it is free. */
const OPEN_FRAME_BYTES = 256 * 1024 * 1024;

export interface GuestBridgeOptions {
  readonly endpoint: GuestEndpoint;
  /** The workspace's secret: 64 lower-case hex digits, as in its secret file (white space around is fine). */
  readonly secret: string;
  readonly log: Log;
  /** What answers may be an older agent, which is about to be replaced: that it is the wrong one is not the end. */
  readonly agentToCome?: boolean;
  /** Only tests need other times than the standard ones. */
  readonly timing?: Partial<BridgeTiming>;
}

export type { GuestBridgeEvents, GuestLogName, GuestLogText, InstallStatus, LaunchResult, WaitOptions };

/** `failed` and `closed` are final. */
export type BridgeState = 'connecting' | 'connected' | 'ready' | 'failed' | 'closed';

/**
 * The host's end of the channel to one guest: keeps one connection, validates all that comes, and tells of it.
 * Owned by the workspace's session, which must call `close`.
 */
export class GuestBridge {
  readonly #options: GuestBridgeOptions;
  readonly #timing: BridgeTiming;
  readonly #key: Buffer;
  readonly #log: Log;
  readonly #memory = new FrameMemory();
  readonly #model = new LiveModel(FRAME_WINDOW, (message) => this.#memory.giveBack(message));
  readonly #events: TypedEvents<GuestBridgeEvents>;
  readonly #launches = new PendingLaunches();
  readonly #exchange: GuestExchange;
  readonly #guestLog: GuestLog;
  readonly #logs = new PendingLog();
  readonly #links: GuestLinks;
  readonly #policy: RedialPolicy;
  readonly #ended = Promise.withResolvers<void>();
  readonly #waiting = new Set<PromiseWithResolvers<void>>();
  #connection: GuestConnection | undefined;
  #state: BridgeState = 'connecting';
  /** Undefined while there is no proven connection. */
  #facts: GuestFacts | undefined;
  #lastInstance: string | undefined;
  /** Why it is not ready, for those who wait. */
  #obstacle: XPaneError = unreachable('not dialled yet');
  #final: XPaneError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #applicationsDirty = false;
  #installStatus: InstallStatus | undefined;

  /** Dials at once and again after every loss, until `close`. Throws `bridge.bad-secret`. */
  constructor(options: GuestBridgeOptions) {
    this.#options = options;
    this.#timing = { ...standardTiming, ...options.timing };
    this.#key = secretKey(options.secret);
    this.#log = options.log;
    this.#guestLog = new GuestLog(options.log);
    this.#links = new GuestLinks(options.log);
    const { agentToCome = false } = options;
    this.#policy = new RedialPolicy(this.#timing, { agentToCome });
    this.#events = new TypedEvents((event, error) =>
      this.#log.error({ event, err: error }, 'a listener of the bridge failed'),
    );
    this.#exchange = new GuestExchange({
      line: {
        say: (message) => this.#say(message),
        sendBinary: async (bytes) => (await this.#connection?.sendBinary(bytes)) === true,
        end: (why) => this.#connection?.end(why),
      },
      ...{ memory: this.#memory, launches: this.#launches, events: this.#events },
      ...{ timing: this.#timing, log: this.#log },
    });
    this.#dial(this.#policy.firstAttemptMs());
  }

  get model(): GuestModel {
    return this.#model;
  }

  /** Files of the host that live in the guest. */
  get files(): GuestFiles {
    return this.#exchange.files;
  }

  /** Files of the guest that are open on the host. */
  get loans(): GuestLoans {
    return this.#exchange.files.loans;
  }

  get clipboard(): GuestClipboard {
    return this.#exchange.clipboard;
  }

  /** Printers of the host in the guest. */
  get printing(): GuestPrinting {
    return this.#exchange.printing;
  }

  /** What shared folders need beside `files`. */
  get shares(): GuestShares {
    return this.#exchange.shares;
  }

  get state(): BridgeState {
    return this.#state;
  }

  /** Of the agent's installer, as the guest says; undefined while it says nothing. */
  get installStatus(): InstallStatus | undefined {
    return this.#installStatus;
  }

  /** Returns the way to stop listening. */
  on<K extends keyof GuestBridgeEvents>(event: K, listener: GuestBridgeEvents[K]): () => void {
    return this.#events.on(event, listener);
  }

  /** Resolves as soon as the guest is ready (at once if it is). Rejects with XPaneError `bridge.*`. */
  async ready(options: WaitOptions): Promise<void> {
    options.signal?.throwIfAborted();
    if (this.#state === 'ready') return;
    if (this.#final) throw this.#final;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.add(waiting);
    try {
      await within(options.timeoutMs, waiting.promise, () => this.#obstacle, options.signal);
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /**
   * False when the command is dropped: there is no proven connection (it would be stale later), or it breaks the
   * protocol, which is an error of the caller's for the log and no reason to end a guest or the service.
   */
  send(command: GuestCommand): boolean {
    if (this.#facts === undefined || !this.#connection) return false;
    try {
      return this.#connection.send(command);
    } catch (error) {
      this.#log.error({ command: command.type, error: reportOf(error) }, 'a command was not sent');
      return false;
    }
  }

  /** Rejects with XPaneError `bridge.not-connected`, `bridge.launch-timeout` or why the connection ended. */
  launch(applicationId: string, options: WaitOptions): Promise<LaunchResult> {
    return this.#launches.ask(options, (requestId) =>
      this.#say({ type: 'launch', requestId, applicationId }),
    );
  }

  /**
   * Opens a link in the guest. Rejects as `launch` does, with `bridge.no-links` where the agent is too old for it, and
   * with `bridge.bad-command` for what is no link.
   */
  async openUrl(url: string, options: WaitOptions): Promise<LaunchResult> {
    if (this.#facts && !this.#facts.capabilities.includes(linksCapability)) throw noLinks();
    return await this.#launches.ask(options, (requestId) => this.#say({ type: 'open-url', requestId, url }));
  }

  /**
   * The end of a log of the guest, cleaned; undefined when there is no such log. One is read at a time. Rejects with
   * XPaneError `bridge.not-connected`, `bridge.no-logs`, `bridge.log-timeout`, or why the connection ended.
   */
  async readLog(log: GuestLogName, options: WaitOptions): Promise<GuestLogText | undefined> {
    if (this.#facts && !this.#facts.capabilities.includes('log-request')) throw noLogs();
    return await this.#logs.ask(log, options, (message) => this.#say(message));
  }

  /** The pixels of this frame are taken. Does nothing for a window that is gone. */
  ackFrame(windowId: number, sequence: number): void {
    if (!this.#model.acknowledge(windowId, sequence)) return;
    this.#connection?.send({ type: 'frame-ack', windowId, sequence });
    this.#balanceFlow();
  }

  /** Ends connection and dialling. Resolves when the socket is closed. */
  async close(): Promise<void> {
    if (!this.#final) this.#stop('closed', closedHere());
    await this.#ended.promise;
  }

  #say(message: ToGuest): boolean {
    return this.#facts !== undefined && this.#connection?.send(message) === true;
  }

  #dial(dialMs: number): void {
    const { endpoint } = this.#options;
    const common = { key: this.#key, timing: this.#timing, memory: this.#memory };
    const options = { ...common, endpoint, dialMs, frameWindow: FRAME_WINDOW };
    this.#connection = new GuestConnection(options, {
      onHello: (hello) => this.#onHello(hello),
      onControl: (message) => this.#onControl(message),
      onBinary: (untrusted) => {
        if (!this.#exchange.receiveBinary(untrusted)) this.#tell(this.#model.receiveBinary(untrusted));
      },
      onEnd: (reason) => this.#onEnd(reason),
    });
  }

  #onHello(hello: GuestHello): void {
    const sameInstance = hello.instance === this.#lastInstance;
    this.#lastInstance = hello.instance;
    const facts = factsOf(hello);
    this.#facts = facts;
    this.#state = 'connected';
    this.#installStatus = undefined;
    this.#model.reset(hello.desktop, sameInstance);
    this.#exchange.reset(hello.capabilities);
    this.#obstacle = timedOut('connected, but it does not get ready');
    this.#timer = setTimeout(() => this.#connection?.end(this.#obstacle), this.#timing.readyMs);
    this.#events.emit('reset', { sameInstance });
    this.#events.emit('connected', facts);
  }

  #onControl(message: ControlMessage): void {
    switch (message.type) {
      case 'ready':
        this.#onReady();
        break;
      case 'launch-result': {
        const { requestId, outcome, processId, systemError } = message;
        this.#launches.answer(requestId, { outcome, processId, systemError });
        break;
      }
      case 'log-part':
        this.#logs.take(message);
        break;
      case 'open-url':
        if (this.#links.take()) this.#events.emit('openUrl', message.url);
        break;
      case 'install-status':
        this.#installStatus = message.code === undefined ? 'at-work' : { code: message.code };
        this.#events.emit('installStatus', this.#installStatus);
        break;
      case 'log': {
        const entry = this.#guestLog.take(message);
        if (entry) this.#events.emit('agentLog', entry);
        break;
      }
      default:
        if (!this.#exchange.receive(message)) this.#tell(this.#model.receive(message));
    }
  }

  #onReady(): void {
    if (this.#state === 'ready') throw new ProtocolViolation('bridge.wrong-order', 'a second "ready"');
    clearTimeout(this.#timer);
    this.#state = 'ready';
    this.#policy.succeeded();
    this.#applicationsDirty = false;
    this.#exchange.files.ready();
    this.#events.emit('applicationsChanged', [...this.#model.applications.values()]);
    this.#events.emit('ready');
    for (const waiting of this.#waiting) waiting.resolve();
  }

  #tell(changes: readonly ModelChange[]): void {
    for (const change of changes) {
      tellChange(change, this.#events);
      if (change.kind === 'windowDestroyed') {
        this.#connection?.send({ type: 'destroyed-ack', windowId: change.window.windowId });
        this.#balanceFlow();
      } else if (change.kind === 'frame') this.#balanceFlow();
      else if (change.kind === 'applicationsChanged') this.#tellApplicationsSoon();
    }
  }

  /** A Start Menu changes by many entries at once: they are told as one list. */
  #tellApplicationsSoon(): void {
    if (this.#applicationsDirty || this.#state !== 'ready') return;
    this.#applicationsDirty = true;
    setImmediate(() => {
      if (!this.#applicationsDirty || this.#state !== 'ready') return;
      this.#applicationsDirty = false;
      this.#events.emit('applicationsChanged', [...this.#model.applications.values()]);
    });
  }

  /** Reads no further while listeners hold too many pixels. */
  #balanceFlow(): void {
    const open = this.#model.openFrameBytes;
    if (open > OPEN_FRAME_BYTES) this.#connection?.hold(true);
    else if (open <= OPEN_FRAME_BYTES / 2) this.#connection?.hold(false);
  }

  #onEnd(reason: XPaneError): void {
    clearTimeout(this.#timer);
    this.#connection = undefined;
    this.#applicationsDirty = false;
    const wasProven = this.#facts !== undefined;
    this.#facts = undefined;
    this.#launches.abandon(reason);
    this.#logs.abandon(reason);
    this.#exchange.abandon(reason);
    if (this.#final) {
      this.#ended.resolve();
      return;
    }
    this.#state = 'connecting';
    this.#obstacle = reason;
    const verdict = this.#policy.ended(reason);
    this.#log[wasProven ? 'warn' : 'debug']({ code: reason.code, detail: reason.message }, 'bridge ended');
    if (wasProven) this.#events.emit('lost', reportOf(reason));
    // A listener may have closed the bridge.
    if (this.#final) return;
    if (verdict.kind === 'dial') {
      this.#timer = setTimeout(() => this.#dial(verdict.attemptMs), verdict.afterMs);
      return;
    }
    this.#stop('failed', verdict.reason);
    this.#log.error({ code: verdict.reason.code, detail: verdict.reason.message }, 'bridge gave up');
    this.#events.emit('failed', reportOf(verdict.reason));
  }

  /** Final: nothing is dialled any more, and all who wait are told why. */
  #stop(state: 'failed' | 'closed', reason: XPaneError): void {
    this.#final = reason;
    this.#state = state;
    clearTimeout(this.#timer);
    for (const waiting of this.#waiting) waiting.reject(reason);
    if (this.#connection) this.#connection.end(reason);
    else this.#ended.resolve();
  }
}

type ControlMessage = Parameters<ConnectionHandlers['onControl']>[0];
