import { pause } from '../src/shared/deadline.ts';
import { waitFor } from '../test/component/fixtures/x-desktop.ts';
import { keycodes } from './eye/eye.ts';
import { type Figure, figure } from './figure.ts';
import type { Peer, PeerKey } from './peers/peer.ts';
import { processorSeconds, proportionalMemoryMB } from './process-cost.ts';
import type { Rig } from './rig.ts';

/** What shows each of the guest's windows as one of the display. */
const seamlessPeers: readonly PeerKey[] = ['xpane', 'xpra_tcp'];
/** Some peers need seconds for each window on a busy machine. */
const openTimeoutMs = 180_000;
const settleMs = 4_000;
const idleMs = 20_000;
const changingMs = 10_000;

interface ManyWindows {
  readonly idle: number;
  readonly one: number;
  readonly ten: number;
  readonly memoryMB: number;
}

/** What many windows cost: processor time of both sides in % of one core, memory of the side that shows them. */
export async function benchManyWindows(rig: Rig): Promise<Figure[]> {
  const turns = await rig.turns('many windows', measure, { peers: seamlessPeers, rounds: 2 });
  rig.draw('Fifty idle windows: both sides', '% of one core', turns, ({ idle }) => idle);
  const of = (key: PeerKey, pick: (turn: ManyWindows) => number) => turns.of(key, pick);
  const own = (pick: (turn: ManyWindows) => number) => of('xpane', pick)?.samples ?? [];
  const core = '% of one core';
  if (own(({ idle }) => idle).length === 0) return [];
  const one = { name: 'one changing window', samples: own((turn) => turn.one) };
  return [
    figure(
      'seamless.idle_cpu_50_windows',
      core,
      own(({ idle }) => idle),
      0.5,
      of('xpra_tcp', ({ idle }) => idle),
      {
        atMost: 1,
      },
    ),
    figure(
      'seamless.cpu_ten_changing',
      core,
      own(({ ten }) => ten),
      0.5,
      one,
      { atMostTimes: 10 },
    ),
    figure(
      'seamless.cpu_ten_changing.against_xpra_tcp',
      core,
      own(({ ten }) => ten),
      0.5,
      of('xpra_tcp', ({ ten }) => ten),
    ),
    figure(
      'seamless.memory_ten_windows',
      'MB',
      own((turn) => turn.memoryMB),
      0.5,
      of('xpra_tcp', (turn) => turn.memoryMB),
      {
        atMost: 150,
      },
    ),
  ];
}

async function measure(peer: Peer): Promise<ManyWindows> {
  const idle = await withWindows(peer, keycodes.I, 50, () => coreShare(peer, idleMs));
  const one = await withWindows(peer, keycodes.E, 1, () => coreShare(peer, changingMs));
  const ten = await withWindows(peer, keycodes.W, 10, () => coreShare(peer, changingMs));
  const memoryMB = await withWindows(peer, keycodes.B, 10, async () =>
    peer.processes().hostSide.reduce((total, id) => total + proportionalMemoryMB(id), 0),
  );
  return { idle, one, ten, memoryMB };
}

/** Opens windows by a key, lets them settle, and closes them after `work`. */
async function withWindows<T>(peer: Peer, key: number, count: number, work: () => Promise<T>): Promise<T> {
  const before = await windowCount(peer);
  peer.eye.tap(key);
  await waitFor(
    `${count} windows of ${peer.title}`,
    async () => (await windowCount(peer)) === before + count,
    openTimeoutMs,
  );
  // What follows the opening is over: what is measured is rest.
  await pause(settleMs);
  const result = await work();
  peer.eye.tap(keycodes.X);
  await waitFor(
    `the windows of ${peer.title} to close`,
    async () => (await windowCount(peer)) === before,
    openTimeoutMs,
  );
  return result;
}

/** Windows that the window manager knows. */
export async function windowCount({ desktop }: Peer): Promise<number> {
  const ids = await desktop.property('root', '_NET_CLIENT_LIST');
  return ids.match(/0x[0-9a-f]+/g)?.length ?? 0;
}

async function coreShare(peer: Peer, watchMs: number): Promise<number> {
  const { guestSide, hostSide } = peer.processes();
  const ids = [...guestSide, ...hostSide];
  const before = processorSeconds(ids);
  const startMs = performance.now();
  await pause(watchMs);
  return ((processorSeconds(ids) - before) * 100_000) / (performance.now() - startMs);
}
