import { pause } from '../src/shared/deadline.ts';
import { keycodes } from './eye/eye.ts';
import { pollUntil } from './eye/polling.ts';
import { type Figure, figure } from './figure.ts';
import type { Peer } from './peers/peer.ts';
import { clientSize, colourOfNumber, list, listPage } from './picture/pages.ts';
import type { Rig } from './rig.ts';

const scrollsPerRound = 30;
const timeoutMs = 5_000;

/** From a key to a list that has scrolled by a row: nearly every pixel of the window moves. */
export async function benchListScroll(rig: Rig): Promise<Figure[]> {
  const turns = await rig.turns('list scroll', scrollList);
  rig.draw('Key to scrolled list', 'ms', turns, ({ elapsedMs }) => elapsedMs);
  const of = (key: 'xpane' | 'floor' | 'xpra_tcp' | 'xpra_mmap' | 'vnc') =>
    turns.of(key, ({ elapsedMs }) => elapsedMs);
  const line = (key: 'xpane' | 'xpra_tcp') => turns.of(key, ({ megabytesAScroll }) => megabytesAScroll);
  const own = of('xpane')?.samples;
  if (!own) return [];
  return [
    figure('seamless.list_scroll.p50', 'ms', own, 0.5, of('floor')),
    figure('seamless.list_scroll.p50.against_xpra_tcp', 'ms', own, 0.5, of('xpra_tcp')),
    figure('seamless.list_scroll.p50.against_xpra_mmap', 'ms', own, 0.5, of('xpra_mmap')),
    figure('seamless.list_scroll.p50.against_vnc', 'ms', own, 0.5, of('vnc')),
    figure('seamless.list_scroll.p95', 'ms', own, 0.95, of('floor')),
    figure('seamless.list_scroll.line', 'MB', line('xpane')?.samples ?? [], 0.5, line('xpra_tcp')),
  ];
}

export interface Scrolled {
  /** From each key to the scrolled list. */
  readonly elapsedMs: readonly number[];
  /** Received for each scroll by the end that shows the window. */
  readonly megabytesAScroll: number;
}

export async function scrollList(peer: Peer): Promise<Scrolled> {
  const { eye, content, title } = peer;
  const expect = async (first: number) => {
    if (await eye.untilShows(content, listPage(first), timeoutMs)) return;
    throw new Error(`${title}: at rest, the list at row ${first} is not the program's`);
  };
  eye.tap(keycodes.L);
  await expect(0);
  const bytesBefore = await peer.bytesReceived();
  const elapsedMs: number[] = [];
  for (let first = 1; first <= scrollsPerRound; first++) {
    await pause(60 + Math.random() * 80);
    const startMs = performance.now();
    eye.tap(keycodes.down);
    const seenMs = await pollUntil((nowMs) => (showsRows(peer, first) ? nowMs : undefined), timeoutMs);
    if (seenMs === undefined) throw new Error(`${title}: the list did not come to row ${first}`);
    elapsedMs.push(seenMs - startMs);
  }
  await expect(scrollsPerRound);
  const bytes = (await peer.bytesReceived()) - bytesBefore;
  eye.tap(keycodes.C);
  return { elapsedMs, megabytesAScroll: bytes / 1e6 / scrollsPerRound };
}

/** Every row has its colour at its right end. */
function showsRows({ eye, content }: Peer, first: number): boolean {
  const x = content.x + clientSize.width - 20;
  for (let row = 0; row < list.rows; row++) {
    const y = content.y + row * list.rowPx + list.rowPx - 2;
    if (eye.screen.pixel({ x, y }) !== colourOfNumber(first + row)) return false;
  }
  return true;
}
