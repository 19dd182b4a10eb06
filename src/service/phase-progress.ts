import type { WorkspaceState } from '../launcher/api/state.ts';
import type { SessionPhase } from './session-phase.ts';

/** What the state says of a phase that takes its time. */
export function progressOf(phase: SessionPhase): Pick<WorkspaceState, 'progress' | 'resuming'> {
  if (!('text' in phase)) return {};
  const { fraction, resuming } = { fraction: undefined, resuming: undefined, ...phase };
  return {
    progress: { text: phase.text, ...(fraction === undefined ? {} : { fraction }) },
    ...(resuming ? { resuming } : {}),
  };
}
