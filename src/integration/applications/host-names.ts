import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applicationFolders } from '../browser/desktop-entry.ts';
import { isPublishedEntry } from './file-names.ts';

/** What this computer's own applications are called in menus, in the language without one. */
export async function readHostNames(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const names: string[] = [];
  for (const folder of applicationFolders(env)) {
    const files = await readdir(folder).catch(() => []);
    for (const file of files) {
      if (!file.endsWith('.desktop') || isPublishedEntry(file)) continue;
      const name = nameIn(await readFile(join(folder, file), 'utf8').catch(() => ''));
      if (name !== undefined) names.push(name);
    }
  }
  return names;
}

/** Undefined for what no menu shows. Pure. */
export function nameIn(entry: string): string | undefined {
  const main = entry.split(/^\[Desktop Entry\]\s*$/m)[1]?.split(/^\[/m)[0] ?? '';
  if (/^(NoDisplay|Hidden)\s*=\s*true\s*$/m.test(main)) return undefined;
  return /^Name\s*=\s*(.+?)\s*$/m.exec(main)?.[1];
}
