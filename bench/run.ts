import { mkdir, writeFile } from 'node:fs/promises';
import { findAppliance } from '../src/appliance/build.ts';
import { xpanePaths } from '../src/shared/paths.ts';
import { benchDirectFirstFrame, benchFirstFrame } from './first-frame.bench.ts';
import { buildGuestProgram } from './guest-program/build.ts';
import { benchIdle } from './idle.bench.ts';
import { benchKeyToPixel } from './key-to-pixel.bench.ts';
import { type Figure, table } from './statistics.ts';

/** `npm run bench [-- NAME…]`: runs the benches whose figures begin with a NAME, or all; prints a table. */
const wanted = process.argv.slice(2);
const appliance = findAppliance(xpanePaths().cache);
if (!appliance) throw new Error('the built-in guest is missing: run "npm run bench", which makes it');
const program = await buildGuestProgram();

const benches: Record<string, () => Promise<Figure[]>> = {
  'seamless.key_to_pixel': () => benchKeyToPixel(appliance, program),
  'launch.sandbox': () => benchFirstFrame('sandbox', { running: 7, stopped: 5 }),
  'launch.direct': async () => [await benchDirectFirstFrame(appliance, 5)],
  'launch.qemu': () => benchFirstFrame('qemu', { running: 5, stopped: 2 }),
  idle: () => benchIdle(program),
};

const figures: Figure[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.some((prefix) => name.startsWith(prefix))) continue;
  console.error(`bench: ${name} …`);
  figures.push(...(await bench()));
}
await mkdir('bench/out', { recursive: true });
await writeFile('bench/out/results.json', `${JSON.stringify(figures, null, 2)}\n`);
console.log(table(figures));
