import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import { unlessAborted, within } from '../shared/deadline.ts';
import { type ErrorReport, reportOf, XPaneError } from '../shared/errors.ts';
import type { VmExit, VmInstance } from '../vm/vm-backend.ts';
import { ChangeSignal } from './change-signal.ts';
import { requireRoomToStop } from './closing-applications.ts';
import { type StartingSession, startGuest } from './guest-start.ts';
import { tellTime } from './guest-time.ts';
import { PoliteClosing } from './polite-closing.ts';
import {
  cannotSuspend,
  ended,
  guestEnded,
  leavesNothing,
  type SessionGuest,
  startCancelled,
  suspendLate,
  untilReady,
} from './session-guest.ts';
import type { SessionParts } from './session-parts.ts';
import { nextPhase, type SessionPhase } from './session-phase.ts';

/** A guest that is asked to shut down writes its data; then it is ended by force. */
const powerOffMs = 20_000;

/**
 * One workspace's life: the only owner of its VM and its bridge, the only one that changes its phase. Everyone who
 * wants the guest running shares one start.
 */
export class WorkspaceSession {
  readonly changes = new ChangeSignal();
  readonly #parts: SessionParts;
  #phase: SessionPhase;
  #guest: SessionGuest | undefined;
  /** A machine that runs, and is not this workspace's own guest yet. */
  #machine: VmInstance | undefined;
  #starting: Promise<GuestBridge> | undefined;
  #stopping: Promise<void> | undefined;
  /** Somebody wants the stop under way to ask nobody. */
  #forced = false;
  /** Or not even to shut down. */
  #atOnce = false;
  #suspending: Promise<void> | undefined;
  /** The service ends. */
  #ending = false;
  #cancelStart: AbortController | undefined;
  readonly #closing: PoliteClosing;
  /** A guest that ended or broke off is still being cleared away: the next one uses the same runtime folder. */
  #clearing: Promise<void> | undefined;
  /** The computer slept since this start began. */
  #clockStood = false;

  readonly #starter: StartingSession;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#starter = {
      parts,
      tell: (change) => {
        if (this.#phase.name !== 'starting') return;
        const { resuming, ...phase } = { ...this.#phase, ...change };
        this.#enter(resuming ? { ...phase, resuming } : phase);
      },
      onMachine: (vm) => {
        this.#machine = vm;
      },
      onGuest: (guest) => {
        this.#guest = guest;
      },
    };
    this.#closing = new PoliteClosing((guest, notice) => {
      if (this.#guest !== guest || this.#phase.name !== 'running') return false;
      this.#enter({ name: 'running', ...(notice === undefined ? {} : { notice }) });
      return true;
    });
    this.#phase = { name: parts.snapshot.exists() ? 'suspended' : 'stopped' };
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  /** A suspended guest is there to go on with, or is just going on. */
  get hasSnapshot(): boolean {
    return this.#parts.snapshot.exists();
  }

  /** It rests suspended, also where it was refused to go on just now. */
  get keepsGuest(): boolean {
    return !this.#guest && !this.#starting && this.hasSnapshot;
  }

  /** See `VmInstance.screenSocket`; as soon as the guest's machine runs, ready or not. */
  get screenSocket(): string | undefined {
    return (this.#guest?.vm ?? this.#machine)?.screenSocket;
  }

  /** Of a guest that is there, ready or not. */
  get bridge(): GuestBridge | undefined {
    return this.#guest?.bridge;
  }

  /** Of the guest's machine, as far as one runs. */
  get processIds(): readonly number[] {
    return (this.#guest?.vm ?? this.#machine)?.processIds ?? [];
  }

  /**
   * Starts or resumes the guest unless it runs, and resolves when it is ready. Throws XPaneError `vm.*`, `bridge.*`,
   * `session.*`, or `signal.reason`: aborting ends this wait, not the start others may share.
   */
  async ensureReady(signal?: AbortSignal): Promise<GuestBridge> {
    signal?.throwIfAborted();
    // Whoever asked for the stop is told how it went.
    for (let busy = this.#resting(); busy; busy = this.#resting()) await unlessAborted(ended(busy), signal);
    const guest = this.#guest;
    if (this.#phase.name === 'running' && guest) {
      if (guest.bridge.state !== 'ready') await untilReady(guest, signal);
      return guest.bridge;
    }
    this.#starting ??= this.#begin();
    return await unlessAborted(this.#starting, signal);
  }

  /**
   * Closes the guest's applications and shuts it down in order, a suspended one too; a boot under way is cancelled.
   * Resolves when it is gone. Throws `workspace.stop-held` when an application does not close, or the guest waits for room
   * on the disk: it then goes on; `vm.still-running` and what `SessionParts.endLeft` throws when it cannot be ended; and
   * what a resume throws. With `force` applications are not asked, and what they have not saved is lost; with
   * `atOnce` the guest is switched off, as a power cut would.
   */
  async stop({ force = false, atOnce = false } = {}): Promise<void> {
    if (atOnce) this.#atOnce = true;
    if (force) {
      this.#forced = true;
      this.#closing.hurry();
    }
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
      this.#forced = false;
      this.#atOnce = false;
    });
    await this.#stopping;
  }

  /**
   * Puts the guest to rest with all that is open in it; one that starts is waited for. Resolves when no process is
   * left, at once if there was none. Throws `workspace.cannot-suspend`, `vm.suspend-…` with the guest running on.
   */
  async suspend(): Promise<void> {
    const busy = () => this.#stopping ?? this.#starting;
    for (let work = busy(); work; work = busy()) await ended(work);
    this.#suspending ??= this.#suspend().finally(() => {
      this.#suspending = undefined;
    });
    await this.#suspending;
  }

  /** The computer is about to sleep: a guest that runs stands still until `goOn`. Rejects with `vm.*`. */
  async pause(): Promise<void> {
    if (this.#phase.name === 'running') await this.#guest?.vm.pause?.stop();
  }

  /**
   * The computer is awake: guests go on, and those whose clock stood still are told the time, one that is still starting
   * when it is ready. Rejects with `vm.*`.
   */
  async goOn(): Promise<void> {
    this.#clockStood = true;
    const guest = this.#guest;
    if (this.#phase.name !== 'running' || !guest) return;
    await guest.vm.pause?.goOn();
    tellTime(guest);
  }

  /** For the end of the service, which waits for nobody: what can be suspended in a moment is, the rest shut down. */
  async end(): Promise<void> {
    this.#ending = true;
    const { name } = this.#phase;
    const canRest = name === 'running' && this.#guest?.vm.suspend !== undefined;
    if (canRest || name === 'suspending' || isResuming(this.#phase)) {
      await within(this.#parts.suspendMs, this.suspend(), suspendLate).catch((error: unknown) =>
        this.#parts.log.warn({ error: reportOf(error) }, 'the guest is shut down instead of suspended'),
      );
    }
    // A save under way has its own end: what it comes to is what the next service finds.
    if (this.#suspending) await ended(this.#suspending);
    if (this.#guest || this.#starting) await this.stop({ force: true });
    await this.#clearing;
  }

  #resting(): Promise<void> | undefined {
    return this.#stopping ?? this.#suspending;
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
    this.#clockStood = false;
    try {
      const resuming = this.#parts.snapshot.exists();
      this.#enter({ name: 'starting', text: 'Preparing the workspace', ...(resuming ? { resuming } : {}) });
      await this.#clearing;
      const guest = await startGuest(this.#starter, resuming, cancel.signal);
      cancel.signal.throwIfAborted();
      this.#enter({ name: 'running' });
      this.#watch(guest);
      if (this.#clockStood) tellTime(guest);
      return guest.bridge;
    } catch (error) {
      // Windows may be there though nothing answers: it is not to lose what it has written.
      const silent = error instanceof XPaneError && error.code === 'session.agent-silent';
      const left = await this.#tearDown((vm) => (silent ? vm.powerOff(powerOffMs) : vm.kill())).then(
        () => undefined,
        reportOf,
      );
      if (left) this.#parts.log.error({ error: left }, 'a guest that did not start could not be ended');
      const failure = cancel.signal.aborted ? cancel.signal.reason : error;
      // Whoever cancelled it is told of nothing but what is left.
      const told = cancel.signal.aborted ? left : reportOf(failure);
      if (told) this.#enter({ name: 'failed', failure: told });
      this.#parts.log.warn({ error: reportOf(failure) }, 'the guest did not start');
      throw failure;
    } finally {
      this.#cancelStart = undefined;
    }
  }

  /** A running guest may end, and its bridge may give up, at any time without being asked. */
  #watch(guest: SessionGuest): void {
    guest.bridge.on('failed', (failure) => {
      this.#clearAway(guest, { name: 'failed', failure }, () => guest.vm.kill());
    });
    void guest.vm.exited.then((exit) => {
      const phase: SessionPhase = exit.expected ? { name: 'stopped' } : brokenOff();
      this.#clearAway(guest, phase, () => this.#afterExit(guest.vm.exited));
    });
  }

  /** The phase changes before anything is awaited: a start or stop that comes meanwhile must find it as it is. */
  #clearAway(guest: SessionGuest, phase: SessionPhase, end: () => Promise<unknown>): void {
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

  async #suspend(): Promise<void> {
    const guest = this.#guest;
    if (this.#phase.name !== 'running' || !guest) return;
    const { suspend } = guest.vm;
    if (!suspend) throw this.#parts.revertible ? leavesNothing() : cannotSuspend();
    this.#enter({ name: 'suspending', text: 'Suspending the guest' });
    try {
      await this.#parts.beforeEnd?.(() => (this.#ending ? 'hurry' : 'suspend'));
    } catch (error) {
      if (this.#guest === guest) this.#enter({ name: 'running' });
      throw error;
    }
    if (this.#guest !== guest) return;
    // Its end is what is wanted now.
    this.#guest = undefined;
    try {
      await suspend(this.#parts.suspendMs);
    } catch (error) {
      this.#guest = guest;
      const runsOn = reportOf(error).code.startsWith('vm.suspend-') && guest.bridge.state !== 'failed';
      if (runsOn) this.#enter({ name: 'running' });
      else this.#clearAway(guest, brokenOff(), () => guest.vm.kill());
      throw error;
    }
    await guest.bridge.close();
    await this.#parts.afterEnd?.('rests');
    this.#enter(this.#parts.snapshot.exists() ? { name: 'suspended' } : brokenOff());
  }

  async #stop(): Promise<void> {
    if (this.#suspending) await ended(this.#suspending);
    const { snapshot } = this.#parts;
    const rests = isResuming(this.#phase) || this.keepsGuest;
    // What is open in it is asked whether it is saved, as in any other guest.
    if (rests && !this.#forced) {
      this.#starting ??= this.#begin();
      await this.#starting;
    }
    if (this.#starting && this.#phase.name === 'starting') {
      this.#enter({ name: 'stopping', text: 'Stopping the guest' });
      this.#cancelStart?.abort(startCancelled());
      await ended(this.#starting);
      const { phase } = this;
      if (phase.name === 'failed') throw errorOf(phase.failure);
    } else {
      if (this.#guest && !this.#forced) await this.#ask(this.#guest);
      if (this.#guest) await this.#parts.beforeEnd?.(() => (this.#forced ? 'force' : 'stop'));
      // It may have ended meanwhile.
      if (this.#phase.name === 'running') {
        this.#enter({ name: 'stopping', text: 'Shutting Windows down' });
        // Nothing that a revertible guest would write is kept, but on a disk that is not its workspace's.
        const atOnce = this.#atOnce || (this.#parts.revertible && !this.#parts.writesElsewhere);
        await this.#tearDown((vm) => (atOnce ? vm.kill() : vm.powerOff(powerOffMs))).catch(this.#notEnded);
      }
    }
    await this.#clearing;
    // What could not be ended before may still write to the disk.
    await this.#parts.endLeft?.().catch(this.#notEnded);
    snapshot.discard();
    if (this.#phase.name !== 'stopped') this.#enter({ name: 'stopped' });
  }

  async #tearDown(end: (vm: VmInstance) => Promise<VmExit>): Promise<void> {
    const guest = this.#guest;
    this.#guest = undefined;
    if (!guest) return;
    try {
      await guest.bridge.close();
    } finally {
      await this.#afterExit(end(guest.vm));
    }
  }

  async #afterExit(exited: Promise<VmExit>): Promise<void> {
    if ((await exited).inOrder) await this.#parts.afterEnd?.('ended');
  }

  /** Asks the applications of a guest that can answer, and does not switch one off that only waits. */
  async #ask(guest: SessionGuest): Promise<void> {
    const { trouble, disk } = this.#parts;
    const requireRoom = () => {
      if (this.#guest === guest && !this.#forced) requireRoomToStop(trouble?.(), disk);
    };
    requireRoom();
    await this.#closing.ask(guest);
    requireRoom();
  }

  readonly #notEnded = (error: unknown): never => {
    if (this.#phase.name === 'stopping') this.#enter({ name: 'failed', failure: reportOf(error) });
    throw error;
  };

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

function isResuming(phase: SessionPhase): boolean {
  return phase.name === 'starting' && phase.resuming === true;
}

function brokenOff(): SessionPhase {
  return { name: 'failed', failure: guestEnded() };
}

function errorOf({ code, message, hint }: ErrorReport): XPaneError {
  return new XPaneError(code, message, hint);
}
