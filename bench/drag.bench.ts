import { keycodes } from './eye/eye.ts';
import { pollUntil } from './eye/polling.ts';
import { type Figure, figure } from './figure.ts';
import { lagsOf, type Sighting } from './frame-lag.ts';
import type { Peer } from './peers/peer.ts';
import { code, magenta, readCode } from './picture/number-code.ts';
import { framesHeightPx, tickerPage, tickerQuarters } from './picture/pages.ts';
import type { Rig } from './rig.ts';

const dragMs = 10_000;
const stepMs = 16;
/** Half a turn takes so long and goes so far to the right. */
const swingMs = 1_500;
const swingPx = 300;
/** The ticker runs half a second before the window is taken: what is measured is the drag. */
const settledFrames = 30;
const restTimeoutMs = 5_000;

/**
 * A window dragged by its title for ten seconds while its content counts sixty times a second: how many frames the
 * content is behind what is due. The window manager is on the user's display where the peer lets it be.
 */
export async function benchDrag(rig: Rig): Promise<Figure[]> {
  const turns = await rig.turns('drag', dragWindow, {
    peers: ['xpane', 'floor', 'xpra_tcp', 'xpra_mmap'],
    rounds: 2,
  });
  rig.draw('Lag while dragged', 'frames', turns, (lags) => lags);
  const of = (key: 'xpane' | 'floor' | 'xpra_tcp' | 'xpra_mmap') => turns.of(key, (lags) => lags);
  const own = of('xpane')?.samples;
  if (!own) return [];
  return [
    figure('seamless.drag_lag.max', 'frames', own, 1, of('floor'), { atMost: 1 }),
    figure('seamless.drag_lag.max.against_xpra_mmap', 'frames', own, 1, of('xpra_mmap')),
    figure('seamless.drag_lag.p99', 'frames', own, 0.99, of('floor')),
    figure('seamless.drag_lag.p99.against_xpra_mmap', 'frames', own, 0.99, of('xpra_mmap')),
    figure('seamless.drag_lag.p99.against_xpra_tcp', 'frames', own, 0.99, of('xpra_tcp')),
  ];
}

/** Frames of lag, one for each frame seen. The window ends where it was, with exact pixels: throws else. */
async function dragWindow(peer: Peer): Promise<number[]> {
  const { eye, content, title } = peer;
  eye.tap(keycodes.T);
  const begun = await pollUntil(() => atLeast(settledFrames, numberAt(peer, content.x)), restTimeoutMs);
  if (begun === undefined) throw new Error(`${title}: the ticker did not appear`);
  const grip = { x: content.x + 200, y: content.y - 10 };
  eye.moveTo(grip);
  eye.button(1, true);
  const startMs = performance.now();
  const seen: Sighting[] = [];
  let movedMs = startMs;
  await pollUntil((nowMs) => {
    if (nowMs - movedMs >= stepMs) {
      movedMs = nowMs;
      eye.moveTo({ ...grip, x: grip.x + swingAt(nowMs - startMs) });
    }
    const left = leftOfContent(peer);
    const number = left === undefined ? undefined : numberAt(peer, left);
    const last = seen.at(-1)?.number ?? begun;
    if (left === undefined || number === undefined || !comesAfter(last, number)) return undefined;
    const drawn = drawnAt(peer, left);
    if (drawn !== undefined)
      seen.push({ atMs: nowMs, number, drawnMs: unwrapped(drawn, seen.at(-1)?.drawnMs) });
    return undefined;
  }, dragMs);
  eye.moveTo(grip);
  eye.button(1, false);
  await expectExact(peer);
  eye.tap(keycodes.C);
  if (new Set(seen.map(({ number }) => number)).size < 10)
    throw new Error(`${title}: nothing was to be read`);
  return lagsOf(seen);
}

/** What lossy peers show of two frames at once may pass for a number, but hardly for one of the next two seconds. */
function comesAfter(last: number, number: number): boolean {
  return number > last && number <= last + 120;
}

function atLeast(least: number, number: number | undefined): number | undefined {
  return number !== undefined && number >= least ? number : undefined;
}

function swingAt(elapsedMs: number): number {
  return Math.round((swingPx * (1 - Math.cos((Math.PI * elapsedMs) / swingMs))) / 2);
}

/** Where the magenta cell at the content's corner is now. */
function leftOfContent({ eye, content }: Peer): number | undefined {
  const y = content.y + code.cellPx / 2;
  for (let x = content.x - 20; x < content.x + swingPx + 20; x++) {
    if (eye.screen.pixel({ x, y }) === magenta) return x;
  }
  return undefined;
}

/** The number at the top, where the one at the bottom is the same: the window may be in the middle of a move. */
function numberAt({ eye, content }: Peer, left: number): number | undefined {
  const at = (top: number) => readCode((x, y) => eye.screen.pixel({ x: left + x, y: content.y + top + y }));
  const number = at(0);
  return number === at(framesHeightPx - code.heightPx) ? number : undefined;
}

/** When the program drew this frame, in its own code below the number; undefined in the middle of a drawing call. */
function drawnAt({ eye, content }: Peer, left: number): number | undefined {
  const y = content.y + code.heightPx;
  return readCode((dx, dy) => eye.screen.pixel({ x: left + dx, y: y + dy }));
}

/** Milliseconds on a clock of 16 bits of quarters that has gone round since `beforeMs`, or not. */
function unwrapped(quarters: number, beforeMs = 0): number {
  const roundMs = 2 ** 16 / tickerQuarters;
  const withinMs = quarters / tickerQuarters;
  return withinMs + Math.round((beforeMs - withinMs) / roundMs) * roundMs;
}

async function expectExact(peer: Peer): Promise<void> {
  peer.eye.tap(keycodes.S);
  const deadlineMs = performance.now() + restTimeoutMs;
  while (performance.now() < deadlineMs) {
    const number = await pollUntil(() => numberAt(peer, peer.content.x), 200);
    if (number === undefined) continue;
    const drawn = drawnAt(peer, peer.content.x);
    if (drawn === undefined) continue;
    if (await peer.eye.untilShows(peer.content, tickerPage(number, drawn), 200)) return;
  }
  throw new Error(`${peer.title}: after the drag, the window is not where it was let go, or not as painted`);
}
