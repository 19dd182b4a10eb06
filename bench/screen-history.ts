import { createHash } from 'node:crypto';
import { pause } from '../src/shared/deadline.ts';
import type { Rect } from '../src/shared/geometry.ts';
import type { Eye } from './eye.ts';

/** The screen is at rest when nothing changed for so long. */
const restMs = 1_500;

/**
 * Watches the screen while `action` runs and until it is at rest, and gives the milliseconds from the start of the
 * action to the moment when the screen first looked as it does at rest: the first correct frame. Throws when the
 * screen is not at rest, or nothing appeared, within `timeoutMs`.
 */
export async function untilFinalPicture(
  eye: Eye,
  area: Rect,
  action: () => Promise<unknown>,
  timeoutMs: number,
): Promise<number> {
  const look = async () =>
    createHash('sha1')
      .update(await eye.image(area))
      .digest('base64');
  const first = await look();
  const startMs = performance.now();
  const done = action();
  let shown = first;
  let shownSinceMs = startMs;
  for (;;) {
    const now = await look();
    const nowMs = performance.now();
    if (now !== shown) {
      shown = now;
      shownSinceMs = nowMs;
    }
    if (shown !== first && nowMs - shownSinceMs > restMs) break;
    if (nowMs - startMs > timeoutMs) throw new Error(`the screen did not come to rest in ${timeoutMs} ms`);
    await pause(2);
  }
  await done;
  return shownSinceMs - startMs;
}
