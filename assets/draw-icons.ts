import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';

/**
 * Draws XPane's icons: a window of four panes, one picture for each state of the tray. States differ in form as
 * well as in colour: lit panes, two lit panes, empty panes, a cross. Run it after a change and commit the PNGs:
 * `node assets/draw-icons.ts`.
 */

/** Pixels. 22 and 44 fit most panels exactly, 64 is for notifications, 128 for menus of the desktop. */
export const iconSizes = [16, 22, 24, 32, 44, 64, 128] as const;

type Colour = readonly [red: number, green: number, blue: number];
/** The panes from the left, upper row first; undefined is an empty pane. */
type Panes = readonly (Colour | undefined)[];

interface Look {
  readonly frame: Colour;
  readonly panes: Panes;
  readonly cross?: Colour;
}

const green: Colour = [46, 178, 92];
const teal: Colour = [20, 158, 160];
const blue: Colour = [38, 118, 220];
const amber: Colour = [245, 166, 24];
const red: Colour = [214, 48, 49];
const white: Colour = [255, 255, 255];

export const iconLooks = {
  running: { frame: [20, 62, 110], panes: [green, teal, teal, blue] },
  starting: { frame: [134, 84, 0], panes: [amber, undefined, undefined, amber] },
  stopped: { frame: [104, 110, 118], panes: [] },
  failed: { frame: [112, 14, 20], panes: [red, red, red, red], cross: white },
} satisfies Record<string, Look>;

export type IconLook = keyof typeof iconLooks;

/** Points of one pixel that are looked at along each axis; the mean makes smooth edges. */
const samples = 4;

/** A PNG file's bytes. Lengths below are in parts of 22, the size most panels draw. */
export function drawIcon(look: Look, sizePx: number): Buffer {
  const png = new PNG({ width: sizePx, height: sizePx });
  const unit = 22 / sizePx;
  for (let y = 0; y < sizePx; y++) {
    for (let x = 0; x < sizePx; x++) {
      png.data.set(pixel(look, x, y, unit), (y * sizePx + x) * 4);
    }
  }
  return PNG.sync.write(png);
}

function pixel(look: Look, x: number, y: number, unit: number): number[] {
  let [red, green, blue, covered] = [0, 0, 0, 0];
  for (let i = 0; i < samples * samples; i++) {
    const colour = colourAt(
      look,
      (x + ((i % samples) + 0.5) / samples) * unit,
      (y + (Math.floor(i / samples) + 0.5) / samples) * unit,
    );
    if (!colour) continue;
    red += colour[0];
    green += colour[1];
    blue += colour[2];
    covered++;
  }
  if (covered === 0) return [0, 0, 0, 0];
  const mean = (sum: number) => Math.round(sum / covered);
  return [mean(red), mean(green), mean(blue), Math.round((covered / (samples * samples)) * 255)];
}

function colourAt(look: Look, x: number, y: number): Colour | undefined {
  if (!inRoundedSquare(x, y, 1, 1, 20, 4)) return undefined;
  if (look.cross && onCross(x, y)) return look.cross;
  for (const [index, left, top] of [
    [0, 3, 3],
    [1, 12, 3],
    [2, 3, 12],
    [3, 12, 12],
  ] as const) {
    // Empty panes are see-through, so they suit light and dark panels.
    if (inRoundedSquare(x, y, left, top, 7, 1.5)) return look.panes[index];
  }
  return look.frame;
}

function inRoundedSquare(
  x: number,
  y: number,
  left: number,
  top: number,
  size: number,
  radius: number,
): boolean {
  const half = size / 2;
  const overX = Math.max(Math.abs(x - left - half) - (half - radius), 0);
  const overY = Math.max(Math.abs(y - top - half) - (half - radius), 0);
  return Math.abs(x - left - half) <= half && Math.abs(y - top - half) <= half
    ? Math.hypot(overX, overY) <= radius
    : false;
}

function onCross(x: number, y: number): boolean {
  const [dx, dy] = [x - 11, y - 11];
  const reach = 6;
  const [along, across] = [(dx + dy) / Math.SQRT2, (dx - dy) / Math.SQRT2];
  return (
    (Math.abs(along) <= reach && Math.abs(across) <= 1.5) ||
    (Math.abs(across) <= reach && Math.abs(along) <= 1.5)
  );
}

/** `assets/tray/<look>-<size>.png` for all of them. */
export function iconFileName(look: IconLook, sizePx: number): string {
  return `${look}-${sizePx}.png`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('./tray/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [name, look] of Object.entries(iconLooks)) {
    for (const size of iconSizes) {
      writeFileSync(`${folder}${iconFileName(name as IconLook, size)}`, drawIcon(look, size));
    }
  }
}
