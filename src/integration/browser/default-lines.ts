import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { applicationFolders } from './desktop-entry.ts';

/** What a user's own files say of who opens what (freedesktop.org, Association between MIME types and applications). */

/** Takes an application out of what the user's files say about these types. Rejects with the system's error. */
export async function forgetDefault(
  id: string,
  types: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  for (const file of defaultFiles(env)) {
    const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const without = withoutApplication(content, id, types);
    // Who keeps such files elsewhere has a link here, which stays.
    if (without !== content) await writeFileAtomically(await realpath(file), without);
  }
}

function defaultFiles(env: NodeJS.ProcessEnv): readonly string[] {
  const { HOME = '/', XDG_CONFIG_HOME: config } = env;
  const own = config !== undefined && isAbsolute(config) ? config : join(HOME, '.config');
  const [applications = ''] = applicationFolders(env);
  return [
    join(own, 'mimeapps.list'),
    join(applications, 'mimeapps.list'),
    join(applications, 'defaults.list'),
  ];
}

/** Lines `type=one.desktop;other.desktop;`; one that says nothing any more goes. Pure. */
export function withoutApplication(content: string, id: string, types: readonly string[]): string {
  return content
    .split('\n')
    .flatMap((line) => {
      const at = line.indexOf('=');
      if (at < 0 || !types.includes(line.slice(0, at).trim())) return [line];
      const all = line.slice(at + 1).split(';');
      const others = all.filter((each) => each.trim() !== id);
      if (others.length === all.length) return [line];
      return others.some((each) => each.trim() !== '') ? [line.slice(0, at + 1) + others.join(';')] : [];
    })
    .join('\n');
}
