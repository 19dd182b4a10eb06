import { createHash } from 'node:crypto';
import type { GuestFile } from '../guest-files.ts';

/**
 * What all files of a document are together: SHA-256 as hex, of one line for each file in the order of their bytes: its
 * names joined by '/', a NUL, its stamp and a line feed. Pure.
 */
export function documentDigest(files: Iterable<Pick<GuestFile, 'path' | 'stamp'>>): string {
  const lines = [...files].map(({ path, stamp }) => Buffer.from(`${path.join('/')}\0${stamp}\n`));
  const hash = createHash('sha256');
  for (const line of lines.sort(Buffer.compare)) hash.update(line);
  return hash.digest('hex');
}
