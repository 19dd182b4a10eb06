import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { XPaneError } from '../shared/errors.ts';

/**
 * Finds a file that comes with XPane by its path below the project's root. In a checkout that is some folders
 * above this one; in the single executable the same tree lies in its snapshot.
 *
 * Throws `tray.file-missing`.
 */
export function shippedFile(path: string, from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, path);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  throw new XPaneError(
    'tray.file-missing',
    `A part of XPane is missing: ${path}.`,
    'Install XPane again; in a checkout run "npm ci".',
  );
}
