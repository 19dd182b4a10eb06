import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Draws what Wine has no icon for: the built-in guest's clock. Run it after a change and commit the file:
 * `node assets/draw-guest-icons.ts`.
 */

/** Pixels, as Windows asks for them. */
export const iconEdges = [16, 32, 48] as const;

type Colour = readonly [red: number, green: number, blue: number];

const rim: Colour = [20, 62, 110];
const face: Colour = [250, 250, 246];
const ink: Colour = [40, 46, 56];
const second: Colour = [214, 48, 49];

/** Points of one pixel that are looked at along each axis; the mean makes smooth edges. */
const samples = 4;

/** The clock at ten past ten; lengths in parts of its radius, the centre is 0, 0. */
function clockAt(x: number, y: number): Colour | undefined {
  const radius = Math.hypot(x, y);
  if (radius > 1) return undefined;
  if (radius > 0.84) return rim;
  if (onHand(x, y, 300, 0.46, 0.075) || onHand(x, y, 60, 0.64, 0.06) || radius < 0.1) return ink;
  if (onHand(x, y, 180, 0.6, 0.035)) return second;
  const hour = (Math.atan2(x, -y) / Math.PI) * 6;
  const fromHour = Math.abs(hour - Math.round(hour)) * (Math.PI / 6) * radius;
  return radius > 0.68 && fromHour < 0.05 ? ink : face;
}

/** A hand from the centre at so many degrees from twelve. */
function onHand(x: number, y: number, degrees: number, length: number, halfWidth: number): boolean {
  const angle = (degrees * Math.PI) / 180;
  const along = x * Math.sin(angle) - y * Math.cos(angle);
  const across = x * Math.cos(angle) + y * Math.sin(angle);
  return along >= 0 && along <= length && Math.abs(across) <= halfWidth;
}

/** 32-bit BGRA, straight alpha, bottom-up as icons have it. */
function pixelsOf(edge: number): Buffer {
  const bytes = Buffer.alloc(edge * edge * 4);
  for (let row = 0; row < edge; row++) {
    for (let column = 0; column < edge; column++) {
      const at = ((edge - 1 - row) * edge + column) * 4;
      bytes.set(meanOf(edge, column, row), at);
    }
  }
  return bytes;
}

function meanOf(edge: number, column: number, row: number): number[] {
  const sums = [0, 0, 0];
  let covered = 0;
  for (let i = 0; i < samples * samples; i++) {
    const x = column + ((i % samples) + 0.5) / samples;
    const y = row + (Math.floor(i / samples) + 0.5) / samples;
    const colour = clockAt((x / edge) * 2 - 1, (y / edge) * 2 - 1);
    if (!colour) continue;
    covered++;
    colour.forEach((part, index) => {
      sums[index] = (sums[index] ?? 0) + part;
    });
  }
  const [red = 0, green = 0, blue = 0] = sums.map((sum) => Math.round(sum / Math.max(covered, 1)));
  return [blue, green, red, Math.round((covered / (samples * samples)) * 255)];
}

/** One picture of an icon file: BITMAPINFOHEADER of twice the height, the pixels, an empty mask. */
function pictureOf(edge: number): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(edge, 4);
  header.writeInt32LE(edge * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const maskStride = Math.ceil(edge / 32) * 4;
  return Buffer.concat([header, pixelsOf(edge), Buffer.alloc(maskStride * edge)]);
}

/** An .ico file: a directory, then one picture for each size. */
export function drawClockIcon(): Buffer {
  const pictures = iconEdges.map(pictureOf);
  const directory = Buffer.alloc(6 + 16 * pictures.length);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(pictures.length, 4);
  let offset = directory.length;
  for (const [index, edge] of iconEdges.entries()) {
    const entry = 6 + 16 * index;
    const sizeBytes = pictures[index]?.length ?? 0;
    directory.writeUInt8(edge, entry);
    directory.writeUInt8(edge, entry + 1);
    directory.writeUInt16LE(1, entry + 4);
    directory.writeUInt16LE(32, entry + 6);
    directory.writeUInt32LE(sizeBytes, entry + 8);
    directory.writeUInt32LE(offset, entry + 12);
    offset += sizeBytes;
  }
  return Buffer.concat([directory, ...pictures]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../src/appliance/guest/clock.ico', import.meta.url), drawClockIcon());
}
