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
  await rewritten(env, (content) => withoutApplication(content, id, types));
}

/** Takes applications out of all that the user's files say. Rejects with the system's error. */
export async function forgetApplications(
  isForgotten: (id: string) => boolean,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await rewritten(env, (content) => withoutIds(content, isForgotten, () => true));
}

async function rewritten(env: NodeJS.ProcessEnv, rewrite: (content: string) => string): Promise<void> {
  for (const file of defaultFiles(env)) {
    const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const without = rewrite(content);
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
  return withoutIds(
    content,
    (each) => each === id,
    (type) => types.includes(type),
  );
}

function withoutIds(
  content: string,
  isForgotten: (id: string) => boolean,
  isAbout: (type: string) => boolean,
): string {
  return content
    .split('\n')
    .flatMap((line) => {
      const at = line.indexOf('=');
      if (at < 0 || !isAbout(line.slice(0, at).trim())) return [line];
      const all = line.slice(at + 1).split(';');
      const others = all.filter((each) => !isForgotten(each.trim()));
      if (others.length === all.length) return [line];
      return others.some((each) => each.trim() !== '') ? [line.slice(0, at + 1) + others.join(';')] : [];
    })
    .join('\n');
}
