import type { FirstTimePolicy } from './policy.ts';
import type { SetUpState } from './set-up-state.ts';

/** When set-up can be put off no longer, for a user who was first asked at `firstAskedUtcMs`. Pure. */
export function postponeDeadlineUtcMs(firstAskedUtcMs: number, policy: FirstTimePolicy): number {
  const byHours = firstAskedUtcMs + policy.maxPostponeHours * 3_600_000;
  return policy.postponeUntilUtc === undefined
    ? byHours
    : Math.min(byHours, Date.parse(policy.postponeUntilUtc));
}

/** Whether the user may put it off now: is asked at all, not too often, not too late. Pure. */
export function mayPostpone(state: SetUpState, policy: FirstTimePolicy, nowUtcMs: number): boolean {
  if (state.phase !== 'waiting' && state.phase !== 'retry') return false;
  if (policy.mode === 'silent' || state.postponements >= policy.maxPostponements) return false;
  return nowUtcMs < postponeDeadlineUtcMs(state.firstAskedUtcMs ?? nowUtcMs, policy);
}

/** What an attempt fails with that the user stopped. */
export const stoppedCode = 'setup.stopped';

/** Whether another attempt begins without anybody asking for it: not after the user stopped one. Pure. */
export function beginsAgain(state: SetUpState): boolean {
  return state.phase === 'retry' && state.failure?.code !== stoppedCode;
}

/**
 * How long until the user is asked, or set-up begins where nobody is asked; 0 for now. Undefined where it waits
 * for nothing. A clock that was set back cannot keep set-up off for longer than it could be put off at all. Pure.
 */
export function dueInMs(state: SetUpState, policy: FirstTimePolicy, nowUtcMs: number): number | undefined {
  if (state.phase === 'retry') return 0;
  if (state.phase !== 'waiting') return undefined;
  const waitMs = (state.askAgainUtcMs ?? nowUtcMs) - nowUtcMs;
  return policy.mode === 'silent' || waitMs > policy.maxPostponeHours * 3_600_000 ? 0 : Math.max(0, waitMs);
}
