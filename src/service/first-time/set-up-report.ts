import type { FirstTimePolicy } from '../../guest-setup/first-time/policy.ts';
import { dueInMs } from '../../guest-setup/first-time/postponing.ts';
import { setUpPrompt } from '../../guest-setup/first-time/prompt.ts';
import type { SetUpState } from '../../guest-setup/first-time/set-up-state.ts';
import type { SetUpReport } from '../../launcher/api/state.ts';
import { stageTexts } from './set-up-errors.ts';

/** What clients are told of a state. Pure. */
export function setUpReport(state: SetUpState, policy: FirstTimePolicy, nowUtcMs: number): SetUpReport {
  const prompt = setUpPrompt(state, policy, nowUtcMs);
  const dueMs = dueInMs(state, policy, nowUtcMs) ?? 0;
  return {
    phase: state.phase,
    mode: policy.mode,
    attempt: state.attempts,
    maxAttempts: policy.maxAttempts,
    changedUtc: new Date(state.changedUtcMs).toISOString(),
    ...(state.phase === 'running' ? { stage: state.stage, text: stageTexts[state.stage] } : {}),
    ...(dueMs > 0 ? { askAgainUtc: new Date(nowUtcMs + dueMs).toISOString() } : {}),
    ...(state.failure ? { failure: state.failure } : {}),
    ...(prompt
      ? {
          prompt: {
            kind: prompt.kind,
            text: prompt.text,
            mayPostpone: prompt.mayPostpone,
            ...(prompt.detail === undefined ? {} : { detail: prompt.detail }),
            ...(prompt.helpUrl === undefined ? {} : { helpUrl: prompt.helpUrl }),
          },
        }
      : {}),
  };
}
