import { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import { unlessAborted } from '../shared/deadline.ts';
import { reportOf, XPaneError } from '../shared/errors.ts';
import type { Size } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import { privateFolder } from '../shared/paths.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm/vm-backend.ts';
import { ChangeSignal } from './change-signal.ts';
import { nextPhase, type SessionPhase } from './session-phase.ts';

export interface SessionParts {
  readonly workspaceId: string;
  /** What the guest is made of, looked up at each start. Throws XPaneError when something is missing. */
  readonly guestSource: () => GuestSource;
  readonly disk: string;
  readonly secretFile: string;
  readonly secret: string;
  /** 0700, of this workspace alone; each launch gets a fresh folder in it. */
  readonly runtimeFolder: string;
  readonly memoryMiB: number;
  /** The size a guest desktop should have now. */
  readonly desktop: () => Size;
  /** A guest's bridge exists from its start on; whoever shows windows or lists applications listens here. */
  readonly onBridge: (bridge: GuestBridge) => void;
  readonly log: Log;
}

export interface GuestSource {
  readonly backend: VmBackend;
  /** `xpane-agent.exe` on the host. */
  readonly agentFile: string;
}

interface RunningGuest {
  readonly vm: VmInstance;
  readonly bridge: GuestBridge;
}

/** From spawning the guest to an agent that has told all it has. A cold boot without an accelerator takes 15 s. */
const readyTimeoutMs = 120_000;
/** A guest that is asked to shut down writes its data; then it is ended by force. */
const powerOffMs = 20_000;

/**
 * One workspace's life: the only owner of its VM and its bridge, the only one that changes its phase. Everyone who
 * wants the guest running shares one start.
 */
export class WorkspaceSession {
  readonly changes = new ChangeSignal();
  readonly #parts: SessionParts;
  #phase: SessionPhase = { name: 'stopped' };
  #guest: RunningGuest | undefined;
  #starting: Promise<GuestBridge> | undefined;
  #stopping: Promise<void> | undefined;
  #cancelStart: AbortController | undefined;
  /** A guest that ended or broke off is still being cleared away: the next one uses the same runtime folder. */
  #clearing: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  /**
   * Starts the guest unless it runs, and resolves when it is ready. Throws XPaneError `vm.*`, `bridge.*`,
   * `session.*`, or `signal.reason`: aborting ends this wait, not the start others may share.
   */
  async ensureReady(signal?: AbortSignal): Promise<GuestBridge> {
    signal?.throwIfAborted();
    // Whoever asked for the stop is told how it went.
    while (this.#stopping) await unlessAborted(ended(this.#stopping), signal);
    const guest = this.#guest;
    if (this.#phase.name === 'running' && guest) {
      if (guest.bridge.state !== 'ready') await untilReady(guest, signal);
      return guest.bridge;
    }
    this.#starting ??= this.#begin();
    return await unlessAborted(this.#starting, signal);
  }

  /** Shuts the guest down in order; a start under way is cancelled. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    await this.#stopping;
  }

  #begin(): Promise<GuestBridge> {
    const starting = this.#start().finally(() => {
      this.#starting = undefined;
    });
    // All who wanted it may have left by the time it fails; then the phase and the log tell.
    starting.catch(() => undefined);
    return starting;
  }

  async #start(): Promise<GuestBridge> {
    const cancel = new AbortController();
    this.#cancelStart = cancel;
    try {
      this.#enter({ name: 'starting', text: 'Preparing the workspace' });
      await this.#clearing;
      const guest = await this.#bringUp(cancel.signal);
      cancel.signal.throwIfAborted();
      this.#enter({ name: 'running' });
      this.#watch(guest);
      return guest.bridge;
    } catch (error) {
      await this.#tearDown((vm) => vm.kill());
      const failure = cancel.signal.aborted ? cancel.signal.reason : error;
      if (!cancel.signal.aborted) this.#enter({ name: 'failed', failure: reportOf(failure) });
      this.#parts.log.warn({ error: reportOf(failure) }, 'the guest did not start');
      throw failure;
    } finally {
      this.#cancelStart = undefined;
    }
  }

  async #bringUp(signal: AbortSignal): Promise<RunningGuest> {
    const { disk, runtimeFolder, secret, log } = this.#parts;
    const { backend, agentFile } = this.#parts.guestSource();
    const obstacle = await backend.obstacle(signal);
    if (obstacle) throw new XPaneError(obstacle.code, obstacle.message, obstacle.hint);
    await backend.reclaim(privateFolder(runtimeFolder));
    await backend.prepareDisk(disk, signal);
    this.#enter({ name: 'starting', text: 'Starting the guest' });
    const vm = await backend.start(this.#spec(agentFile), signal);
    const guest = { vm, bridge: await bridgeTo(vm, { secret, log }) };
    this.#guest = guest;
    this.#parts.onBridge(guest.bridge);
    this.#enter({ name: 'starting', text: 'Waiting for Windows to be ready' });
    await untilReady(guest, signal);
    return guest;
  }

  #spec(agentFile: string): VmSpec {
    const { workspaceId, disk, runtimeFolder, secretFile, desktop, memoryMiB } = this.#parts;
    return { workspaceId, disk, runtimeFolder, agentFile, secretFile, desktop: desktop(), memoryMiB };
  }

  /** A running guest may end, and its bridge may give up, at any time without being asked. */
  #watch(guest: RunningGuest): void {
    guest.bridge.on('failed', (failure) => {
      this.#clearAway(guest, { name: 'failed', failure }, () => guest.vm.kill());
    });
    void guest.vm.exited.then((exit) => {
      this.#clearAway(guest, exit.expected ? { name: 'stopped' } : guestEnded(), () => guest.vm.exited);
    });
  }

  /** The phase changes before anything is awaited: a start or stop that comes meanwhile must find it as it is. */
  #clearAway(guest: RunningGuest, phase: SessionPhase, end: () => Promise<unknown>): void {
    if (this.#guest !== guest) return;
    this.#guest = undefined;
    this.#clearing = Promise.all([guest.bridge.close(), end()])
      .then(() => undefined)
      // Whatever goes wrong here, the service and other guests live on.
      .catch((error: unknown) =>
        this.#parts.log.error({ error: reportOf(error) }, 'clearing a guest away failed'),
      )
      .finally(() => {
        this.#clearing = undefined;
      });
    this.#enter(phase);
  }

  async #stop(): Promise<void> {
    if (this.#starting && this.#phase.name === 'starting') {
      this.#enter({ name: 'stopping', text: 'Stopping the guest' });
      this.#cancelStart?.abort(
        new XPaneError(
          'session.start-cancelled',
          'The start was cancelled because the guest was stopped.',
          'Start it again when you need it.',
        ),
      );
      await ended(this.#starting);
    } else if (this.#phase.name === 'running') {
      this.#enter({ name: 'stopping', text: 'Shutting Windows down' });
      await this.#tearDown((vm) => vm.powerOff(powerOffMs));
    }
    await this.#clearing;
    if (this.#phase.name !== 'stopped') this.#enter({ name: 'stopped' });
  }

  async #tearDown(end: (vm: VmInstance) => Promise<unknown>): Promise<void> {
    const guest = this.#guest;
    this.#guest = undefined;
    if (!guest) return;
    try {
      await guest.bridge.close();
    } finally {
      await end(guest.vm);
    }
  }

  #enter(phase: SessionPhase): void {
    // A start that was cancelled may still report a step; the stop has the last word.
    if (this.#phase.name === 'stopping' && phase.name === 'starting') return;
    this.#phase = nextPhase(this.#phase, phase);
    this.#parts.log.info({ phase }, 'workspace phase');
    this.changes.emit();
  }
}

/** Throws `bridge.bad-secret`; the guest is gone then. */
async function bridgeTo(
  vm: VmInstance,
  options: { readonly secret: string; readonly log: Log },
): Promise<GuestBridge> {
  try {
    return new GuestBridge({ endpoint: vm.endpoint, ...options });
  } catch (error) {
    await vm.kill();
    throw error;
  }
}

/** Waits for the handshake, and not for one with a guest that is gone. */
async function untilReady({ vm, bridge }: RunningGuest, signal: AbortSignal | undefined): Promise<void> {
  const ready = bridge.ready({ timeoutMs: readyTimeoutMs, ...(signal ? { signal } : {}) });
  await Promise.race([ready, endedEarly(vm)]);
}

async function endedEarly(vm: VmInstance): Promise<never> {
  const exit = await vm.exited;
  throw new XPaneError(
    'session.guest-ended-early',
    'The guest ended before it was ready.',
    `Look into the log file; it said last: ${exit.detail.slice(-200) || 'nothing'}`,
  );
}

function guestEnded(): SessionPhase {
  const error = new XPaneError(
    'session.guest-ended',
    'The guest ended unexpectedly.',
    'Start an application to start it again. What it said last is in the log file.',
  );
  return { name: 'failed', failure: reportOf(error) };
}

/** Waits for the end of work whose failure is told elsewhere. */
async function ended(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
