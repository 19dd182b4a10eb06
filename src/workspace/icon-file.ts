import { existsSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { createFileOnce } from '../shared/atomic-file.ts';
import { XPaneError } from '../shared/errors.ts';
import type { Size } from '../shared/geometry.ts';
import { privateFolder } from '../shared/paths.ts';

/** Icons of the guest as PNG files of this user's. */

/** `width * height * 4` bytes BGRA, straight alpha, top-down. */
export interface IconPixels extends Size {
  readonly bgra: Uint8Array;
}

const limits = { edgePx: 256, files: 4096 } as const;

/** Where the icon of that id is kept. Throws `icon.invalid`: an id is a part of a path. */
export function iconPath(folder: string, iconId: string): string {
  if (!/^[0-9a-f]{16}$/.test(iconId)) throw invalid('its id is not 16 hex digits');
  return join(folder, `${iconId}.png`);
}

/**
 * Writes an icon unless it is there already: an id names the same pixels for ever. Returns its file.
 * Throws `icon.invalid`, `icon.too-many`, or the system's error.
 */
export async function writeIcon(folder: string, iconId: string, icon: IconPixels): Promise<string> {
  const path = iconPath(folder, iconId);
  if (existsSync(path)) return path;
  privateFolder(folder);
  // A guest that makes up ever new icons must not fill the disk.
  if ((await readdir(folder)).length >= limits.files) {
    throw new XPaneError(
      'icon.too-many',
      'The guest has sent too many icons.',
      `Remove the files in ${folder}.`,
    );
  }
  await createFileOnce(path, encodePng(icon));
  return path;
}

/** Pure. Throws `icon.invalid`. */
export function encodePng({ width, height, bgra }: IconPixels): Buffer {
  const inRange = (edge: number) => Number.isInteger(edge) && edge >= 1 && edge <= limits.edgePx;
  if (!inRange(width) || !inRange(height)) throw invalid('its size is out of range');
  if (bgra.length !== width * height * 4) throw invalid('its pixels do not match its size');
  const png = new PNG({ width, height });
  for (let at = 0; at < bgra.length; at += 4) {
    png.data[at] = bgra[at + 2] ?? 0;
    png.data[at + 1] = bgra[at + 1] ?? 0;
    png.data[at + 2] = bgra[at] ?? 0;
    png.data[at + 3] = bgra[at + 3] ?? 0;
  }
  return PNG.sync.write(png);
}

/** What {@link writeIcon} wrote. Rejects with `icon.invalid`, or the system's error. */
export async function readIcon(path: string): Promise<IconPixels> {
  const file = await readFile(path);
  const size = sizeIn(file);
  if (!size || size.width > limits.edgePx || size.height > limits.edgePx)
    throw invalid('its file is no icon');
  try {
    const { width, height, data } = PNG.sync.read(file);
    const bgra = new Uint8Array(data.length);
    for (let at = 0; at < data.length; at += 4) {
      bgra[at] = data[at + 2] ?? 0;
      bgra[at + 1] = data[at + 1] ?? 0;
      bgra[at + 2] = data[at] ?? 0;
      bgra[at + 3] = data[at + 3] ?? 0;
    }
    return { width, height, bgra };
  } catch {
    throw invalid('its file is damaged');
  }
}

/** Of a PNG, from its header; undefined if there is none. */
export async function iconSize(path: string): Promise<Size | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const head = Buffer.alloc(24);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return sizeIn(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** The first part is its size (PNG specification, 11.2.2). */
function sizeIn(png: Buffer): Size | undefined {
  if (png.length < 24 || png.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** The icon's file, if it is there and whole. */
export async function existingIcon(folder: string, iconId: string): Promise<string | undefined> {
  const path = iconPath(folder, iconId);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() && found.size > 0 ? path : undefined;
}

function invalid(why: string): XPaneError {
  return new XPaneError('icon.invalid', `An icon of the guest is not usable: ${why}.`, 'Restart the guest.');
}
