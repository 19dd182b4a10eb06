import { setTimeout as pause } from 'node:timers/promises';
import type { Rect } from '../src/shared/geometry.ts';
import { FullDesktop } from '../test/e2e/fixtures/full-desktop.ts';
import { type Figure, figure } from './figure.ts';

const rounds = 9;
const path = ['Games', 'Minesweeper'] as const;
const timeoutMs = 5_000;
/** A picture that did not change for so long is at rest. */
const restMs = 300;
/** Less is a shade that a button takes while its menu closes. */
const fewestPixels = 8;

/**
 * From a click on an application in the tray's menu, with its guest suspended, to the first that the user sees of it:
 * the tray's icon in another state. The click is a program of its own, whose 20 ms count. A panel animates the button
 * below an icon when its menu opens and closes, so only the pixels count that look the same under both.
 */
export async function benchFeedback(): Promise<Figure[]> {
  const full = await FullDesktop.start('qemu');
  const samples: number[] = [];
  try {
    await full.run.ok('start');
    await full.run.ok('launch', path[1]);
    await closeWindow(full);
    for (let round = 0; round < rounds; round++) {
      await full.run.ok('suspend');
      samples.push(await feedbackMs(full));
      await closeWindow(full);
    }
    return [figure('launch.first_feedback', 'ms', samples, 0.5, undefined, { atMost: 200 })];
  } finally {
    await full.stop();
  }
}

/** The guest's memory is not made for all that the rounds would leave open. */
async function closeWindow(full: FullDesktop): Promise<void> {
  const window = await full.window(/WineMine$/);
  await full.tray.desktop.key('alt+F4');
  await full.gone(window);
}

async function feedbackMs(full: FullDesktop): Promise<number> {
  const { tray } = full;
  const { desktop } = tray;
  await tray.notifications();
  const icon = await tray.findIcon();
  const closed = await atRest(full, icon);
  await tray.openPath(path.slice(0, -1));
  const at = await tray.placeOf(path);
  if (!at) throw new Error('the application is out of the screen');
  const open = await atRest(full, icon);
  const steady = pixelsOf(open).map((colour, index) => colour === pixelsOf(closed)[index]);
  const before = pixelsOf(open);
  const begunMs = performance.now();
  const clicked = desktop.click(at);
  for (let changed = 0; changed < fewestPixels; ) {
    if (performance.now() - begunMs > timeoutMs) throw new Error('nothing was to be seen of a click');
    const now = pixelsOf((await desktop.screenshot(icon)).bgrx);
    changed = now.filter((colour, index) => steady[index] && colour !== before[index]).length;
  }
  const elapsedMs = performance.now() - begunMs;
  await clicked;
  return elapsedMs;
}

async function atRest({ tray: { desktop } }: FullDesktop, rect: Rect): Promise<Buffer> {
  const deadlineMs = performance.now() + timeoutMs;
  for (let before = await desktop.screenshot(rect); ; ) {
    await pause(restMs);
    const now = await desktop.screenshot(rect);
    if (now.bgrx.equals(before.bgrx)) return now.bgrx;
    if (performance.now() > deadlineMs) throw new Error('the tray icon does not come to rest');
    before = now;
  }
}

function pixelsOf(bgrx: Buffer): readonly number[] {
  return Array.from({ length: bgrx.length / 4 }, (_, index) => bgrx.readUIntLE(index * 4, 3));
}
