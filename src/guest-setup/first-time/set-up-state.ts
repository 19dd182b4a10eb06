import { z } from 'zod';
import { type FirstTimePolicy, setUpModes } from './policy.ts';
import { beginsAgain, mayPostpone, postponeDeadlineUtcMs } from './postponing.ts';
import { nextStage, type SetUpStage, setUpStages, stageAfterInterruption } from './stages.ts';

/** Raised when a reader of today would misunderstand a stored state. */
export const stateSchemaVersion = 1;

const count = z.int().min(0);
const utcMs = z.int();

/** Why an attempt failed, as the user was told. */
const failureSchema = z.strictObject({ code: z.string(), message: z.string(), hint: z.string() });
export type SetUpFailure = z.infer<typeof failureSchema>;

const common = {
  schema: z.literal(stateSchemaVersion),
  source: z.enum(['image', 'cd']),
  /** Windows' own CD on the host, where that is the source. */
  cd: z.string().startsWith('/').optional(),
  /** What the user asked for; the policy may say otherwise. */
  mode: z.enum(setUpModes).optional(),
  /** Begun since set-up was last asked for anew. */
  attempts: count,
  postponements: count,
  /** When the user was first asked; postponing counts from here. */
  firstAskedUtcMs: utcMs.optional(),
  /** The guest's disk was made by attempts of this round: what failed on it may be thrown away. Else it is the user's. */
  madeDisk: z.boolean().optional(),
  /** The user says that the disk is to be gone on with: Windows is not installed anew, and it is not thrown away. */
  keepsDisk: z.boolean().optional(),
  /** Where the host would not run the guest: the same attempt goes on there. */
  refusedIn: z.enum(setUpStages).optional(),
  /** Of the last attempt that failed. */
  failure: failureSchema.optional(),
  /** When this state came. */
  changedUtcMs: utcMs,
};

/** Where first-time set-up is. What is stored; nothing in it lives only in memory. */
export const setUpStateSchema = z.discriminatedUnion('phase', [
  /** For the user to begin or to put off; `askAgainUtcMs` is there after a postponement. */
  z.strictObject({ ...common, phase: z.literal('waiting'), askAgainUtcMs: utcMs.optional() }),
  z.strictObject({
    ...common,
    phase: z.literal('running'),
    stage: z.enum(setUpStages),
    interruptions: count,
    /** What the stages that ended took of the attempt's time. */
    spentMs: count,
  }),
  /** An attempt failed, or was refused by the host, and there is another: by itself unless the user stopped it. */
  z.strictObject({ ...common, phase: z.literal('retry') }),
  /** All attempts failed, or one in a way that another cannot change. */
  z.strictObject({ ...common, phase: z.literal('failed') }),
  z.strictObject({ ...common, phase: z.literal('done') }),
]);

export type SetUpState = z.infer<typeof setUpStateSchema>;
export type RunningSetUp = Extract<SetUpState, { phase: 'running' }>;

export type SetUpEvent = { readonly atUtcMs: number } & (
  | { readonly type: 'asked' }
  | { readonly type: 'postponed'; readonly forMs: number }
  /**
   * By the user, or by whoever need not ask; from `failed` it begins a new round of attempts. `hasDisk`: the guest's disk
   * is there, whoever made it. `keepsDisk`: the user wants it gone on with; a round that does so stays with that.
   */
  | { readonly type: 'begun'; readonly hasDisk: boolean; readonly keepsDisk?: boolean }
  | { readonly type: 'stage-ended'; readonly stage: SetUpStage; readonly tookMs: number }
  /** A time limit that passed is a failure too. `final`: another attempt could not help. */
  | {
      readonly type: 'stage-failed';
      readonly stage: SetUpStage;
      readonly failure: SetUpFailure;
      readonly final: boolean;
    }
  /** The host cannot run the guest now: that costs no attempt, and nothing of what was done. */
  | { readonly type: 'refused'; readonly stage: SetUpStage; readonly failure: SetUpFailure }
  /** The user wants no other attempt for now, of which there would be one: `failure` says so. */
  | { readonly type: 'stopped'; readonly failure: SetUpFailure }
  /** Said by the next service when it finds a state that ran: whoever ran it is gone. */
  | { readonly type: 'interrupted' }
  /** The user wants all of it again. */
  | { readonly type: 'reset' }
);

export function newSetUpState(
  source: SetUpState['source'],
  atUtcMs: number,
  mode?: FirstTimePolicy['mode'],
  cd?: string,
): SetUpState {
  const wished = mode === undefined ? {} : { mode };
  const from = cd === undefined ? {} : { cd };
  const counts = { attempts: 0, postponements: 0, changedUtcMs: atUtcMs };
  return { schema: stateSchemaVersion, phase: 'waiting', source, ...from, ...wished, ...counts };
}

/**
 * The state after an event. An event that does not fit, because it comes late or twice, changes nothing: the
 * very same state comes back. Pure.
 */
export function nextSetUpState(state: SetUpState, event: SetUpEvent, policy: FirstTimePolicy): SetUpState {
  switch (event.type) {
    case 'asked':
      return asked(state, event.atUtcMs);
    case 'postponed':
      return postponed(state, event.atUtcMs, event.forMs, policy);
    case 'begun':
      return begun(state, event, policy);
    case 'stage-ended':
      return stageEnded(state, event.stage, event.tookMs, event.atUtcMs);
    case 'stage-failed':
      if (state.phase !== 'running' || state.stage !== event.stage) return state;
      return attemptFailed(state, event.failure, event.final, event.atUtcMs, policy);
    case 'refused':
      return refused(state, event.stage, event.failure, event.atUtcMs);
    case 'stopped':
      if (state.phase !== 'retry' || !beginsAgain(state)) return state;
      return { ...state, failure: event.failure, changedUtcMs: event.atUtcMs };
    case 'interrupted':
      return interrupted(state, event.atUtcMs, policy);
    case 'reset':
      return newSetUpState(state.source, event.atUtcMs, state.mode, state.cd);
  }
}

function asked(state: SetUpState, atUtcMs: number): SetUpState {
  if (state.phase !== 'waiting' || state.firstAskedUtcMs !== undefined) return state;
  return { ...state, firstAskedUtcMs: atUtcMs, changedUtcMs: atUtcMs };
}

function postponed(state: SetUpState, atUtcMs: number, forMs: number, policy: FirstTimePolicy): SetUpState {
  if (!mayPostpone(state, policy, atUtcMs)) return state;
  const firstAskedUtcMs = state.firstAskedUtcMs ?? atUtcMs;
  const latestUtcMs = postponeDeadlineUtcMs(firstAskedUtcMs, policy);
  return {
    ...carried(state),
    phase: 'waiting',
    postponements: state.postponements + 1,
    firstAskedUtcMs,
    askAgainUtcMs: Math.min(atUtcMs + Math.max(0, Math.round(forMs)), latestUtcMs),
    changedUtcMs: atUtcMs,
  };
}

function begun(
  state: SetUpState,
  { atUtcMs, hasDisk, ...said }: Extract<SetUpEvent, { type: 'begun' }>,
  policy: FirstTimePolicy,
): SetUpState {
  if (state.phase === 'running' || state.phase === 'done') return state;
  const sameRound = state.phase !== 'failed';
  const keepsDisk = hasDisk && (said.keepsDisk === true || (sameRound && state.keepsDisk === true));
  // Somebody may have mended by hand what has failed.
  const madeDisk = !hasDisk || (sameRound && state.madeDisk === true && !keepsDisk);
  const { refusedIn, keepsDisk: _, ...carriedOn } = carried(state);
  const rest = { ...carriedOn, ...(keepsDisk ? { keepsDisk } : {}) };
  const attempts = state.phase === 'failed' ? 0 : state.attempts - (refusedIn === undefined ? 0 : 1);
  // The policy may allow fewer than when the last one failed.
  if (attempts >= policy.maxAttempts) return { ...rest, phase: 'failed', changedUtcMs: atUtcMs };
  // What was done lies on the disk.
  const stage = hasDisk && refusedIn !== undefined ? stageAfterInterruption(refusedIn) : 'prepare';
  const start = { phase: 'running', stage, interruptions: 0, spentMs: 0 } as const;
  return { ...rest, ...start, attempts: attempts + 1, madeDisk, changedUtcMs: atUtcMs };
}

function stageEnded(state: SetUpState, stage: SetUpStage, tookMs: number, atUtcMs: number): SetUpState {
  if (state.phase !== 'running' || state.stage !== stage) return state;
  const next = nextStage(stage, installsWindows(state) ? 'cd' : 'image');
  if (!next) {
    const { failure: _, keepsDisk: __, ...rest } = carried(state);
    return { ...rest, phase: 'done', changedUtcMs: atUtcMs };
  }
  const spentMs = state.spentMs + Math.max(0, Math.round(tookMs));
  return { ...state, stage: next, spentMs, changedUtcMs: atUtcMs };
}

function attemptFailed(
  state: RunningSetUp,
  failure: SetUpFailure,
  final: boolean,
  atUtcMs: number,
  policy: FirstTimePolicy,
): SetUpState {
  const phase = final || state.attempts >= policy.maxAttempts ? 'failed' : 'retry';
  return { ...carried(state), phase, failure, changedUtcMs: atUtcMs };
}

function refused(state: SetUpState, stage: SetUpStage, failure: SetUpFailure, atUtcMs: number): SetUpState {
  if (state.phase !== 'running' || state.stage !== stage) return state;
  return { ...carried(state), phase: 'retry', refusedIn: stage, failure, changedUtcMs: atUtcMs };
}

function interrupted(state: SetUpState, atUtcMs: number, policy: FirstTimePolicy): SetUpState {
  if (state.phase !== 'running') return state;
  const interruptions = state.interruptions + 1;
  if (interruptions > policy.maxInterruptions) {
    return attemptFailed(state, tooOftenInterrupted, false, atUtcMs, policy);
  }
  return { ...state, stage: stageAfterInterruption(state.stage), interruptions, changedUtcMs: atUtcMs };
}

const tooOftenInterrupted: SetUpFailure = {
  code: 'guest-setup.interrupted',
  message: 'Setting up the Windows applications was interrupted too often.',
  hint: 'Leave the computer on, and stay logged on, until it has ended.',
};

/** Whether this attempt installs Windows from its CD. Pure. */
export function installsWindows({ source, keepsDisk }: Pick<SetUpState, 'source' | 'keepsDisk'>): boolean {
  return source === 'cd' && keepsDisk !== true;
}

/** What every phase has; what belongs to one of them stays behind. */
function carried(
  state: SetUpState,
): Pick<
  SetUpState,
  | 'schema'
  | 'source'
  | 'cd'
  | 'mode'
  | 'attempts'
  | 'postponements'
  | 'firstAskedUtcMs'
  | 'madeDisk'
  | 'keepsDisk'
  | 'refusedIn'
  | 'failure'
  | 'changedUtcMs'
> {
  const { schema, source, cd, mode, attempts, postponements, firstAskedUtcMs, changedUtcMs } = state;
  const { madeDisk, keepsDisk, refusedIn, failure } = state;
  return {
    schema,
    source,
    ...(cd === undefined ? {} : { cd }),
    ...(mode === undefined ? {} : { mode }),
    attempts,
    postponements,
    ...(firstAskedUtcMs === undefined ? {} : { firstAskedUtcMs }),
    ...(madeDisk === undefined ? {} : { madeDisk }),
    ...(keepsDisk === undefined ? {} : { keepsDisk }),
    ...(refusedIn === undefined ? {} : { refusedIn }),
    ...(failure === undefined ? {} : { failure }),
    changedUtcMs,
  };
}
