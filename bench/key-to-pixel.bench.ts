import type { Appliance } from '../src/appliance/appliance.ts';
import { startXDesktop } from '../test/component/fixtures/x-desktop.ts';
import { DirectWine } from './direct-wine.ts';
import { Eye } from './eye.ts';
import { keyToPixel } from './key-to-pixel.ts';
import { startSandbox } from './sandbox-rig.ts';
import { type Figure, figure } from './statistics.ts';

const rounds = 5;
const pressesPerRound = 60;

/**
 * From a key on the host's display to the changed pixel on it: through XPane and its sandboxed guest, and by Wine
 * straight on such a display, turn by turn on the same machine.
 */
export async function benchKeyToPixel(appliance: Appliance, program: string): Promise<Figure[]> {
  const [ours, floor] = await Promise.all([startXDesktop(), startXDesktop()]);
  const direct = await DirectWine.start(appliance, program, floor.display);
  const run = await startSandbox(ours, program);
  const eyes = await Promise.all([Eye.open(ours.display), Eye.open(floor.display)]);
  try {
    await run.ok('launch', 'Cells');
    const shown = await ours.waitForWindow(({ title }) => title === '[XP] Cells', 20_000);
    const floorShown = await floor.waitForWindow(({ title }) => title === 'Cells', 20_000);
    const samples: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      const pressed = round * pressesPerRound;
      samples[0].push(...(await keyToPixel(eyes[0], shown.content, pressed, pressesPerRound)));
      samples[1].push(...(await keyToPixel(eyes[1], floorShown.content, pressed, pressesPerRound)));
    }
    const against = { name: 'Wine straight on the display', samples: samples[1] };
    return [
      figure('seamless.key_to_pixel.p50', 'ms', samples[0], 0.5, against),
      figure('seamless.key_to_pixel.p95', 'ms', samples[0], 0.95, against),
    ];
  } finally {
    for (const eye of eyes) eye.close();
    await direct.stop();
    await run.stop();
    await Promise.all([ours.stop(), floor.stop()]);
  }
}
