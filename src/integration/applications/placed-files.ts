import { mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { type DesktopFolders, iconSizesPx } from './file-names.ts';
import type { WantedFiles } from './wanted-files.ts';

/** Each file waits for the medium. */
const atOnce = 16;

/** Folders that may have files of XPane's, those with entries last. */
export function placedFolders(folders: DesktopFolders): readonly string[] {
  return [
    ...iconSizesPx.map((edgePx) => join(folders.icons, `${edgePx}x${edgePx}/apps`)),
    join(folders.mime, 'packages'),
    folders.directories,
    folders.applications,
    folders.menus,
  ];
}

/** Files of the home with this mark, whole or half written, that are there now. Rejects with the system's error. */
export async function placedFiles(mark: string, folders: DesktopFolders): Promise<readonly string[]> {
  const found = await Promise.all(
    placedFolders(folders).map(async (folder) => {
      const names = await readdir(folder).catch(nothing<string[]>([]));
      return names.filter((name) => isPlaced(mark, name)).map((name) => join(folder, name));
    }),
  );
  return found.flat();
}

function isPlaced(mark: string, name: string): boolean {
  return name.startsWith(`${mark}.`) || /^mimeapps\.list\.[0-9a-f]{12}\.tmp$/.test(name);
}

/**
 * Writes what is not there as it is wanted, each file as a whole, in the order of the folders; tells which. Rejects with
 * the system's error, or `signal.reason`.
 */
export async function placeFiles(
  wanted: WantedFiles,
  folders: DesktopFolders,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const folder of placedFolders(folders)) {
    const here = [...wanted].filter(([path]) => dirname(path) === folder);
    for (let at = 0; at < here.length; at += atOnce) {
      signal?.throwIfAborted();
      const placed = here.slice(at, at + atOnce).map(async ([path, content]) => {
        if (await placeFile(path, content)) written.push(path);
      });
      // All are over before anybody goes on.
      for (const result of await Promise.allSettled(placed)) {
        if (result.status === 'rejected') throw result.reason;
      }
    }
  }
  return written;
}

/** Whether it had to be written. */
async function placeFile(path: string, content: string | (() => Promise<Uint8Array | undefined>)) {
  if (await isThere(path, content)) return false;
  const bytes = typeof content === 'string' ? content : await content();
  if (bytes === undefined) return false;
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, bytes);
  return true;
}

/** A picture is what its name says; what a power cut has left of one is empty. */
async function isThere(path: string, content: string | (() => unknown)): Promise<boolean> {
  if (typeof content !== 'string') return ((await stat(path).catch(nothing(undefined)))?.size ?? 0) > 0;
  return (await readFile(path, 'utf8').catch(nothing(undefined))) === content;
}

/** Removes what is not wanted, and folders that are empty then, in the opposite order. */
export async function removeFiles(paths: readonly string[], { roots }: DesktopFolders): Promise<void> {
  for (const path of paths.toReversed()) await rm(path, { force: true });
  for (const folder of new Set(paths.map(dirname))) await removeEmpty(folder, roots);
}

/** And those above it, up to a root. */
async function removeEmpty(folder: string, roots: readonly string[]): Promise<void> {
  if (roots.includes(folder) || folder === dirname(folder)) return;
  const gone = await rmdir(folder).then(
    () => true,
    () => false,
  );
  if (gone) await removeEmpty(dirname(folder), roots);
}

/** For what need not be there. */
function nothing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return instead;
    throw error;
  };
}
