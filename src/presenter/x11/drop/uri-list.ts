import { hostname } from 'node:os';

/**
 * The files that a `text/uri-list` names (RFC 2483, 5: one URI a line, a line that begins with # is a comment), as
 * absolute paths, each once (RFC 8089). None where anything else is in it, such as a web address or a file of another
 * computer. `host` is this computer's name. Pure.
 */
export function filesOfUriList(list: string, host = hostname()): readonly string[] {
  const lines = list.split(/\r\n|\n|\r|\0/).map((line) => line.trim());
  const uris = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const paths = uris.map((uri) => fileOfUri(uri, host));
  const known = paths.filter((path) => path !== undefined);
  return known.length === paths.length ? [...new Set(known)] : [];
}

function fileOfUri(uri: string, host: string): string | undefined {
  // `file:/path` has no host, `file:///path` an empty one.
  const parts = /^file:(?:\/\/([^/?#]*))?(\/[^?#]*)$/i.exec(uri);
  const [, named = '', escaped] = parts ?? [];
  if (escaped === undefined || !isHere(named, host)) return undefined;
  const path = decoded(escaped);
  return path?.includes('\0') ? undefined : path;
}

function isHere(named: string, host: string): boolean {
  return ['', 'localhost', host.toLowerCase()].includes(named.toLowerCase());
}

/** Undefined for what is no UTF-8: such a name cannot be opened by its text. */
function decoded(escaped: string): string | undefined {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
