import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
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

/** The icon's file, if it is there and whole. */
export async function existingIcon(folder: string, iconId: string): Promise<string | undefined> {
  const path = iconPath(folder, iconId);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() && found.size > 0 ? path : undefined;
}

function invalid(why: string): XPaneError {
  return new XPaneError('icon.invalid', `An icon of the guest is not usable: ${why}.`, 'Restart the guest.');
}
