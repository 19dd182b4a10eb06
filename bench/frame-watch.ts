import { type Eye, keycodes } from './eye/eye.ts';
import { pollUntil } from './eye/polling.ts';
import type { Peer } from './peers/peer.ts';
import { code, readCode } from './picture/number-code.ts';
import { framesHeightPx, noisePage } from './picture/pages.ts';
import { processorSeconds } from './process-cost.ts';

/** What a display showed of numbered frames. */
export interface FramesSeen {
  /** Frames that the program drew from the first to the last one seen. */
  readonly drawn: number;
  /** Of those, how many were seen whole. */
  readonly shown: number;
  readonly outOfOrder: number;
  /** Pictures whose top and bottom came from two frames, in the server's own state between two requests. */
  readonly torn: number;
  readonly drawnPerSecond: number;
  /** Processor seconds by group, for each second watched. */
  readonly processor: { readonly sides: number; readonly all: number };
  readonly megabytesPerSecond: number;
}

const startTimeoutMs = 5_000;
/** Some peers send what they blurred once more when it has come to rest. */
const restTimeoutMs = 5_000;

/**
 * Lets the program draw noise at `rate` frames a second and watches for `watchMs`. Counts only if the last frame then
 * stands there pixel by pixel: throws else.
 */
export async function watchNoise(peer: Peer, rate: 30 | 60, watchMs: number): Promise<FramesSeen> {
  const { eye, title } = peer;
  eye.tap(rate === 30 ? keycodes.N : keycodes.M);
  const begun = await pollUntil(() => numbersOn(peer).top, startTimeoutMs);
  if (begun === undefined) throw new Error(`${title}: no frame of the noise appeared`);
  const before = { ...costOf(peer), bytes: await peer.bytesReceived() };
  const startMs = performance.now();
  const seen = new Sightings();
  await watch(peer, seen, startMs + watchMs);
  const seconds = (performance.now() - startMs) / 1000;
  const after = { ...costOf(peer), bytes: await peer.bytesReceived() };
  eye.tap(keycodes.S);
  await expectLastFrame(peer);
  eye.tap(keycodes.C);
  return {
    ...seen.result(),
    drawnPerSecond: seen.result().drawn / seconds,
    processor: {
      sides: (after.sides - before.sides) / seconds,
      all: (after.all - before.all) / seconds,
    },
    megabytesPerSecond: (after.bytes - before.bytes) / 1e6 / seconds,
  };
}

/** What was seen, in the order of seeing it. */
class Sightings {
  readonly #numbers = new Set<number>();
  #first: number | undefined;
  #last = 0;
  #highest = 0;
  #outOfOrder = 0;
  #torn = 0;

  whole(number: number): void {
    this.#first ??= number;
    if (number < this.#last) this.#outOfOrder++;
    this.#last = number;
    this.#highest = Math.max(this.#highest, number);
    this.#numbers.add(number);
  }

  torn(): void {
    this.#torn++;
  }

  result() {
    const drawn = this.#first === undefined ? 0 : this.#highest - this.#first + 1;
    return { drawn, shown: this.#numbers.size, outOfOrder: this.#outOfOrder, torn: this.#torn };
  }
}

async function watch(peer: Peer, seen: Sightings, untilMs: number): Promise<void> {
  let known = '';
  while (performance.now() < untilMs) {
    const look = await pollUntil(() => {
      const numbers = numbersOn(peer);
      return wordsOf(numbers) === known ? undefined : numbers;
    }, untilMs - performance.now());
    if (look === undefined) return;
    // A look may fall into the middle of a drawing call; what the server says cannot.
    const sure = isWhole(look) ? look : await numbersInServer(peer.eye, peer);
    known = wordsOf(sure);
    if (isWhole(sure)) seen.whole(sure.top);
    else seen.torn();
  }
}

interface Numbers {
  readonly top: number | undefined;
  readonly bottom: number | undefined;
}

const wordsOf = ({ top, bottom }: Numbers) => `${top} ${bottom}`;

function isWhole(numbers: Numbers): numbers is { top: number; bottom: number } {
  return numbers.top !== undefined && numbers.top === numbers.bottom;
}

function numbersOn({ eye, content }: Peer): Numbers {
  const at = (top: number) =>
    readCode((x, y) => eye.screen.pixel({ x: content.x + x, y: content.y + top + y }));
  return { top: at(0), bottom: at(framesHeightPx - code.heightPx) };
}

async function numbersInServer(eye: Eye, { content }: Peer): Promise<Numbers> {
  const strip = { x: content.x, y: content.y, width: code.widthPx, height: framesHeightPx };
  const bgrx = await eye.image(strip);
  const at = (top: number) => readCode((x, y) => bgrx.readUIntLE(((top + y) * code.widthPx + x) * 4, 3));
  return { top: at(0), bottom: at(framesHeightPx - code.heightPx) };
}

async function expectLastFrame(peer: Peer): Promise<void> {
  const { eye, content, title } = peer;
  const deadlineMs = performance.now() + restTimeoutMs;
  let picture: { readonly number: number; readonly bgrx: Buffer } | undefined;
  while (performance.now() < deadlineMs) {
    const number = numbersOn(peer).bottom;
    if (number === undefined) continue;
    if (number !== picture?.number) picture = { number, bgrx: noisePage(number) };
    if (await eye.untilShows(content, picture.bgrx, 200)) return;
  }
  throw new Error(`${title}: at rest after the noise, the pixels are not the program's`);
}

function costOf(peer: Peer): { readonly sides: number; readonly all: number } {
  const { guestSide, hostSide, guest, display } = peer.processes();
  const sides = processorSeconds([...guestSide, ...hostSide]);
  return { sides, all: sides + processorSeconds([...guest, ...display]) };
}
