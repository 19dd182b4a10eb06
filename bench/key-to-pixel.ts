import { pause } from '../src/shared/deadline.ts';
import type { Rect } from '../src/shared/geometry.ts';
import type { Eye } from './eye.ts';

const cellPx = 32;
const columns = 20;
const cells = columns * 15;
/** The space bar on every PC keyboard (evdev 57 + 8). */
const spaceKeycode = 65;

/**
 * Presses a key `presses` times, with random pauses so that no timer of anybody can fall into step, and measures
 * each until its cell has changed on the display. `content` is where the cells are; the window has the focus.
 * `pressed` presses have happened before. Gives milliseconds, one a press.
 */
export async function keyToPixel(
  eye: Eye,
  content: Rect,
  pressed: number,
  presses: number,
): Promise<number[]> {
  const samples: number[] = [];
  for (let press = pressed; press < pressed + presses; press++) {
    const cell = press % cells;
    const at = {
      x: content.x + (cell % columns) * cellPx + cellPx / 2,
      y: content.y + Math.floor(cell / columns) * cellPx + cellPx / 2,
    };
    const before = await eye.pixel(at);
    await pause(40 + Math.random() * 80);
    eye.tap(spaceKeycode);
    samples.push(await eye.untilChanged(at, before, 5_000));
  }
  return samples;
}
