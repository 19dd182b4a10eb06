import { readdirSync, readFileSync } from 'node:fs';
import { pause } from '../src/shared/deadline.ts';
import { waitFor } from '../test/component/fixtures/x-desktop.ts';
import { keycodes } from './eye/eye.ts';
import { pollUntil } from './eye/polling.ts';
import { type Figure, figure } from './figure.ts';
import type { CellTyping } from './key-to-pixel.ts';
import { windowCount } from './many-windows.bench.ts';
import type { Peer } from './peers/peer.ts';
import { code, readCode } from './picture/number-code.ts';
import { framesHeightPx } from './picture/pages.ts';
import { proportionalMemoryMB } from './process-cost.ts';
import type { Rig } from './rig.ts';

const warmUps = 25;
const cycles = 500;

/** What there is of everything that could leak. */
interface Holdings {
  readonly hostWindows: number;
  readonly descriptors: number;
  readonly sharedMemory: number;
  readonly guestHandles: number;
  readonly guestWindows: number;
  readonly memoryMB: number;
}

interface Growth extends Holdings {
  readonly keysLost: number;
}

/** A window opened and closed 500 times: what is more afterwards than before. */
export async function benchOpenClose(rig: Rig): Promise<Figure[]> {
  const turns = await rig.turns('500 opens and closes', growth, { peers: ['xpane'], rounds: 1 });
  const one = (
    name: string,
    unit: 'count' | 'MB',
    pick: (grown: Growth) => number,
    bar?: { atMost: number },
  ) => {
    const samples = turns.of('xpane', pick)?.samples;
    return samples ? [figure(`seamless.growth_500.${name}`, unit, samples, 0.5, undefined, bar)] : [];
  };
  return [
    ...one('host_windows', 'count', (grown) => grown.hostWindows, { atMost: 0 }),
    ...one('descriptors', 'count', (grown) => grown.descriptors, { atMost: 0 }),
    ...one('shared_memory', 'count', (grown) => grown.sharedMemory, { atMost: 0 }),
    ...one('guest_handles', 'count', (grown) => grown.guestHandles, { atMost: 0 }),
    ...one('guest_windows', 'count', (grown) => grown.guestWindows, { atMost: 0 }),
    ...one('keys_without_effect', 'count', (grown) => grown.keysLost, { atMost: 0 }),
    ...one('service_memory', 'MB', (grown) => grown.memoryMB),
  ];
}

async function growth(peer: Peer, typing: CellTyping): Promise<Growth> {
  await openAndClose(peer, warmUps);
  const before = await holdingsOf(peer);
  const keysLost = await openAndClose(peer, cycles);
  const after = await holdingsOf(peer);
  await typing.expectExact();
  const grown = (pick: (holdings: Holdings) => number) => pick(after) - pick(before);
  return {
    hostWindows: grown((each) => each.hostWindows),
    descriptors: grown((each) => each.descriptors),
    sharedMemory: grown((each) => each.sharedMemory),
    guestHandles: grown((each) => each.guestHandles),
    guestWindows: grown((each) => each.guestWindows),
    memoryMB: grown((each) => each.memoryMB),
    keysLost,
  };
}

/**
 * Resolves to the number of keys that had no effect within seconds and were pressed again. A key is pressed only
 * once the window manager has given it to the window it is meant for.
 */
async function openAndClose(peer: Peer, times: number): Promise<number> {
  const first = await activeWindow(peer);
  const before = await windowCount(peer);
  const isOpen = async () => (await windowCount(peer)) === before + 1 && (await activeWindow(peer)) !== first;
  const isClosed = async () => (await windowCount(peer)) === before && (await activeWindow(peer)) === first;
  let lost = 0;
  for (let cycle = 1; cycle <= times; cycle++) {
    lost += await tapUntil(peer, `the window of cycle ${cycle}`, isOpen);
    lost += await tapUntil(peer, `the end of the window of cycle ${cycle}`, isClosed);
  }
  return lost;
}

async function tapUntil(peer: Peer, what: string, done: () => Promise<boolean>): Promise<number> {
  for (let lost = 0; ; lost++) {
    peer.eye.tap(keycodes.O);
    try {
      await waitFor(what, done, 5_000);
      return lost;
    } catch (error) {
      if (lost === 3) throw error;
    }
  }
}

function activeWindow({ desktop }: Peer): Promise<string> {
  return desktop.property('root', '_NET_ACTIVE_WINDOW');
}

async function holdingsOf(peer: Peer): Promise<Holdings> {
  const { eye, content, desktop } = peer;
  const [service = 0] = peer.processes().hostSide;
  // Timers of what has ended, such as the removal of a closed window, run out.
  await pause(3_000);
  eye.tap(keycodes.H);
  const counts = await pollUntil(() => {
    const at = (top: number) =>
      readCode((x, y) => eye.screen.pixel({ x: content.x + x, y: content.y + top + y }));
    const [handles, windows] = [at(0), at(framesHeightPx - code.heightPx)];
    return handles === undefined || windows === undefined ? undefined : { handles, windows };
  }, 5_000);
  eye.tap(keycodes.C);
  if (!counts || counts.handles === 0) throw new Error('the guest does not tell its handles');
  const mappings = readFileSync(`/proc/${service}/maps`, 'utf8').split('\n');
  const tree = await desktop.tool('xwininfo', '-root', '-tree');
  return {
    hostWindows: tree.split('\n').filter((line) => /^\s+0x/.test(line)).length,
    descriptors: readdirSync(`/proc/${service}/fd`).length,
    sharedMemory: mappings.filter((line) => /memfd:|\/dev\/shm\/|SYSV/.test(line)).length,
    guestHandles: counts.handles,
    guestWindows: counts.windows,
    memoryMB: proportionalMemoryMB(service),
  };
}
