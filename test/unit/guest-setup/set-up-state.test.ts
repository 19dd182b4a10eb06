import { describe, expect, test } from 'vitest';
import {
  defaultFirstTimePolicy,
  type FirstTimePolicy,
  firstTimePolicySchema,
} from '../../../src/guest-setup/first-time/policy.ts';
import { dueInMs, mayPostpone } from '../../../src/guest-setup/first-time/postponing.ts';
import { setUpPrompt } from '../../../src/guest-setup/first-time/prompt.ts';
import {
  newSetUpState,
  nextSetUpState,
  type SetUpEvent,
  type SetUpState,
} from '../../../src/guest-setup/first-time/set-up-state.ts';
import type { SetUpSource, SetUpStage } from '../../../src/guest-setup/first-time/stages.ts';
import { attemptTimeoutMs, stageTimeoutMs } from '../../../src/guest-setup/first-time/time-limits.ts';

const startUtcMs = Date.parse('2026-03-04T05:00:00Z');
const hourMs = 3_600_000;
const policy = defaultFirstTimePolicy;
const failure = { code: 'x.y', message: 'It broke.', hint: 'Mend it.' };

type Timeless<E> = E extends unknown ? Omit<E, 'atUtcMs'> : never;
type Said = Timeless<SetUpEvent>;

/** After these events, an hour apart. */
function stateAfter(
  said: readonly Said[],
  source: SetUpSource = 'image',
  by: FirstTimePolicy = policy,
): SetUpState {
  return said.reduce<SetUpState>(
    (state, event, index) =>
      nextSetUpState(state, { ...event, atUtcMs: startUtcMs + index * hourMs } as SetUpEvent, by),
    newSetUpState(source, startUtcMs),
  );
}

const begun: Said = { type: 'begun', hasDisk: false };
const begunWithDisk: Said = { type: 'begun', hasDisk: true };
const interrupted: Said = { type: 'interrupted' };
const ended = (stage: SetUpStage, tookMs = 1000): Said => ({ type: 'stage-ended', stage, tookMs });
const failed = (stage: SetUpStage, final = false): Said => ({ type: 'stage-failed', stage, failure, final });
const postponed = (hours: number): Said => ({ type: 'postponed', forMs: hours * hourMs });
const imageStages: SetUpStage[] = ['prepare', 'agent', 'configure', 'collect-logs', 'restart', 'clean-up'];
const cdStages: SetUpStage[] = ['prepare', 'install', ...imageStages.slice(1)];

describe('the way through', () => {
  test.each([
    ['image', imageStages],
    ['cd', cdStages],
  ] as const)('%s: stage by stage', (source, stages) => {
    for (const [index, stage] of stages.entries()) {
      const before = stateAfter([begun, ...stages.slice(0, index).map((each) => ended(each))], source);
      expect(before).toMatchObject({ phase: 'running', stage, attempts: 1, spentMs: index * 1000 });
    }
    expect(stateAfter([begun, ...stages.map((each) => ended(each))], source)).toMatchObject({
      phase: 'done',
      attempts: 1,
    });
  });

  test.each<[string, Said[], object]>([
    ['nothing begins by itself', [], { phase: 'waiting', attempts: 0 }],
    ['asked once', [{ type: 'asked' }, { type: 'asked' }], { firstAskedUtcMs: startUtcMs }],
    ['a failure leaves a retry', [begun, failed('prepare')], { phase: 'retry', attempts: 1, failure }],
    [
      'a retry begins at the beginning',
      [begun, ended('prepare'), failed('agent'), begun],
      { stage: 'prepare', attempts: 2, spentMs: 0 },
    ],
    [
      'the third failure is the last',
      [begun, failed('prepare'), begun, failed('prepare'), begun, failed('prepare')],
      { phase: 'failed', attempts: 3, failure },
    ],
    [
      'a final failure is the last at once',
      [begun, failed('prepare', true)],
      { phase: 'failed', attempts: 1 },
    ],
    ['asking again counts anew', [begun, failed('prepare', true), begun], { phase: 'running', attempts: 1 }],
    [
      'done forgets what failed before',
      [begun, failed('prepare'), begun, ...imageStages.map((each) => ended(each))],
      { phase: 'done', attempts: 2 },
    ],
    [
      'reset begins it all again',
      [begun, failed('prepare', true), { type: 'reset' }],
      { phase: 'waiting', attempts: 0, postponements: 0 },
    ],
  ])('%s', (_, said, expected) => {
    expect(stateAfter(said)).toMatchObject(expected);
  });

  test.each<[string, Said[], boolean]>([
    ['what the first attempt made', [begun, failed('prepare'), begunWithDisk], true],
    ['that, put off', [begun, failed('prepare'), postponed(1), begunWithDisk], true],
    ['not what was there before', [begunWithDisk, failed('prepare'), begunWithDisk], false],
    ['not what is there after all of it failed', [begun, failed('prepare', true), begunWithDisk], false],
    [
      'nor in the attempts after that',
      [begun, failed('prepare', true), begunWithDisk, failed('prepare'), begunWithDisk],
      false,
    ],
    [
      'what is made after a reset',
      [begunWithDisk, failed('prepare'), begun, failed('prepare'), begunWithDisk],
      true,
    ],
  ])('the disk that may be thrown away: %s', (_, said, madeDisk) => {
    expect(stateAfter(said)).toMatchObject({ phase: 'running', madeDisk });
  });

  describe('what the host refuses', () => {
    const refused: Said = { type: 'refused', stage: 'restart', failure };
    const toRestart = [begun, ...imageStages.slice(0, 4).map((each) => ended(each))];

    test('costs no attempt and nothing of what was done, put off or not', () => {
      expect(stateAfter([...toRestart, refused])).toMatchObject({ phase: 'retry', attempts: 1, failure });
      for (const meanwhile of [[], [postponed(1)], [begunWithDisk, refused]]) {
        const state = stateAfter([...toRestart, refused, ...meanwhile, begunWithDisk]);
        expect(state).toMatchObject({ phase: 'running', stage: 'restart', attempts: 1, madeDisk: true });
        expect('refusedIn' in state).toBe(false);
      }
    });

    test('begins anew where the disk is gone', () => {
      expect(stateAfter([...toRestart, refused, begun])).toMatchObject({ stage: 'prepare', attempts: 1 });
    });
  });

  test('done has no failure any more', () => {
    const state = stateAfter([begun, failed('prepare'), begun, ...imageStages.map((each) => ended(each))]);
    expect('failure' in state).toBe(false);
  });

  test.each<[string, Said[], Said]>([
    ['the end of another stage', [begun], ended('agent')],
    ['the same end twice', [begun, ended('prepare')], ended('prepare')],
    ['a late failure', [begun, failed('prepare')], failed('prepare')],
    ['a failure of another stage', [begun], failed('restart')],
    ['a second beginning', [begun], begun],
    ['a beginning after the end', [begun, ...imageStages.map((each) => ended(each))], begun],
    ['an interruption of nothing', [], interrupted],
    ['putting off what runs', [begun], postponed(1)],
    ['asking while it runs', [begun], { type: 'asked' }],
  ])('%s changes nothing', (_, said, event) => {
    const state = stateAfter(said);
    expect(nextSetUpState(state, { ...event, atUtcMs: startUtcMs } as SetUpEvent, policy)).toBe(state);
  });
});

describe('interruption', () => {
  test.each(cdStages)('in %s: the same attempt goes on', (stage) => {
    const earlier = cdStages.slice(0, cdStages.indexOf(stage)).map((each) => ended(each));
    expect(stateAfter([begun, ...earlier, interrupted], 'cd')).toMatchObject({
      phase: 'running',
      stage: stage === 'install' ? 'prepare' : stage,
      attempts: 1,
      interruptions: 1,
    });
  });

  test('too many of them are a failed attempt', () => {
    const often = new Array<Said>(policy.maxInterruptions + 1).fill(interrupted);
    expect(stateAfter([begun, ...often.slice(1)])).toMatchObject({ phase: 'running', interruptions: 5 });
    expect(stateAfter([begun, ...often])).toMatchObject({
      phase: 'retry',
      attempts: 1,
      failure: { code: 'guest-setup.interrupted' },
    });
    expect(stateAfter([begun, ...often, begun, ...often, begun, ...often])).toMatchObject({
      phase: 'failed',
    });
  });
});

describe('postponing', () => {
  const by = (changed: Partial<FirstTimePolicy>) => ({ ...policy, ...changed });

  test('the user is asked again later, and never after the limit', () => {
    expect(stateAfter([{ type: 'asked' }, postponed(2)])).toMatchObject({
      phase: 'waiting',
      postponements: 1,
      firstAskedUtcMs: startUtcMs,
      askAgainUtcMs: startUtcMs + 3 * hourMs,
    });
    expect(stateAfter([{ type: 'asked' }, postponed(1000)])).toMatchObject({
      askAgainUtcMs: startUtcMs + 120 * hourMs,
    });
    expect(stateAfter([{ type: 'asked' }, postponed(-5)])).toMatchObject({
      askAgainUtcMs: startUtcMs + hourMs,
    });
  });

  test.each<[string, Partial<FirstTimePolicy>, Said[], number, boolean]>([
    ['at first', {}, [{ type: 'asked' }], 1, true],
    ['before it was ever asked', {}, [], 1, true],
    ['at the last moment', {}, [{ type: 'asked' }], 119.9, true],
    ['after 120 hours', {}, [{ type: 'asked' }], 120, false],
    ['after the date', { postponeUntilUtc: '2026-03-04T07:00:00Z' }, [{ type: 'asked' }], 2, false],
    ['before the date', { postponeUntilUtc: '2026-03-04T07:00:00Z' }, [{ type: 'asked' }], 1.9, true],
    ['often enough', { maxPostponements: 2 }, [{ type: 'asked' }, postponed(1), postponed(1)], 3, false],
    ['not at all', { maxPostponements: 0 }, [{ type: 'asked' }], 0, false],
    ['in silence', { mode: 'silent' }, [], 0, false],
    ['a retry', {}, [{ type: 'asked' }, begun, failed('prepare')], 3, true],
    ['what failed', {}, [{ type: 'asked' }, begun, failed('prepare', true)], 3, false],
  ])('%s', (_, changed, said, hours, expected) => {
    const limits = by(changed);
    expect(mayPostpone(stateAfter(said, 'image', limits), limits, startUtcMs + hours * hourMs)).toBe(
      expected,
    );
  });

  test('a retry that is put off keeps its count', () => {
    const state = stateAfter([begun, failed('prepare'), postponed(1)]);
    expect(state).toMatchObject({ phase: 'waiting', attempts: 1, failure });
    expect(nextSetUpState(state, { ...begun, atUtcMs: 0 } as SetUpEvent, policy)).toMatchObject({
      attempts: 2,
    });
    // The policy has become stricter meanwhile.
    expect(
      nextSetUpState(state, { ...begun, atUtcMs: 0 } as SetUpEvent, by({ maxAttempts: 1 })),
    ).toMatchObject({
      phase: 'failed',
      attempts: 1,
    });
  });

  test('it is due when it was put off to, and a clock set back does not hold it off', () => {
    const state = stateAfter([{ type: 'asked' }, postponed(2)]);
    expect(dueInMs(state, policy, startUtcMs + hourMs)).toBe(2 * hourMs);
    expect(dueInMs(state, policy, startUtcMs + 5 * hourMs)).toBe(0);
    expect(dueInMs(state, policy, startUtcMs - 9000 * hourMs)).toBe(0);
    expect(dueInMs(stateAfter([]), policy, startUtcMs)).toBe(0);
    expect(dueInMs(stateAfter([begun]), policy, startUtcMs)).toBeUndefined();
    expect(dueInMs(stateAfter([begun, failed('prepare')]), policy, startUtcMs)).toBe(0);
  });
});

describe('what the user is told', () => {
  const said: readonly [Said[], string | undefined][] = [
    [[], 'start'],
    [[{ type: 'asked' }, postponed(50)], undefined],
    [[begun], undefined],
    [[begun, failed('prepare')], 'retry'],
    [[begun, failed('prepare', true)], 'failure'],
    [[begun, ...imageStages.map((each) => ended(each))], undefined],
  ];

  test.each(said)('after %j: %s', (events, kind) => {
    const told = setUpPrompt(stateAfter(events), policy, startUtcMs + 2 * hourMs);
    expect(told?.kind).toBe(kind);
    const silent = { ...policy, mode: 'silent' as const };
    expect(setUpPrompt(stateAfter(events, 'image', silent), silent, startUtcMs)).toBeUndefined();
  });

  test('the words and the link are the administrator’s, the cause is ours', () => {
    const worded = firstTimePolicySchema.parse({
      failureMessage: 'Call 4711.',
      helpUrl: 'https://help.example.org/xp',
    });
    expect(setUpPrompt(stateAfter([begun, failed('prepare', true)]), worded, startUtcMs)).toEqual({
      kind: 'failure',
      text: 'Call 4711.',
      detail: 'It broke. Mend it.',
      helpUrl: 'https://help.example.org/xp',
      mayPostpone: false,
    });
  });
});

describe('a disk that the user says is to be gone on with', () => {
  const kept: Said = { type: 'begun', hasDisk: true, keepsDisk: true };
  const blank: Said = { type: 'begun', hasDisk: false };
  const prepared: Said = { type: 'stage-ended', stage: 'prepare', tookMs: 1 };

  test('is the user’s from there on: no attempt of this round installs Windows or throws it away', () => {
    const again = [blank, failed('prepare'), kept, prepared];
    expect(stateAfter(again, 'cd')).toMatchObject({ stage: 'agent', madeDisk: false });
    expect(stateAfter([...again, failed('agent'), begunWithDisk, prepared], 'cd')).toMatchObject({
      ...{ stage: 'agent', madeDisk: false, keepsDisk: true },
    });
  });

  test('is not meant by the next round, nor when it is gone', () => {
    const over = [blank, failed('prepare'), kept, failed('prepare', true)];
    expect(stateAfter([...over, begunWithDisk, prepared], 'cd')).toMatchObject({ stage: 'install' });
    expect(stateAfter([blank, failed('prepare'), kept, failed('prepare'), blank], 'cd')).not.toHaveProperty(
      'keepsDisk',
    );
  });
});

describe('time limits', () => {
  const running = (said: Said[], source: SetUpSource = 'image') => {
    const state = stateAfter([begun, ...said], source);
    if (state.phase !== 'running') throw new Error(`It is ${state.phase}`);
    return state;
  };
  const retries = (count: number) => Array.from({ length: count }, () => [failed('prepare'), begun]).flat();

  test('an attempt has 45 minutes, the next 15 more; Windows’ own set-up has its own', () => {
    const minutes = (count: number, source?: SetUpSource) =>
      attemptTimeoutMs(running(retries(count), source), policy) / 60_000;
    expect([0, 1, 2].map((count) => minutes(count))).toEqual([45, 60, 75]);
    expect([0, 1, 2].map((count) => minutes(count, 'cd'))).toEqual([285, 380, 475]);
  });

  test('a stage has its own limit, which grows as well', () => {
    expect(stageTimeoutMs(running([]), policy)).toBe(600_000);
    expect(stageTimeoutMs(running(retries(1)), policy)).toBe(800_000);
    expect(stageTimeoutMs(running([ended('prepare')]), policy)).toBe(1_800_000);
  });

  test('or what is left of the attempt’s', () => {
    expect(stageTimeoutMs(running([ended('prepare', 40 * 60_000)]), policy)).toBe(5 * 60_000);
    expect(stageTimeoutMs(running([ended('prepare', 50 * 60_000)]), policy)).toBe(0);
  });

  test('where the user takes part, the user has time', () => {
    const attended = { ...policy, mode: 'attended' as const };
    expect(stageTimeoutMs(running([]), attended)).toBe(600_000);
    expect(stageTimeoutMs(running([ended('prepare')]), attended)).toBe(24 * hourMs - 1000);
  });
});

test.each([
  { mode: 'loud' },
  { maxAttempts: 0 },
  { maxPostponeHours: -1 },
  { postponeUntilUtc: 'tomorrow' },
  { computerNameMask: '%evil%' },
  { helpUrl: 'javascript:alert(1)' },
  { helpUrl: 'file:///etc/passwd' },
  { organisation: 'a"b' },
  { logFilePaths: ['setup.log'] },
  { stageTimeoutsS: { agent: 0 } },
  { stageTimeoutsS: { lunch: 60 } },
  { unknown: 1 },
])('a policy of %j is refused', (wrong) => {
  expect(firstTimePolicySchema.safeParse(wrong).success).toBe(false);
});

test('a policy may change one limit and keep the others', () => {
  const changed = firstTimePolicySchema.parse({ stageTimeoutsS: { agent: 60 } });
  expect(changed.stageTimeoutsS).toEqual({ ...policy.stageTimeoutsS, agent: 60 });
});
