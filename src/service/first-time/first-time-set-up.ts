import type { GuestBridge } from '../../guest-bridge/guest-bridge.ts';
import { defaultFirstTimePolicy, type FirstTimePolicy } from '../../guest-setup/first-time/policy.ts';
import { beginsAgain, dueInMs, mayPostpone } from '../../guest-setup/first-time/postponing.ts';
import {
  newSetUpState,
  nextSetUpState,
  type SetUpEvent,
  type SetUpFailure,
  type SetUpState,
} from '../../guest-setup/first-time/set-up-state.ts';
import { readSetUpState, writeSetUpState } from '../../guest-setup/first-time/state-file.ts';
import { stageTimeoutMs } from '../../guest-setup/first-time/time-limits.ts';
import type { GuestLogsReport, SetUpReport } from '../../launcher/api/state.ts';
import { pause, unlessAborted } from '../../shared/deadline.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { ChangeSignal } from '../change-signal.ts';
import type { GuestLogs } from './guest-logs.ts';
import type { SetUpSteps } from './guest-steps.ts';
import {
  cannotPostpone,
  isFinal,
  isRefusal,
  noDiskToKeep,
  noScreenToAttend,
  setUpStopped,
  setUpUnderWay,
  stageLate,
} from './set-up-errors.ts';
import { setUpReport } from './set-up-report.ts';

export interface FirstTimeParts {
  /** Of this guest's disk; what it is to be like before it is there, the state of the workspace's first disk says. */
  readonly stateFile: string;
  readonly firstStateFile: string;
  /** By what the user wished. Throws `policy.broken`. */
  readonly policy: (wished: FirstTimePolicy['mode'] | undefined) => FirstTimePolicy;
  readonly steps: SetUpSteps;
  readonly logs: GuestLogs;
  /** Of the guest, while one is there. */
  readonly bridge: () => GuestBridge | undefined;
  /** Whether the guest has one that can be shown. */
  readonly hasScreen: boolean;
  /** Shows the guest's own screen, for a set-up that is attended. */
  readonly showScreen: (signal: AbortSignal) => Promise<void>;
  /** Whether the guest's disk is there, whoever made it. One that was set up and then reset is to be set up anew. */
  readonly hasDisk: () => boolean;
  /** Whether somebody works on that disk: nothing begins by itself meanwhile. */
  readonly isHeld: () => boolean;
  /** Whether the host has the memory for the guest now. */
  readonly hostHasRoom: () => boolean;
  readonly log: Log;
  /** UTC. */
  readonly now?: () => number;
  /** Between an attempt that failed and the next one, where nobody waits for it: time to put it off. */
  readonly retryPauseMs?: number;
  /** After what the host refused; twice as long each time that it does so again. */
  readonly refusedPauseMs?: number;
}

type Timeless<E> = E extends unknown ? Omit<E, 'atUtcMs'> : never;
type Said = Timeless<SetUpEvent>;

/** Said to what is under way when the service ends: it goes on with the next one. */
const serviceEnds = new XPaneError(
  'service.stopping',
  'XPane is being closed while a guest is set up.',
  'Start it again: setting up goes on from where it was.',
);
const longestTimerMs = 2 ** 31 - 1;
const heldPauseMs = 5_000;
const mostDoublings = 5;

/**
 * First-time set-up of one workspace: the only writer of its state, the only one that begins a stage. What is stored is
 * stored before it is begun, so whoever is killed at whatever moment, the next service goes on from there.
 */
export class FirstTimeSetUp {
  readonly changes = new ChangeSignal();
  readonly #parts: FirstTimeParts;
  #policy: FirstTimePolicy;
  #state: SetUpState | undefined;
  /** What is stored is older. */
  #unstored = false;
  /** Attempts under way, one after the other, and what ends them. */
  #round: Promise<void> | undefined;
  #cancel = new AbortController();
  /** Who waits for the end of the round: between attempts nobody is kept waiting. */
  #waiting = 0;
  #noPause = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** One after the other, since somebody asked. */
  #refusals = 0;

  /** Begins nothing: call `resume`. Throws `guest-setup.state-…`, `policy.broken`, or the system's error. */
  static async open(parts: FirstTimeParts): Promise<FirstTimeSetUp> {
    const own = await readSetUpState(parts.stateFile);
    const first = own ?? (await readSetUpState(parts.firstStateFile));
    const state = own ?? (first && newSetUpState(first.source, parts.now?.() ?? Date.now(), first.mode));
    const setUp = new FirstTimeSetUp(parts, state);
    await setUp.#beginAnewWithoutDisk();
    return setUp;
  }

  private constructor(parts: FirstTimeParts, state: SetUpState | undefined) {
    this.#parts = parts;
    // What is done needs no policy: one that is broken keeps nobody from a guest that is set up.
    this.#policy = state && state.phase !== 'done' ? parts.policy(state.mode) : defaultFirstTimePolicy;
    this.#state = state;
  }

  /** Goes on with what was interrupted, begins what begins by itself, and asks what is to be asked. */
  async resume(): Promise<void> {
    this.#cancel = new AbortController();
    // Whoever found out that it is over may have been killed before he could wipe what was secret.
    if (this.#state?.phase === 'failed') await this.#forget();
    await this.#say({ type: 'interrupted' });
    await this.#look();
  }

  /** The guest is not to be used before this is done. */
  get needed(): boolean {
    return this.#state !== undefined && this.#state.phase !== 'done';
  }

  /** An attempt is under way, or the next one is about to be. */
  get active(): boolean {
    return this.#round !== undefined;
  }

  /** Windows is to be installed first, and that is not done. */
  get installs(): boolean {
    return this.needed && this.#state?.source === 'cd';
  }

  /** Undefined for a guest that was never to be set up. */
  get report(): SetUpReport | undefined {
    if (!this.#state) return undefined;
    const { phase } = this.#state;
    const guestLogs = this.#parts.logs.report(phase === 'retry' || phase === 'failed');
    return { ...setUpReport(this.#state, this.#policy, this.#now()), ...(guestLogs ? { guestLogs } : {}) };
  }

  /** Collects the guest's logs as they are now. Rejects with XPaneError `bridge.*`, or the system's error. */
  async collectLogs(signal: AbortSignal): Promise<GuestLogsReport> {
    const { logs, bridge } = this.#parts;
    await logs.collect(bridge(), signal);
    this.changes.emit();
    return logs.report(false) ?? { files: [] };
  }

  /**
   * Sets the guest up unless that is done, and resolves when it is; all who ask share one. After it has failed this
   * begins anew. With `keepsDisk` what is on the disk is gone on with: Windows is not installed again. Rejects with what the last attempt failed with, `setup.stopped`, `setup.under-way`,
   * `setup.no-disk`, `service.stopping`, or `signal.reason`, which ends this wait only.
   */
  async run(signal?: AbortSignal, { keepsDisk = false } = {}): Promise<void> {
    if (this.#state?.phase === 'done') return;
    if (this.#cancel.signal.reason === serviceEnds) throw serviceEnds;
    if (keepsDisk && this.#round) throw setUpUnderWay();
    if (keepsDisk && !this.#parts.hasDisk()) throw noDiskToKeep();
    this.#waiting++;
    this.#refusals = 0;
    this.#noPause.abort();
    try {
      this.#begin(keepsDisk);
      await unlessAborted(this.#round ?? Promise.resolve(), signal);
    } finally {
      this.#waiting--;
    }
  }

  /** For whoever needs the guest. Rejects like `run`, and at once when set-up has failed for good. */
  async ensure(signal?: AbortSignal): Promise<void> {
    if (!this.needed) return;
    if (this.#state?.phase === 'failed' && this.#state.failure) throw this.#errorOf(this.#state.failure);
    await this.run(signal);
  }

  /** Throws `setup.cannot-postpone`. */
  async postpone(forMs: number): Promise<void> {
    const state = this.#state;
    const busy = state?.phase === 'running' || (this.#round && this.#waiting > 0);
    if (!state || busy || !mayPostpone(state, this.#policy, this.#now())) throw cannotPostpone();
    this.#cancel.abort(setUpStopped());
    await this.#round?.catch(() => undefined);
    await this.#say({ type: 'postponed', forMs });
    await this.#look();
  }

  /** The user stops what is under way; nothing begins by itself until he asks. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#cancel.abort(setUpStopped());
    await this.#round?.catch(() => undefined);
    await this.#say({ type: 'stopped', failure: reportOf(setUpStopped()) });
    // What was put off is asked for when that is due, whatever was stopped.
    const state = this.#state;
    if (state?.phase === 'waiting' && (dueInMs(state, this.#policy, this.#now()) ?? 0) > 0)
      await this.#look();
  }

  /** The service ends, or with `replaced` another one takes this one's place: no step is under way when this resolves. */
  async end({ replaced = false } = {}): Promise<void> {
    clearTimeout(this.#timer);
    this.#cancel.abort(serviceEnds);
    await this.#round?.catch(() => undefined);
    clearTimeout(this.#timer);
    // The other one may have a state of its own by then.
    if (this.#unstored && this.#state && !replaced) await this.#store(this.#state).catch(this.#tellUnstored);
  }

  async #beginAnewWithoutDisk(): Promise<void> {
    if (this.#state?.phase !== 'done' || this.#parts.hasDisk()) return;
    this.#policy = this.#parts.policy(this.#state.mode);
    await this.#say({ type: 'reset' });
  }

  #begin(keepsDisk = false): void {
    if (this.#round) return;
    clearTimeout(this.#timer);
    this.#cancel = new AbortController();
    const round = this.#attempts(this.#cancel.signal, keepsDisk).finally(() => {
      this.#round = undefined;
      this.#lookAfterRound();
      this.changes.emit();
    });
    this.#round = round;
    // Those who wait are told; the log and the state tell the others.
    round.catch((error: unknown) => {
      if (error !== serviceEnds) this.#parts.log.warn({ error: reportOf(error) }, 'the guest is not set up');
    });
  }

  /**
   * What the host refused begins again by itself, ever less often while it is refused; so does what could not be stored as
   * begun, where nobody is asked.
   */
  #lookAfterRound(): void {
    const state = this.#state;
    if (this.#cancel.signal.aborted || !state) return;
    const refused = state.phase === 'retry' && state.refusedIn !== undefined;
    const unasked = state.phase === 'waiting' && this.#policy.mode === 'silent';
    if (!refused && !unasked && state.phase !== 'running') return;
    this.#lookIn(this.#refusedPauseMs * 2 ** Math.min(this.#refusals++, mostDoublings));
  }

  async #attempts(signal: AbortSignal, keepsDisk: boolean): Promise<void> {
    this.#policy = this.#parts.policy(this.#state?.mode);
    if (this.#policy.mode === 'attended' && !this.#parts.hasScreen) throw noScreenToAttend();
    this.#state ??= newSetUpState('image', this.#now());
    for (;;) {
      await this.#say({ type: 'begun', hasDisk: this.#parts.hasDisk(), keepsDisk });
      await this.#attempt(signal);
      const { phase, failure } = this.#state;
      if (phase === 'done') return;
      signal.throwIfAborted();
      // What the host lacks now it would lack at once again.
      if (phase !== 'retry' || this.#state.refusedIn !== undefined)
        throw failure ? this.#errorOf(failure) : setUpStopped();
      await this.#rest(signal);
    }
  }

  /** The user is told that there will be another attempt, and may put it off. */
  async #rest(signal: AbortSignal): Promise<void> {
    const { retryPauseMs = 30_000 } = this.#parts;
    if (this.#waiting > 0 || this.#policy.mode === 'silent') return;
    this.#noPause = new AbortController();
    const either = AbortSignal.any([signal, this.#noPause.signal]);
    await pause(retryPauseMs, either).catch(() => undefined);
    signal.throwIfAborted();
  }

  /** One attempt, from the stage it is in, to its end: done, or failed. Throws `serviceEnds`. */
  async #attempt(ended: AbortSignal): Promise<void> {
    if (this.#policy.mode === 'attended') this.#showScreen(ended);
    for (let state = this.#state; state?.phase === 'running'; state = this.#state) {
      const { stage } = state;
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(stageLate(stage)), stageTimeoutMs(state, this.#policy));
      const begunMs = performance.now();
      try {
        const signal = AbortSignal.any([ended, late.signal]);
        signal.throwIfAborted();
        await this.#parts.steps.run(state, this.#policy, signal);
        ended.throwIfAborted();
        await this.#say({ type: 'stage-ended', stage, tookMs: performance.now() - begunMs });
      } catch (error) {
        if (ended.aborted && ended.reason === serviceEnds) throw serviceEnds;
        await this.#fail(stage, ended.aborted ? ended.reason : error);
      } finally {
        clearTimeout(timer);
      }
    }
  }

  async #fail(stage: Extract<SetUpState, { phase: 'running' }>['stage'], error: unknown): Promise<void> {
    const failure = reportOf(error);
    this.#parts.log.warn({ stage, failure }, 'an attempt to set the guest up failed');
    await this.#parts.steps.giveUp().catch((left: unknown) => {
      this.#parts.log.error({ error: reportOf(left) }, 'something is left of an attempt to set the guest up');
    });
    if (isRefusal(failure.code)) return await this.#say({ type: 'refused', stage, failure });
    await this.#say({ type: 'stage-failed', stage, failure, final: isFinal(failure.code) });
    if (this.#state?.phase === 'failed') await this.#forget();
  }

  async #forget(): Promise<void> {
    await this.#parts.steps.forget().catch((left: unknown) => {
      this.#parts.log.error({ error: reportOf(left) }, 'what set-up kept secret could not be wiped');
    });
  }

  /** It comes when the guest's machine is there. That it cannot be shown keeps nobody from setting up. */
  #showScreen(signal: AbortSignal): void {
    this.#parts.showScreen(signal).catch((error: unknown) => {
      if (!signal.aborted)
        this.#parts.log.warn({ error: reportOf(error) }, 'the guest’s screen is not shown');
    });
  }

  /**
   * Stores what follows of an event, then tells. Where that cannot be stored it counts all the same: every stage can be done
   * twice. Only what begins is not begun then, and this rejects with the system's error.
   */
  async #say(said: Said): Promise<void> {
    const before = this.#state;
    if (!before) return;
    const after = nextSetUpState(before, { ...said, atUtcMs: this.#now() } as SetUpEvent, this.#policy);
    if (after === before) return;
    const stored = this.#store(after);
    if (said.type === 'begun') await stored;
    else await stored.catch(this.#tellUnstored);
    this.#state = after;
    const stage = after.phase === 'running' ? after.stage : undefined;
    this.#parts.log.info({ phase: after.phase, stage, attempt: after.attempts }, 'first-time set-up');
    this.changes.emit();
  }

  async #store(state: SetUpState): Promise<void> {
    this.#unstored = true;
    await writeSetUpState(this.#parts.stateFile, state);
    this.#unstored = false;
  }

  readonly #tellUnstored = (error: unknown) => {
    this.#parts.log.error({ error: reportOf(error) }, 'the state of set-up could not be written');
  };

  /** Nothing is under way: begins what need not be asked for, asks, or waits until that is due. */
  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    const state = this.#state;
    if (!state || this.#cancel.signal.reason === serviceEnds) return;
    if (this.#parts.isHeld()) return this.#lookIn(heldPauseMs);
    if (beginsAgain(state)) {
      const refused = state.phase === 'retry' && state.refusedIn !== undefined;
      if (refused && !this.#parts.hostHasRoom()) return this.#lookIn(this.#refusedPauseMs);
      return this.#begin();
    }
    const { mode } = this.#policy;
    if (state.phase === 'running') return this.#begin();
    const dueMs = dueInMs(state, this.#policy, this.#now());
    if (state.phase !== 'waiting' || dueMs === undefined) return;
    if (dueMs === 0 && mode === 'silent') return this.#begin();
    if (dueMs > 0) return this.#lookIn(dueMs);
    await this.#say({ type: 'asked' });
    if (!mayPostpone(state, this.#policy, this.#now())) this.#begin();
    this.changes.emit();
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#lookAgain(), Math.min(ms, longestTimerMs));
  }

  async #lookAgain(): Promise<void> {
    await this.#look().catch((error: unknown) => {
      this.#parts.log.error({ error: reportOf(error) }, 'set-up could not go on by itself');
    });
  }

  /** Help that the administrator names goes along: a command has no other place for it. */
  #errorOf({ code, message, hint }: SetUpFailure): XPaneError {
    const { helpUrl } = this.#policy;
    return new XPaneError(code, message, helpUrl === undefined ? hint : `${hint} Help: ${helpUrl}`);
  }

  get #refusedPauseMs(): number {
    return this.#parts.refusedPauseMs ?? 60_000;
  }

  #now(): number {
    return this.#parts.now?.() ?? Date.now();
  }
}
