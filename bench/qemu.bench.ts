import { type Figure, figure } from './figure.ts';
import { watchNoise } from './frame-watch.ts';
import { scrollList } from './list-scroll.bench.ts';
import { openMenus, Pictures } from './menu.bench.ts';
import type { PeerKey } from './peers/peer.ts';
import type { Rig, Turns } from './rig.ts';

const watchMs = 5_000;
const pressesPerRound = 60;
/** An emulated guest may pause in the middle of a menu. */
const menuRestMs = 1_500;
const limits: { readonly peers: readonly PeerKey[]; readonly rounds: number } = {
  peers: ['qemu', 'floor'],
  rounds: 2,
};

/** The same program with the guest in a VM: a record, without a bar, for without an accelerator it is emulated. */
export async function benchQemu(rig: Rig): Promise<Figure[]> {
  const pictures = new Pictures();
  const keys = await rig.turns('QEMU: key to pixel', (_, typing) => typing.round(pressesPerRound), limits);
  const scrolls = await rig.turns(
    'QEMU: list scroll',
    async (peer) => (await scrollList(peer)).elapsedMs,
    limits,
  );
  const menus = await rig.turns(
    'QEMU: menu',
    (peer, typing) => openMenus(peer, typing, pictures, menuRestMs),
    limits,
  );
  const noise = await rig.turns('QEMU: noise', (peer) => watchNoise(peer, 30, watchMs), limits);
  await rig.end('qemu');
  return [
    ...percentiles('qemu.key_to_pixel', keys),
    ...percentiles('qemu.list_scroll', scrolls),
    ...percentiles('qemu.menu_to_popup', menus),
    ...one('qemu.frames_shown_30', '%', noise, (run) => (100 * run.shown) / run.drawn),
    ...one('qemu.frames_shown_30.drawn', 'frames/s', noise, (run) => run.drawnPerSecond),
    ...one('qemu.frames_shown_30.torn', 'frames', noise, (run) => run.torn),
  ];
}

function percentiles(name: string, turns: Turns<readonly number[]>): Figure[] {
  const own = turns.of('qemu', (samples) => samples);
  const floor = turns.of('floor', (samples) => samples);
  if (!own) return [];
  return [
    figure(`${name}.p50`, 'ms', own.samples, 0.5, floor),
    figure(`${name}.p95`, 'ms', own.samples, 0.95, floor),
  ];
}

function one<T>(name: string, unit: Figure['unit'], turns: Turns<T>, pick: (turn: T) => number): Figure[] {
  const own = turns.of('qemu', pick);
  return own ? [figure(name, unit, own.samples, 0.5, turns.of('floor', pick))] : [];
}
