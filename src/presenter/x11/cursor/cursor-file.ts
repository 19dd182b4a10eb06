import type { Size } from '../../../shared/geometry.ts';

/** One picture of a cursor of the host's theme, shown for `delayMs` if there are more. */
export interface ThemeImage extends Size {
  readonly hotX: number;
  readonly hotY: number;
  readonly delayMs: number;
  /** BGRA, alpha premultiplied, top-down, as RENDER takes it. */
  readonly pixels: Buffer;
}

const MAGIC = 'Xcur';
const IMAGE_CHUNK = 0xfffd_0002;
const TOC_ENTRY_BYTES = 12;
const IMAGE_HEADER_BYTES = 36;
const MOST_ENTRIES = 1024;
const MOST_FRAMES = 128;
const MOST_EDGE_PX = 512;

/** Reads a file of libXcursor's format: the pictures whose nominal size is nearest to `sizePx`; none if damaged. */
export function readCursorFile(file: Buffer, sizePx: number): ThemeImage[] {
  if (file.length < 16 || file.toString('latin1', 0, 4) !== MAGIC) return [];
  const start = file.readUInt32LE(4);
  const count = Math.min(file.readUInt32LE(12), MOST_ENTRIES);
  const entries: { nominal: number; at: number }[] = [];
  for (let at = start; entries.length < count && at + TOC_ENTRY_BYTES <= file.length; at += TOC_ENTRY_BYTES) {
    const isImage = file.readUInt32LE(at) === IMAGE_CHUNK;
    entries.push({ nominal: isImage ? file.readUInt32LE(at + 4) : 0, at: file.readUInt32LE(at + 8) });
  }
  const distance = (nominal: number) => Math.abs(nominal - sizePx);
  const sizes = entries.map(({ nominal }) => nominal).filter((nominal) => nominal > 0);
  const nearest = sizes.reduce((best, one) => (distance(one) < distance(best) ? one : best), sizes[0] ?? 0);
  const chosen = entries.filter(({ nominal }) => nominal > 0 && nominal === nearest).slice(0, MOST_FRAMES);
  return chosen.map(({ at }) => imageAt(file, at)).filter((image) => image !== undefined);
}

function imageAt(file: Buffer, at: number): ThemeImage | undefined {
  if (at + IMAGE_HEADER_BYTES > file.length) return undefined;
  const [width = 0, height = 0, hotX = 0, hotY = 0, delayMs = 0] = [16, 20, 24, 28, 32].map((offset) =>
    file.readUInt32LE(at + offset),
  );
  if (width < 1 || height < 1 || width > MOST_EDGE_PX || height > MOST_EDGE_PX) return undefined;
  if (hotX >= width || hotY >= height) return undefined;
  const pixels = file.subarray(at + IMAGE_HEADER_BYTES, at + IMAGE_HEADER_BYTES + width * height * 4);
  return pixels.length === width * height * 4 ? { width, height, hotX, hotY, delayMs, pixels } : undefined;
}
