import { pause } from '../src/shared/deadline.ts';
import { keycodes } from './eye/eye.ts';
import { pollUntil } from './eye/polling.ts';
import type { Peer } from './peers/peer.ts';
import { cellOfPress, cellsPage, colourOfNumber } from './picture/pages.ts';

const answerTimeoutMs = 5_000;
const restTimeoutMs = 3_000;
const startTimeoutMs = 20_000;
/** So long the focus may be on its way through a peer after the click that gives it. */
const focusMs = 1_000;

/**
 * Presses the space bar and measures each press until its whole cell shows the colour that only this press can
 * have made. One for each peer, for as long as it runs: it knows how many presses there were.
 */
export class CellTyping {
  readonly #peer: Peer;
  #presses = 0;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  get presses(): number {
    return this.#presses;
  }

  /**
   * Makes sure that the window is painted and has the keyboard, and presses once, which may take its time: what
   * happens only once happens here.
   */
  async warmUp(): Promise<void> {
    const { eye, content } = this.#peer;
    await this.expectExact(startTimeoutMs);
    eye.moveTo({ x: content.x + content.width / 2, y: content.y + content.height - 20 });
    eye.button(1, true);
    eye.button(1, false);
    await pause(focusMs);
    await this.#press();
    await this.expectExact();
  }

  /** The page is on the display as the program painted it. Throws when it is not so soon. */
  async expectExact(timeoutMs = restTimeoutMs): Promise<void> {
    const { eye, content, title } = this.#peer;
    if (await eye.untilShows(content, cellsPage(this.#presses), timeoutMs)) return;
    throw new Error(`${title}: at rest after ${this.#presses} presses, the pixels are not the program's`);
  }

  /**
   * Milliseconds of each press, with random pauses so that no timer of anybody can fall into step. The round counts
   * only with exact pixels before and after: throws else.
   */
  async round(presses: number): Promise<number[]> {
    await this.expectExact();
    const samples: number[] = [];
    for (let press = 0; press < presses; press++) {
      await pause(40 + Math.random() * 80);
      samples.push(await this.#press());
    }
    await this.expectExact();
    return samples;
  }

  async #press(): Promise<number> {
    const { eye, content, title } = this.#peer;
    const press = ++this.#presses;
    const { x, y, px } = cellOfPress(press);
    const colour = colourOfNumber(press);
    const left = content.x + x;
    const top = content.y + y;
    const corners = [1, px - 2].flatMap((dx) => [1, px - 2].map((dy) => ({ x: left + dx, y: top + dy })));
    const shown = () => corners.every((at) => eye.screen.pixel(at) === colour);
    if (shown()) throw new Error(`${title}: the cell of press ${press} was coloured before the press`);
    const startMs = performance.now();
    eye.tap(keycodes.space);
    const seenMs = await pollUntil((nowMs) => (shown() ? nowMs : undefined), answerTimeoutMs);
    if (seenMs === undefined) throw new Error(`${title}: press ${press} had no effect`);
    return seenMs - startMs;
  }
}
