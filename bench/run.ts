import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { asScript } from '../scripts/setup/report-failure.ts';
import { findAppliance } from '../src/appliance/build.ts';
import { XPaneError } from '../src/shared/errors.ts';
import { xpanePaths } from '../src/shared/paths.ts';
import { benchDrag } from './drag.bench.ts';
import { benchFeedback } from './feedback.bench.ts';
import type { Figure } from './figure.ts';
import { benchFiles } from './files.bench.ts';
import { benchFilesQemu } from './files-qemu.bench.ts';
import { benchDirectFirstFrame, benchFirstFrame } from './first-frame.bench.ts';
import { benchGuestLife } from './guest-life.bench.ts';
import { buildGuestProgram } from './guest-program/build.ts';
import { benchIdle } from './idle.bench.ts';
import { benchKeyToPixel } from './key-to-pixel.bench.ts';
import { benchListScroll } from './list-scroll.bench.ts';
import { benchManyWindows } from './many-windows.bench.ts';
import { benchMenu } from './menu.bench.ts';
import { benchNoise } from './noise.bench.ts';
import { benchOpenClose } from './open-close.bench.ts';
import type { PeerKey } from './peers/peer.ts';
import { benchQemu } from './qemu.bench.ts';
import { writeResults } from './report/write-results.ts';
import { Rig } from './rig.ts';
import { benchUrls } from './urls.bench.ts';

/**
 * `npm run bench [-- NAME…] [--peers xpane,floor] [--rounds 5]`: runs the benches of these names, or all; prints a
 * table and writes bench/out.
 */
const benches: Record<string, (rig: Rig) => Promise<Figure[]>> = {
  'key-to-pixel': benchKeyToPixel,
  noise: benchNoise,
  'list-scroll': benchListScroll,
  menu: benchMenu,
  drag: benchDrag,
  'many-windows': benchManyWindows,
  'open-close': benchOpenClose,
  'first-frame': async ({ options }) => [
    ...(await benchFirstFrame('sandbox', { running: 7, stopped: 5, suspended: 0 })),
    await benchDirectFirstFrame(options.appliance, 5),
    ...(await benchFirstFrame('qemu', { running: 5, stopped: 2, suspended: 5 })),
  ],
  'guest-life': ({ options }) => benchGuestLife(options.appliance),
  feedback: benchFeedback,
  qemu: benchQemu,
  idle: ({ options }) => benchIdle(options.program),
  urls: benchUrls,
  files: benchFiles,
  'files-qemu': benchFilesQemu,
};

const allPeers: readonly PeerKey[] = ['xpane', 'floor', 'xpra_tcp', 'xpra_mmap', 'vnc'];

await asScript(async (signal) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peers: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      record: { type: 'boolean', default: false },
    },
  });
  const appliance = findAppliance(xpanePaths().cache);
  if (!appliance) {
    throw new XPaneError(
      'bench.no-guest',
      'The built-in guest is missing.',
      'Run "npm run bench", which makes it.',
    );
  }
  const peers = known('peer', allPeers, values.peers?.split(',') ?? allPeers);
  const names = known('bench', Object.keys(benches), positionals);
  const output = join(import.meta.dirname, 'out');
  await mkdir(output, { recursive: true });
  const program = await buildGuestProgram();
  const rig = new Rig({
    appliance,
    program,
    peers,
    rounds: Number(values.rounds),
    output,
    signal,
    tell: (line) => console.error(`bench: ${line}`),
  });
  const figures: Figure[] = [];
  let failed = 0;
  try {
    for (const [name, bench] of Object.entries(benches)) {
      if (names.length > 0 && !names.includes(name)) continue;
      try {
        figures.push(...(await bench(rig)).filter(compares));
      } catch (error) {
        signal.throwIfAborted();
        // What the others measured is not lost with it.
        rig.note(`${name}: ${error instanceof Error ? error.message : error}`);
        failed++;
      }
    }
  } finally {
    await rig.stop();
    await rm(dirname(program), { recursive: true, force: true });
  }
  const { series, notes } = rig;
  const text = await writeResults(output, { figures: [...figures, ...rig.noise.figures()], series, notes });
  if (names.length === 0 || values.record) await copyResults(output);
  console.log(text);
  return failed === 0 ? 0 : 1;
});

/** A figure that is there only to be held against a peer needs that peer. */
function compares({ name, against }: Figure): boolean {
  return against !== undefined || !name.includes('.against_');
}

/** What is committed is of a whole run, unless told otherwise. */
async function copyResults(output: string): Promise<void> {
  await copyFile(join(output, 'results.md'), join(import.meta.dirname, 'RESULTS.md'));
  await copyFile(join(output, 'results.svg'), join(import.meta.dirname, 'RESULTS.svg'));
}

/** Throws what there is when one of the words is none of it. */
function known<T extends string>(what: string, all: readonly T[], words: readonly string[]): T[] {
  return words.map((word) => {
    const found = all.find((each) => each === word);
    if (found) return found;
    const hint = `Choose from: ${all.join(', ')}.`;
    throw new XPaneError('bench.unknown', `There is no ${what} called ${JSON.stringify(word)}.`, hint);
  });
}
