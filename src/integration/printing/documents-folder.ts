import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

/** The user's folder for documents, as the desktop has it (XDG user directories); it need not be there. */
export async function documentsFolder(env: NodeJS.ProcessEnv, home: string): Promise<string> {
  const named = env.XDG_DOCUMENTS_DIR;
  if (named && isAbsolute(named)) return named;
  const config =
    env.XDG_CONFIG_HOME && isAbsolute(env.XDG_CONFIG_HOME) ? env.XDG_CONFIG_HOME : join(home, '.config');
  const text = await readFile(join(config, 'user-dirs.dirs'), 'utf8').catch(() => '');
  return readDocumentsFolder(text, home) ?? join(home, 'Documents');
}

/** From the file `user-dirs.dirs`: shell assignments of quoted paths, absolute or below `$HOME`. Pure. */
export function readDocumentsFolder(text: string, home: string): string | undefined {
  const value = /^\s*XDG_DOCUMENTS_DIR="((?:[^"\\]|\\.)*)"/m.exec(text)?.[1]?.replace(/\\(.)/g, '$1');
  if (value === undefined) return undefined;
  const path = value === '$HOME' || value.startsWith('$HOME/') ? join(home, value.slice(5)) : value;
  return isAbsolute(path) ? path : undefined;
}
