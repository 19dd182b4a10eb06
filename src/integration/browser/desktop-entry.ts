import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

/** Applications of the host's desktop (freedesktop.org, Desktop Entry Specification 1.5). */

/** Folders with applications, the most important first (XDG Base Directory Specification). Pure. */
export function applicationFolders(env: NodeJS.ProcessEnv): readonly string[] {
  const { HOME = '/', XDG_DATA_HOME: home, XDG_DATA_DIRS: dirs } = env;
  const own = home !== undefined && isAbsolute(home) ? home : join(HOME, '.local/share');
  const shared = (dirs || '/usr/local/share:/usr/share').split(':').filter(isAbsolute);
  return [own, ...shared].map((folder) => join(folder, 'applications'));
}

/** The content of an application's entry by its id, as `firefox.desktop`. */
export async function readEntry(id: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (!/^[^/\0]+\.desktop$/.test(id)) return undefined;
  for (const folder of applicationFolders(env)) {
    // A dash in an id may be a folder.
    for (const name of new Set([id, id.replace('-', '/')])) {
      const content = await readFile(join(folder, name), 'utf8').catch(() => undefined);
      if (content !== undefined) return content;
    }
  }
  return undefined;
}

/** The command that opens `url`; undefined if the entry is hidden or has none for that. Pure. */
export function commandOf(entry: string, url: string): readonly string[] | undefined {
  const values = mainGroup(entry);
  if (values.get('Hidden') === 'true' || values.get('Terminal') === 'true') return undefined;
  const words = wordsOf(values.get('Exec') ?? '');
  if (!words || words.length === 0) return undefined;
  const opened = words.flatMap((word) => {
    if (/^%[uUfF]$/.test(word)) return [url];
    // What is left of field codes: an icon, a name, a place; a browser needs none of them.
    return /^%[ickdDnNvm]$/.test(word) ? [] : [word.replaceAll('%%', '%')];
  });
  return words.some((word) => /^%[uUfF]$/.test(word)) ? opened : [...opened, url];
}

function mainGroup(entry: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let inMain = false;
  for (const line of entry.split(/\r?\n/)) {
    if (line.startsWith('[')) inMain = line.trim() === '[Desktop Entry]';
    const at = line.indexOf('=');
    if (inMain && at > 0 && !line.startsWith('#')) {
      values.set(line.slice(0, at).trim(), unescaped(line.slice(at + 1).trim()));
    }
  }
  return values;
}

const escapes: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' };

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (whole, character: string) => escapes[character] ?? whole);
}

/** Words between spaces; within double quotes a backslash takes the meaning of what follows. */
function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const parts = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/gy;
  const text = line.trim();
  while (parts.lastIndex < text.length) {
    const part = parts.exec(text);
    if (!part) return undefined;
    words.push(part[1] === undefined ? (part[2] ?? '') : part[1].replace(/\\(["`$\\])/g, '$1'));
  }
  return words;
}
