import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBenchDesktop } from './eye/bench-desktop.ts';
import { untilFinalPicture } from './eye/final-picture.ts';
import { pollUntil } from './eye/polling.ts';
import { type Figure, figure } from './figure.ts';
import type { Rig } from './rig.ts';
import { startSandbox } from './sandbox-rig.ts';

const size = { width: 1024, height: 768 };
const screen = { x: 0, y: 0, ...size };
const fileBytes = 100_000;
const rounds = 9;
/** The screen is at rest when nothing changed for so long. */
const restMs = 1_000;
const timeoutMs = 60_000;

/**
 * `xpane open` of a new file of 100 KB, to the application's first picture that stays; beside it, in turns, the same
 * application launched alone, and how long the command itself takes. The application does not read the file: what it
 * would take for that is not XPane's.
 */
export async function benchOpenFile({ options, noise }: Rig): Promise<Figure[]> {
  const { desktop, eye, stop } = await startBenchDesktop({ size });
  const folder = await mkdtemp(join(tmpdir(), 'xpane-bench-open-'));
  const run = await startSandbox(desktop, options.program);
  const empty = eye.screen.copy(screen);
  const close = async () => {
    const window = await desktop.waitForWindow(({ title }) => title.startsWith('[XP]'));
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
    await desktop.key('alt+F4');
    const isEmpty = await pollUntil(() => (eye.screen.equals(screen, empty) ? true : undefined), timeoutMs);
    if (!isEmpty) throw new Error('the window did not leave the screen');
  };
  const shownMs = async (...command: readonly string[]) => {
    const start = () => run.ok(...command);
    const { elapsedMs } = await untilFinalPicture(eye, screen, start, { restMs, timeoutMs });
    await close();
    return elapsedMs;
  };
  /** With nobody watching the screen, which takes a processor of its own. */
  const returnedMs = async (...command: readonly string[]) => {
    const begunMs = performance.now();
    await run.ok(...command);
    const elapsedMs = performance.now() - begunMs;
    await close();
    return elapsedMs;
  };
  const launched: number[] = [];
  const opened: number[] = [];
  const returned: number[] = [];
  try {
    // The first of all loads what is in memory from then on.
    await shownMs('launch', 'Cells');
    for (let round = 1; round <= rounds; round++) {
      noise.sample();
      options.tell(`files: opening, round ${round} of ${rounds}`);
      const newFile = async (name: string) => {
        const path = join(folder, `${name}-${round}.bin`);
        await writeFile(path, randomBytes(fileBytes));
        return path;
      };
      launched.push(await shownMs('launch', 'Cells'));
      opened.push(await shownMs('open', '--with', 'Cells', await newFile('letter')));
      returned.push(await returnedMs('open', '--with', 'Cells', await newFile('note')));
    }
  } finally {
    await run.stop();
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
  const alone = { name: 'launch alone', samples: launched };
  return [
    figure('files.open_100k', 'ms', opened, 0.5, alone, { atMostPlus: 300 }),
    figure('files.open_command', 'ms', returned, 0.5, undefined, { atMost: 200 }),
  ];
}
