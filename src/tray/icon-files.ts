import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileOnce } from '../shared/atomic-file.ts';
import type { TrayIconName } from './menu-model.ts';
import { shippedFile } from './shipped-file.ts';

/** The PNG of a state in a size that assets/draw-icons.ts makes. Throws `tray.file-missing`. */
export function iconPng(name: TrayIconName, sizePx: 22 | 44 | 64): Buffer {
  return readFileSync(shippedFile(`assets/tray/${name}-${sizePx}.png`));
}

/**
 * The path of a state's PNG for other programs, which cannot read what lies inside the single executable. Named
 * by content, so a copy that is there is the right one. `cacheFolder` is XPanePaths.cache. Rejects with
 * `tray.file-missing` or the system's error.
 */
export async function iconOnDisk(name: TrayIconName, cacheFolder: string): Promise<string> {
  const png = iconPng(name, 64);
  const folder = join(cacheFolder, 'helpers', 'icons');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}-${createHash('sha256').update(png).digest('hex').slice(0, 16)}.png`);
  await createFileOnce(path, png);
  return path;
}
