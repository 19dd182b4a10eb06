import type { FirstTimePolicy } from './policy.ts';
import { beginsAgain, dueInMs, mayPostpone } from './postponing.ts';
import type { SetUpState } from './set-up-state.ts';

/** What the user is told or asked, and what there is to choose. */
export interface SetUpPrompt {
  readonly kind: 'start' | 'retry' | 'failure';
  readonly text: string;
  /** What went wrong, below the text. */
  readonly detail: string | undefined;
  readonly helpUrl: string | undefined;
  readonly mayPostpone: boolean;
}

/** What to show now; undefined for nothing, as in silent mode or before it is time to ask again. Pure. */
export function setUpPrompt(
  state: SetUpState,
  policy: FirstTimePolicy,
  nowUtcMs: number,
): SetUpPrompt | undefined {
  if (policy.mode === 'silent') return undefined;
  const common = {
    detail: state.failure && `${state.failure.message} ${state.failure.hint}`,
    helpUrl: policy.helpUrl,
    mayPostpone: mayPostpone(state, policy, nowUtcMs),
  };
  switch (state.phase) {
    case 'waiting':
      if (dueInMs(state, policy, nowUtcMs) !== 0) return undefined;
      return { ...common, kind: 'start', text: policy.startMessage };
    case 'retry':
      return beginsAgain(state)
        ? { ...common, kind: 'retry', text: policy.retryMessage }
        : { ...common, kind: 'failure', text: policy.failureMessage };
    case 'failed':
      return { ...common, kind: 'failure', text: policy.failureMessage };
    default:
      return undefined;
  }
}
