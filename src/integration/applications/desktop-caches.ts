import { access, readdir, readFile, rm, rmdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from '../../shared/child-process.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import type { DesktopFolders } from './file-names.ts';

const toolMs = 30_000;
const untold = 'a tool of the desktop that reads applications anew failed, or is not there';

/**
 * Has the desktop's own tools read anew what was changed: who opens which files, kinds of files, icons. A desktop that
 * lacks one of them looks by itself, or later; so what goes wrong is for the log only. Rejects with `signal.reason`.
 */
export async function refreshCaches(
  changed: readonly string[],
  folders: DesktopFolders,
  { env, log, signal }: { readonly env: NodeJS.ProcessEnv; readonly log: Log; readonly signal?: AbortSignal },
): Promise<void> {
  const below = (folder: string) => changed.some((path) => path.startsWith(`${folder}/`));
  const run = async (command: string, ...args: string[]) => {
    try {
      const { code, stderr } = await runChild({
        ...{ command, args, env, timeoutMs: toolMs },
        ...(signal ? { signal } : {}),
      });
      if (code !== 0) log.info({ command, code, stderr: displayText(stderr, 200) }, untold);
    } catch (error) {
      signal?.throwIfAborted();
      log.warn({ command, error: reportOf(error) }, untold);
    }
  };
  if (below(folders.mime) && (await isThere(folders.mime))) {
    await run('update-mime-database', folders.mime);
    await removeUnusedTypes(folders.mime);
  }
  if (below(folders.applications) && (await isThere(folders.applications))) {
    await run('update-desktop-database', '-q', folders.applications);
    await removeBareCache(folders.applications);
  }
  if (below(folders.icons) && (await isThere(folders.icons))) {
    if (await isThere(join(folders.icons, 'icon-theme.cache'))) {
      await run('gtk-update-icon-cache', '-q', '-f', '-t', folders.icons);
    } else await touch(folders.icons);
  }
}

/** Programs that run notice new icons by the time of the theme's folder. */
async function touch(folder: string): Promise<void> {
  const seconds = (performance.timeOrigin + performance.now()) / 1000;
  await utimes(folder, seconds, seconds);
}

/** What update-mime-database makes of no package at all says nothing. */
async function removeUnusedTypes(mime: string): Promise<void> {
  const packages = await readdir(join(mime, 'packages')).catch(() => []);
  if (packages.length > 0) return;
  const made = ['aliases', 'generic-icons', 'globs', 'globs2', 'icons', 'magic', 'mime.cache', 'subclasses'];
  for (const name of [...made, 'treemagic', 'types', 'version', 'XMLnamespaces']) {
    await rm(join(mime, name), { force: true });
  }
  for (const folder of [join(mime, 'packages'), mime]) await rmdir(folder).catch(() => undefined);
}

async function removeBareCache(applications: string): Promise<void> {
  const cache = join(applications, 'mimeinfo.cache');
  const content = await readFile(cache, 'utf8').catch(() => undefined);
  if (content?.trim() === '[MIME Cache]') await rm(cache, { force: true });
  await rmdir(applications).catch(() => undefined);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
