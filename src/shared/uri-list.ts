import { hostname } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface UriListOptions {
  /** This computer's name. */
  readonly host?: string;
  /** Of more files only one more is read. */
  readonly most?: number;
}

/**
 * The files that a `text/uri-list` names (RFC 2483, 5: one URI a line, a line that begins with # is a comment), as
 * absolute paths, each once (RFC 8089). None where anything else is in it, such as a web address or a file of another
 * computer: half of what was copied or dropped is not what was. Pure but for the computer's name.
 */
export function filesOfUriList(
  list: string,
  { host = hostname(), most = Number.POSITIVE_INFINITY }: UriListOptions = {},
): readonly string[] {
  const lines = list.split(/\r\n|\n|\r|\0/).map((line) => line.trim());
  const uris = new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
  const paths = [...uris].slice(0, most + 1).map((uri) => fileOfUri(uri, host));
  const known = paths.filter((path) => path !== undefined);
  return known.length === paths.length ? [...new Set(known)] : [];
}

/** Pure. */
export function uriListOf(paths: readonly string[]): string {
  return paths.map((path) => `${pathToFileURL(path).href}\r\n`).join('');
}

function fileOfUri(uri: string, host: string): string | undefined {
  // `file:/path` has no host, `file:///path` an empty one.
  const parts = /^file:(?:\/\/([^/?#]*))?(\/[^?#]*)$/i.exec(uri);
  const [, named = '', escaped] = parts ?? [];
  if (escaped === undefined || !isHere(named, host)) return undefined;
  try {
    const path = fileURLToPath(`file://${escaped}`);
    return path.includes('\0') ? undefined : path;
  } catch {
    // Not UTF-8 once decoded, or an encoded separator: no name that can be opened by its text.
    return undefined;
  }
}

function isHere(named: string, host: string): boolean {
  return ['', 'localhost', host.toLowerCase()].includes(named.toLowerCase());
}
