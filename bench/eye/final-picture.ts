import type { Rect } from '../../src/shared/geometry.ts';
import type { Eye } from './eye.ts';
import { pollUntil } from './polling.ts';

export interface FinalPicture {
  /** From the start of the action to the moment when the area first looked as it does at rest. */
  readonly elapsedMs: number;
  readonly bgrx: Buffer;
}

/**
 * Watches an area while `action` runs and until it is at rest: other than before and unchanged for `restMs`. Throws
 * when that is not so within `timeoutMs`.
 */
export async function untilFinalPicture(
  eye: Eye,
  area: Rect,
  action: () => unknown,
  { restMs, timeoutMs }: { readonly restMs: number; readonly timeoutMs: number },
): Promise<FinalPicture> {
  const first = eye.screen.copy(area);
  const startMs = performance.now();
  const done = Promise.resolve(action());
  let shown = first;
  let shownSinceMs = startMs;
  const atRest = await pollUntil((nowMs) => {
    if (!eye.screen.equals(area, shown)) {
      shown = eye.screen.copy(area);
      shownSinceMs = nowMs;
    }
    return !shown.equals(first) && nowMs - shownSinceMs > restMs ? true : undefined;
  }, timeoutMs);
  if (!atRest) throw new Error(`the screen did not come to rest in ${timeoutMs} ms`);
  await done;
  return { elapsedMs: shownSinceMs - startMs, bgrx: shown };
}
