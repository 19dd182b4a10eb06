import type { SetUpReport } from './state.ts';

/** Where set-up is, in a few words; undefined when it is done. Pure. */
export function setUpText({
  phase,
  text,
  attempt,
  maxAttempts,
  askAgainUtc,
}: SetUpReport): string | undefined {
  const again = attempt > 1 ? ` (attempt ${attempt} of ${maxAttempts})` : '';
  switch (phase) {
    case 'waiting':
      return askAgainUtc === undefined ? 'to be set up' : 'to be set up later';
    case 'running':
      return `is being set up: ${text ?? ''}${again}`;
    case 'retry':
      return `is to be set up once more after attempt ${attempt} of ${maxAttempts}`;
    case 'failed':
      return 'could not be set up';
    case 'done':
      return undefined;
  }
}
