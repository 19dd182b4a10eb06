import { expect, test } from 'vitest';
import { defaultFirstTimePolicy, type FirstTimePolicy } from '../../../src/guest-setup/first-time/policy.ts';
import {
  newSetUpState,
  nextSetUpState,
  type SetUpEvent,
  type SetUpState,
  setUpStateSchema,
} from '../../../src/guest-setup/first-time/set-up-state.ts';
import { setUpStages, stageAfterInterruption } from '../../../src/guest-setup/first-time/stages.ts';
import { attemptTimeoutMs, stageTimeoutMs } from '../../../src/guest-setup/first-time/time-limits.ts';
import { pick, seeded } from './random.ts';

type Random = (limit: number) => number;

const failure = { code: 'x.y', message: 'It broke.', hint: 'Mend it.' };

function anyEvent(random: Random, atUtcMs: number): SetUpEvent {
  const stage = pick(random, setUpStages);
  const events: SetUpEvent[] = [
    { type: 'asked', atUtcMs },
    { type: 'postponed', atUtcMs, forMs: random(1_000_000_000) - 1000 },
    { type: 'begun', atUtcMs, hasDisk: random(2) === 0, keepsDisk: random(3) === 0 },
    { type: 'stage-ended', atUtcMs, stage, tookMs: random(1_000_000) },
    { type: 'stage-failed', atUtcMs, stage, failure, final: random(8) === 0 },
    { type: 'refused', atUtcMs, stage, failure },
    { type: 'interrupted', atUtcMs },
    { type: 'stopped', atUtcMs, failure: { ...failure, code: 'setup.stopped' } },
    { type: 'reset', atUtcMs },
  ];
  // A reset at every seventh step would keep the walk at its beginning.
  return random(20) === 0 ? pick(random, events) : pick(random, events.slice(0, 8));
}

/** One that fits: so that walks come far. */
function fittingEvent(random: Random, state: SetUpState, atUtcMs: number): SetUpEvent {
  if (state.phase !== 'running') return { type: 'begun', atUtcMs, hasDisk: random(4) > 0 };
  const { stage } = state;
  return random(4) > 0
    ? { type: 'stage-ended', atUtcMs, stage, tookMs: random(100_000) }
    : { type: 'stage-failed', atUtcMs, stage, failure, final: false };
}

/** Events until the end, as an owner whom nothing disturbs would send them. */
function stepsToDone(from: SetUpState, policy: FirstTimePolicy): number {
  let state = from;
  for (let steps = 0; steps <= 2 * setUpStages.length; steps++) {
    if (state.phase === 'done') return steps;
    const atUtcMs = state.changedUtcMs;
    state = nextSetUpState(
      state,
      state.phase === 'running'
        ? { type: 'stage-ended', atUtcMs, stage: state.stage, tookMs: 1 }
        : { type: 'begun', atUtcMs, hasDisk: true },
      policy,
    );
  }
  return Number.POSITIVE_INFINITY;
}

function check(state: SetUpState, policy: FirstTimePolicy): void {
  // What is stored is what was.
  expect(setUpStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
  expect(state.attempts).toBeLessThanOrEqual(policy.maxAttempts);
  expect(state.postponements).toBeLessThanOrEqual(policy.maxPostponements);
  if (state.phase === 'retry' && state.refusedIn === undefined)
    expect(state.attempts).toBeLessThan(policy.maxAttempts);
  expect(stepsToDone(state, policy)).toBeLessThan(Number.POSITIVE_INFINITY);
  const next = nextSetUpState(state, { type: 'interrupted', atUtcMs: state.changedUtcMs }, policy);
  if (state.phase !== 'running') expect(next).toBe(state);
  else if (next.phase === 'running') expect(next.stage).toBe(stageAfterInterruption(state.stage));
  else expect(state.interruptions).toBe(policy.maxInterruptions);
  expect(stepsToDone(next, policy)).toBeLessThan(Number.POSITIVE_INFINITY);
  if (state.phase === 'running') {
    expect(stageTimeoutMs(state, policy)).toBeLessThanOrEqual(attemptTimeoutMs(state, policy));
    expect(state.interruptions).toBeLessThanOrEqual(policy.maxInterruptions);
  }
}

test.each([1, 2, 3, 4, 5, 6])('random walk %i: never stuck, never more than is allowed', (seed) => {
  const random = seeded(seed);
  const phases = new Set<string>();
  for (let walk = 0; walk < 30; walk++) {
    const policy: FirstTimePolicy = {
      ...defaultFirstTimePolicy,
      mode: pick(random, ['attended', 'unattended', 'silent'] as const),
      maxAttempts: 1 + random(4),
      maxPostponements: random(4),
      maxInterruptions: random(3),
    };
    let atUtcMs = 1_700_000_000_000;
    let state = newSetUpState(pick(random, ['image', 'cd'] as const), atUtcMs);
    for (let step = 0; step < 60; step++) {
      // The clock jumps back, too.
      atUtcMs += random(10_000_000) - 1_000_000;
      const event = random(2) === 0 ? anyEvent(random, atUtcMs) : fittingEvent(random, state, atUtcMs);
      state = nextSetUpState(state, event, policy);
      check(state, policy);
      phases.add(state.phase);
    }
  }
  expect([...phases].sort()).toEqual(['done', 'failed', 'retry', 'running', 'waiting']);
});

test('no more attempts begin in one round than are allowed, however often it is interrupted', () => {
  const policy = defaultFirstTimePolicy;
  let state = newSetUpState('cd', 0);
  let begun = 0;
  for (let step = 0; step < 200 && state.phase !== 'failed'; step++) {
    const before = state;
    const event = { type: state.phase === 'running' ? 'interrupted' : 'begun', hasDisk: true } as const;
    state = nextSetUpState(state, { ...event, atUtcMs: step }, policy);
    if (before.phase !== 'running' && state.phase === 'running') begun++;
  }
  expect(state.phase).toBe('failed');
  expect(begun).toBe(policy.maxAttempts);
});
