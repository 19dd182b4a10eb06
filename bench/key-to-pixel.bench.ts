import { type Bar, type Figure, figure, type Measured, percentile } from './figure.ts';
import type { Rig } from './rig.ts';

const pressesPerRound = 60;

/**
 * From a key on the user's display to the changed pixels on it: through XPane and its sandboxed guest, by Wine
 * straight on such a display, and through others, turn by turn on the same machine.
 */
export async function benchKeyToPixel(rig: Rig): Promise<Figure[]> {
  const turns = await rig.turns('key to pixel', (_, typing) => typing.round(pressesPerRound));
  rig.draw('Key to pixel', 'ms', turns, (samples) => samples);
  const of = (key: Parameters<typeof turns.of>[0]) => turns.of(key, (samples) => samples);
  const own = of('xpane');
  if (!own) return [];
  const one = (suffix: string, share: number, against?: Measured, bar?: Bar) =>
    figure(`seamless.key_to_pixel.${suffix}`, 'ms', own.samples, share, against, bar);
  return [
    one('p50', 0.5, of('floor'), { atMostPlus: 5 }),
    one('p50.against_xpra_tcp', 0.5, of('xpra_tcp'), { atMostTimes: 0.7 }),
    one('p50.against_xpra_mmap', 0.5, of('xpra_mmap'), { atMostTimes: 0.9 }),
    one('p50.against_vnc', 0.5, of('vnc')),
    one('p95', 0.95, of('floor'), { atMostPlus: 12 }),
    one('p95.against_xpra', 0.95, better(0.95, of('xpra_tcp'), of('xpra_mmap')), { atMostTimes: 1 }),
    one('p95.against_vnc', 0.95, of('vnc')),
    one('p99', 0.99, of('floor')),
    one('p99.against_xpra_mmap', 0.99, of('xpra_mmap')),
  ];
}

function better(share: number, ...candidates: readonly (Measured | undefined)[]): Measured | undefined {
  return candidates
    .filter((each) => each !== undefined)
    .toSorted((a, b) => percentile(a.samples, share) - percentile(b.samples, share))[0];
}
