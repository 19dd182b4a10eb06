import { fileURLToPath, pathToFileURL } from 'node:url';
import { mostFiles } from './copied-list.ts';

/**
 * The files of this computer that a list of URIs names (RFC 2483, RFC 8089), as absolute paths; of too many one more than
 * `mostFiles`. Undefined where there are none, or something else is among them: half of what was copied is not what was
 * copied. Pure.
 */
export function pathsIn(uriList: Uint8Array): readonly string[] | undefined {
  const lines = Buffer.from(uriList)
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'));
  const paths = lines.slice(0, mostFiles + 1).map(pathOf);
  return paths.length > 0 && paths.every((path) => path !== undefined) ? paths : undefined;
}

/** Pure. */
export function uriListOf(paths: readonly string[]): Buffer {
  return Buffer.from(paths.map((path) => `${pathToFileURL(path).href}\r\n`).join(''));
}

function pathOf(uri: string): string | undefined {
  if (!/^file:\/\/(?:localhost)?\//i.test(uri)) return undefined;
  try {
    const path = fileURLToPath(uri);
    return path.includes('\0') ? undefined : path;
  } catch {
    // Not UTF-8 once decoded, or an encoded separator.
    return undefined;
  }
}
