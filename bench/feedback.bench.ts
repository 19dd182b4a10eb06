import type { Rect } from '../src/shared/geometry.ts';
import { FullDesktop } from '../test/e2e/fixtures/full-desktop.ts';
import { type Figure, figure } from './figure.ts';

const rounds = 5;
const path = ['Games', 'Minesweeper'] as const;
const timeoutMs = 5_000;

/**
 * From a click on an application in the tray's menu, with its guest suspended, to the first that the user sees of it:
 * the tray's icon, or a notification. The click is a program of its own, whose 20 ms count.
 */
export async function benchFeedback(): Promise<Figure[]> {
  const full = await FullDesktop.start('qemu');
  const samples: number[] = [];
  try {
    await full.run.ok('start');
    await full.run.ok('launch', path[1]);
    await full.window(/WineMine$/);
    for (let round = 0; round < rounds; round++) {
      await full.run.ok('suspend');
      samples.push(await feedbackMs(full));
      await full.window(/WineMine$/);
    }
    return [figure('launch.first_feedback', 'ms', samples, 0.5, undefined, { atMost: 200 })];
  } finally {
    await full.stop();
  }
}

async function feedbackMs({ tray }: FullDesktop): Promise<number> {
  const { desktop } = tray;
  await tray.notifications();
  const icon = await tray.findIcon();
  const looks = async () => {
    const [shown, told] = await Promise.all([
      desktop.screenshot(icon),
      desktop.screenshot(corner(desktop.size)),
    ]);
    return Buffer.concat([shown.bgrx, told.bgrx]);
  };
  // While its menu is open the icon looks another way.
  const closed = await looks();
  await tray.openPath(path.slice(0, -1));
  const at = await tray.placeOf(path);
  if (!at) throw new Error('the application is out of the screen');
  const open = await looks();
  const begunMs = performance.now();
  const clicked = desktop.click(at);
  for (let now = open; now.equals(open) || now.equals(closed); now = await looks()) {
    if (performance.now() - begunMs > timeoutMs) throw new Error('nothing was to be seen of a click');
  }
  const elapsedMs = performance.now() - begunMs;
  await clicked;
  return elapsedMs;
}

/** Where dunst shows what it is told. */
function corner({ width }: { readonly width: number }): Rect {
  return { x: width - 300, y: 0, width: 300, height: 120 };
}
