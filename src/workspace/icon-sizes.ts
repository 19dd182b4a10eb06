import type { Size } from '../shared/geometry.ts';
import { encodePng, type IconPixels, iconSize, readIcon } from './icon-file.ts';

/**
 * The sizes of an icon that a theme is to have: every standard one up to its own, smaller pictures being made of it; and
 * where its own is none, the next one above, with the picture in its middle. Larger ones would only be blurred, which a
 * desktop does itself. Pure.
 */
export function themeSizes({ width, height }: Size, standardPx: readonly number[]): readonly number[] {
  const edgePx = Math.max(width, height);
  const smaller = standardPx.filter((size) => size <= edgePx);
  if (smaller.includes(edgePx)) return smaller;
  return [...smaller, ...standardPx.filter((size) => size > edgePx).slice(0, 1)];
}

/** None if the file is no icon. */
export async function themeSizesOf(file: string, standardPx: readonly number[]): Promise<readonly number[]> {
  const size = await iconSize(file);
  return size && size.width > 0 && size.height > 0 ? themeSizes(size, standardPx) : [];
}

/** PNG by size. Rejects as `readIcon`. */
export async function themeIcons(
  file: string,
  edgesPx: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  const icon = squared(await readIcon(file));
  return new Map(edgesPx.map((edgePx) => [edgePx, encodePng(fitted(icon, edgePx))]));
}

/** With clear pixels at the sides. */
function squared(icon: IconPixels): IconPixels {
  return centred(icon, Math.max(icon.width, icon.height));
}

function fitted(icon: IconPixels, edgePx: number): IconPixels {
  return icon.width <= edgePx ? centred(icon, edgePx) : reduced(icon, edgePx);
}

function centred({ width, height, bgra }: IconPixels, edgePx: number): IconPixels {
  if (width === edgePx && height === edgePx) return { width, height, bgra };
  const into = new Uint8Array(edgePx * edgePx * 4);
  const left = Math.floor((edgePx - width) / 2);
  const top = Math.floor((edgePx - height) / 2);
  for (let y = 0; y < height; y += 1) {
    into.set(bgra.subarray(y * width * 4, (y + 1) * width * 4), ((top + y) * edgePx + left) * 4);
  }
  return { width: edgePx, height: edgePx, bgra: into };
}

/** Each pixel is the mean of what it covers; what is clear has no colour to give. Pure. */
export function reduced({ width, bgra }: IconPixels, edgePx: number): IconPixels {
  const into = new Uint8Array(edgePx * edgePx * 4);
  const ratio = width / edgePx;
  for (let y = 0; y < edgePx; y += 1) {
    for (let x = 0; x < edgePx; x += 1) {
      into.set(meanOf({ width, bgra }, x * ratio, y * ratio, ratio), (y * edgePx + x) * 4);
    }
  }
  return { width: edgePx, height: edgePx, bgra: into };
}

function meanOf(
  { width, bgra }: { readonly width: number; readonly bgra: Uint8Array },
  left: number,
  top: number,
  edge: number,
): readonly number[] {
  let [blue, green, red, alpha] = [0, 0, 0, 0];
  for (let y = Math.floor(top); y < Math.min(width, top + edge); y += 1) {
    const high = Math.min(y + 1, top + edge) - Math.max(y, top);
    for (let x = Math.floor(left); x < Math.min(width, left + edge); x += 1) {
      const at = (y * width + x) * 4;
      const weight = high * (Math.min(x + 1, left + edge) - Math.max(x, left)) * (bgra[at + 3] ?? 0);
      blue += weight * (bgra[at] ?? 0);
      green += weight * (bgra[at + 1] ?? 0);
      red += weight * (bgra[at + 2] ?? 0);
      alpha += weight;
    }
  }
  if (alpha === 0) return [0, 0, 0, 0];
  return [blue / alpha, green / alpha, red / alpha, alpha / (edge * edge)].map(Math.round);
}
