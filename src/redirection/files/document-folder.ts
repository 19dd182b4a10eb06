import { lstat, mkdir, rmdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type DocumentRecord, longestHostPath, samePath } from './document-record.ts';
import { hostNameOf } from './host-name.ts';

/**
 * Where a file of the guest belongs on this computer by the folders that its document has; undefined where the document
 * has no such folder. Pure.
 */
export function placeInFolder(record: DocumentRecord, path: readonly string[]): string | undefined {
  const { hostPath, depth } = nearestFolder(record, path);
  const place = join(hostPath, ...path.slice(depth).map(hostNameOf));
  return path.length === 1 || (record.folders && place.length <= longestHostPath) ? place : undefined;
}

function nearestFolder({ hostPath, folders = [] }: DocumentRecord, path: readonly string[]) {
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const known = folders.find((folder) => samePath(folder.path, path.slice(0, depth)));
    if (known) return { hostPath: known.hostPath, depth };
  }
  return { hostPath: dirname(hostPath), depth: 0 };
}

/**
 * Sees to it that the way from a document's folder down to `hostPath` is one of folders, and makes those that are
 * missing. `made` are these, the outermost first. `leadsElsewhere`: something else is in the way, as a link, and nothing
 * may be written there. What cannot be made shows when the file is written.
 */
export async function makeWayTo(
  record: DocumentRecord,
  hostPath: string,
): Promise<{ readonly leadsElsewhere: boolean; readonly made: readonly string[] }> {
  const made: string[] = [];
  let at = dirname(record.hostPath);
  const below = relative(at, dirname(hostPath));
  // What is kept in another folder of XPane's.
  if (below === '' || below === '..' || below.startsWith('../')) return { leadsElsewhere: false, made };
  for (const name of below.split('/')) {
    at = join(at, name);
    const stats = await lstat(at).catch(() => undefined);
    if (stats ? !stats.isDirectory() : !(await isMade(at)))
      return { leadsElsewhere: stats !== undefined, made };
    if (!stats) made.push(at);
  }
  return { leadsElsewhere: false, made };
}

/** Of what was made for a file that did not come. One with something in it stays. */
export async function removeEmpty(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) await rmdir(folder).catch(() => undefined);
}

async function isMade(folder: string): Promise<boolean> {
  return await mkdir(folder).then(
    () => true,
    () => false,
  );
}
