import type { FirstTimePolicy } from './policy.ts';
import { installsWindows, type RunningSetUp } from './set-up-state.ts';
import type { SetUpStage } from './stages.ts';

/** In these the user may be asked something by Windows, where the mode is attended. */
const withUser: ReadonlySet<SetUpStage> = new Set(['install', 'agent', 'configure']);

/** The whole attempt's limit. Later attempts have more. Pure. */
export function attemptTimeoutMs(state: RunningSetUp, policy: FirstTimePolicy): number {
  const { attempts } = state;
  if (policy.mode === 'attended') return policy.attendedTimeoutMinutes * 60_000;
  const installMinutes = installsWindows(state) ? policy.installTimeoutMinutes * growth(attempts, policy) : 0;
  const minutes = policy.attemptTimeoutMinutes + (attempts - 1) * policy.retryIncrementMinutes;
  return Math.round((minutes + installMinutes) * 60_000);
}

/** How long the stage under way may take from its start: its own limit, or what is left of the attempt's. Pure. */
export function stageTimeoutMs(state: RunningSetUp, policy: FirstTimePolicy): number {
  const ownMs =
    policy.mode === 'attended' && withUser.has(state.stage)
      ? policy.attendedTimeoutMinutes * 60_000
      : policy.stageTimeoutsS[state.stage] * 1000 * growth(state.attempts, policy);
  return Math.round(Math.max(0, Math.min(ownMs, attemptTimeoutMs(state, policy) - state.spentMs)));
}

function growth(attempts: number, policy: FirstTimePolicy): number {
  return 1 + ((attempts - 1) * policy.retryIncrementMinutes) / policy.attemptTimeoutMinutes;
}
