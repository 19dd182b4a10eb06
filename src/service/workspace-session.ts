import { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { GuestWindow } from '../guest-bridge/guest-model.ts';
import { unlessAborted } from '../shared/deadline.ts';
import { reportOf, XPaneError } from '../shared/errors.ts';
import type { Size } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import { privateFolder } from '../shared/paths.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm/vm-backend.ts';
import { ChangeSignal } from './change-signal.ts';
import { closeApplications, heldBy, stopHeld } from './closing-applications.ts';
import { nextPhase, type SessionPhase } from './session-phase.ts';
import { StartProgress } from './start-progress.ts';

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
  readonly sound: boolean;
  /** Keeps how long the last start took. */
  readonly startDurationFile: string;
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
/** How long applications hold a stop up while they ask the user something; then the guest goes on. */
const closingMs = 10_000;

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
  /** Aborted when applications are waited for no longer. */
  #closing: AbortController | undefined;
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

  /**
   * Closes the guest's applications and shuts it down in order; a start under way is cancelled. Resolves when it
   * is gone. Throws `workspace.stop-held` when an application does not close: the guest then goes on. With `force`
   * applications are not asked, and what they have not saved is lost.
   */
  async stop({ force = false } = {}): Promise<void> {
    if (force) this.#closing?.abort();
    this.#stopping ??= this.#stop(force).finally(() => {
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
    const { disk, runtimeFolder } = this.#parts;
    const { backend, agentFile } = this.#parts.guestSource();
    const obstacle = await backend.obstacle(signal);
    if (obstacle) throw new XPaneError(obstacle.code, obstacle.message, obstacle.hint);
    await backend.reclaim(privateFolder(runtimeFolder));
    await backend.prepareDisk(disk, signal);
    this.#enter({ name: 'starting', text: 'Starting the guest' });
    const progress = new StartProgress(this.#parts.startDurationFile, (fraction) => {
      if (this.#phase.name === 'starting') this.#enter({ ...this.#phase, fraction });
    });
    try {
      const guest = await this.#connect(await backend.start(this.#spec(agentFile), signal), signal);
      this.#keepDuration(progress);
      return guest;
    } finally {
      progress.stop();
    }
  }

  #keepDuration(progress: StartProgress): void {
    try {
      progress.finish();
    } catch (error) {
      this.#parts.log.warn({ error: String(error) }, 'how long the start took could not be kept');
    }
  }

  async #connect(vm: VmInstance, signal: AbortSignal): Promise<RunningGuest> {
    const { secret, log } = this.#parts;
    const guest = { vm, bridge: await bridgeTo(vm, { secret, log }) };
    this.#guest = guest;
    this.#parts.onBridge(guest.bridge);
    this.#enter({ ...this.#phase, name: 'starting', text: 'Waiting for Windows to be ready' });
    await untilReady(guest, signal);
    return guest;
  }

  #spec(agentFile: string): VmSpec {
    const { workspaceId, disk, runtimeFolder, secretFile, desktop, memoryMiB, sound } = this.#parts;
    return { workspaceId, disk, runtimeFolder, agentFile, secretFile, desktop: desktop(), memoryMiB, sound };
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

  async #stop(force: boolean): Promise<void> {
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
    } else {
      if (this.#guest && !force) await this.#closeApplications(this.#guest);
      // It may have ended meanwhile.
      if (this.#phase.name === 'running') {
        this.#enter({ name: 'stopping', text: 'Shutting Windows down' });
        await this.#tearDown((vm) => vm.powerOff(powerOffMs));
      }
    }
    await this.#clearing;
    if (this.#phase.name !== 'stopped') this.#enter({ name: 'stopped' });
  }

  /** Throws `workspace.stop-held`. */
  async #closeApplications(guest: RunningGuest): Promise<void> {
    const closing = new AbortController();
    this.#closing = closing;
    void guest.vm.exited.then(() => closing.abort());
    const onWaiting = (open: readonly GuestWindow[]) => this.#showNotice(guest, open);
    try {
      const options = { patienceMs: closingMs, signal: closing.signal, onWaiting };
      const open = await closeApplications(guest.bridge, options);
      if (open.length > 0 && !closing.signal.aborted) throw stopHeld(open);
    } finally {
      this.#closing = undefined;
    }
  }

  /** Tells what holds a stop up, until the user has answered: then one of these windows goes. */
  #showNotice(guest: RunningGuest, open: readonly GuestWindow[]): void {
    if (this.#guest !== guest || this.#phase.name !== 'running') return;
    this.#enter({ name: 'running', notice: heldBy(open) });
    const stopListening = guest.bridge.on('windowDestroyed', ({ windowId }) => {
      if (!open.some((window) => window.windowId === windowId)) return;
      stopListening();
      if (this.#guest === guest && this.#phase.name === 'running') this.#enter({ name: 'running' });
    });
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
    const before = this.#phase;
    this.#phase = nextPhase(before, phase);
    const progressed = before.name === 'starting' && phase.name === 'starting' && before.text === phase.text;
    if (!progressed) this.#parts.log.info({ phase }, 'workspace phase');
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
