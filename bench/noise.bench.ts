import { type Figure, figure } from './figure.ts';
import { type FramesSeen, watchNoise } from './frame-watch.ts';
import type { Rig, Turns } from './rig.ts';

const watchMs = 5_000;

/** 640 x 400 pixels, all new in every frame: what arrives of them, and what it costs. */
export async function benchNoise(rig: Rig): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rate of [30, 60] as const) {
    const turns = await rig.turns(`noise at ${rate} frames a second`, (peer) =>
      watchNoise(peer, rate, watchMs),
    );
    rig.draw(`Noise at ${rate} a second: frames shown`, '% of those drawn', turns, shown);
    rig.draw(`Noise at ${rate} a second: both sides`, '% of one core', turns, sides);
    figures.push(...figuresOf(rate, turns));
  }
  return figures;
}

const shown = (run: FramesSeen) => (100 * run.shown) / run.drawn;
const drawn = (run: FramesSeen) => run.drawnPerSecond;
const torn = (run: FramesSeen) => run.torn;
const sides = (run: FramesSeen) => run.processor.sides * 100;
const everything = (run: FramesSeen) => run.processor.all * 100;
const line = (run: FramesSeen) => run.megabytesPerSecond;

function figuresOf(rate: number, turns: Turns<FramesSeen>): Figure[] {
  const name = `seamless.frames_shown_${rate}`;
  const cost = `seamless.noise_cpu_${rate}`;
  const own = (pick: (run: FramesSeen) => number) => turns.of('xpane', pick)?.samples ?? [];
  const others = turns.keys
    .filter((key) => key !== 'xpane')
    .flatMap((key) => [
      figure(`${name}.of_${key}`, '%', turns.of(key, shown)?.samples ?? [], 0.5),
      figure(`${name}.of_${key}.torn`, 'frames', turns.of(key, torn)?.samples ?? [], 1),
    ]);
  if (own(shown).length === 0) return others;
  const against = (key: 'floor' | 'xpra_tcp' | 'xpra_mmap', pick: (run: FramesSeen) => number) =>
    turns.of(key, pick);
  return [
    figure(name, '%', own(shown), 0.5, against('xpra_mmap', shown), { atLeast: 98 }),
    figure(
      `${name}.out_of_order`,
      'frames',
      own((run) => run.outOfOrder),
      1,
      undefined,
      { atMost: 0 },
    ),
    figure(`${name}.torn`, 'frames', own(torn), 1, against('floor', torn), { atMost: 0 }),
    figure(`${name}.drawn`, 'frames/s', own(drawn), 0.5, against('floor', drawn)),
    figure(cost, '% of one core', own(sides), 0.5, against('xpra_tcp', sides), { atMostTimes: 1 }),
    figure(`${cost}.against_xpra_mmap`, '% of one core', own(sides), 0.5, against('xpra_mmap', sides)),
    figure(`${cost}.everything`, '% of one core', own(everything), 0.5, against('xpra_mmap', everything)),
    figure(`seamless.noise_line_${rate}`, 'MB/s', own(line), 0.5, against('xpra_tcp', line)),
    ...others,
  ];
}
