import { fileURLToPath, pathToFileURL } from 'node:url';

/** Of one copy. */
const mostUris = 1000;

/**
 * The files of this computer that a list of URIs names (RFC 2483, RFC 8089), as absolute paths. Undefined where there
 * are none, too many, or something else is among them: half of what was copied is not what was copied. Pure.
 */
export function pathsIn(uriList: Uint8Array): readonly string[] | undefined {
  const lines = Buffer.from(uriList)
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'));
  const paths = lines.slice(0, mostUris + 1).map(pathOf);
  const isWhole = paths.length > 0 && paths.length <= mostUris;
  return isWhole && paths.every((path) => path !== undefined) ? paths : undefined;
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
