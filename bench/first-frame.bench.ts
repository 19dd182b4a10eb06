import type { Appliance } from '../src/appliance/appliance.ts';
import { XPaneRun } from '../test/e2e/fixtures/xpane-run.ts';
import { DirectWine } from './direct-wine.ts';
import { startBenchDesktop } from './eye/bench-desktop.ts';
import { untilFinalPicture } from './eye/final-picture.ts';
import { pollUntil } from './eye/polling.ts';
import { type Figure, figure } from './figure.ts';

const size = { width: 1024, height: 768 };
const screen = { x: 0, y: 0, ...size };
/** The screen is at rest when nothing changed for so long. */
const restMs = 1_500;
const closeMs = 5_000;
/** No caret, no clock: its picture comes to rest. */
const application = 'Minesweeper';
const executable = 'WineMine';

/**
 * From the command `xpane launch` to the first correct frame on the host's display: with a guest that runs, with
 * one that is suspended, and with one that has to start (its disk exists already, as after the first day).
 */
export async function benchFirstFrame(
  backend: 'qemu' | 'sandbox',
  rounds: { readonly running: number; readonly stopped: number; readonly suspended: number },
): Promise<Figure[]> {
  const { desktop, eye, stop } = await startBenchDesktop({ size });
  const run = await XPaneRun.prepare({ backend, env: desktop.env });
  const empty = eye.screen.copy(screen);
  const launch = async (from: 'running' | 'stopped' | 'suspended', timeoutMs: number) => {
    const start = () => run.ok('launch', application);
    try {
      return (await untilFinalPicture(eye, screen, start, { restMs, timeoutMs })).elapsedMs;
    } catch (cause) {
      throw new Error(`${backend}, from ${from}: ${(cause as Error).message}`, { cause });
    }
  };
  const closeWindow = async () => {
    const window = await desktop.waitForWindow(({ title }) => title.includes(executable));
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
    await desktop.key('alt+F4');
    // Gone from the picture, too: the next one looks the same.
    const isEmpty = await pollUntil(() => (eye.screen.equals(screen, empty) ? true : undefined), closeMs);
    if (!isEmpty) throw new Error(`${backend}: the window did not leave the screen`);
  };
  try {
    await run.ok('start');
    const running: number[] = [];
    for (let round = 0; round < rounds.running; round++) {
      running.push(await launch('running', 60_000));
      await closeWindow();
    }
    const suspended: number[] = [];
    for (let round = 0; round < rounds.suspended; round++) {
      await run.ok('suspend');
      suspended.push(await launch('suspended', 60_000));
      await closeWindow();
    }
    const stopped: number[] = [];
    for (let round = 0; round < rounds.stopped; round++) {
      await run.ok('stop');
      stopped.push(await launch('stopped', 180_000));
      await closeWindow();
    }
    return [
      figure(`launch.from_running.${backend}`, 'ms', running, 0.5),
      ...(suspended.length === 0
        ? []
        : [
            figure('launch.from_suspended', 'ms', suspended, 0.5, {
              name: 'from_running',
              samples: running,
            }),
          ]),
      figure(`launch.from_stopped.${backend}`, 'ms', stopped, 0.5),
    ];
  } finally {
    await run.stop();
    await stop();
  }
}

/** The same application by Wine straight on a display, with nothing of Wine running before. */
export async function benchDirectFirstFrame(appliance: Appliance, rounds: number): Promise<Figure> {
  const { desktop, eye, stop } = await startBenchDesktop({ size });
  const samples: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const direct = await DirectWine.prepare(
        appliance,
        'C:\\windows\\system32\\winemine.exe',
        desktop.display,
      );
      try {
        const picture = await untilFinalPicture(eye, screen, () => direct.run(), {
          restMs,
          timeoutMs: 60_000,
        });
        samples.push(picture.elapsedMs);
      } finally {
        await direct.stop();
      }
    }
    return figure('launch.direct_wine_cold', 'ms', samples, 0.5);
  } finally {
    await stop();
  }
}
