import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '../shared/paths.ts';

/**
 * Makes the folder `parent/name` as a whole or not at all: `make` fills a folder beside it, which then gets the
 * name. What builds that were killed left there is removed first. Two makers at once do no harm: the first one
 * to finish wins. Rejects with whatever `make` rejects with; nothing is left behind then.
 */
export async function makeWhole(
  parent: string,
  name: string,
  make: (work: string, out: string) => Promise<void>,
): Promise<string> {
  privateFolder(parent);
  await removeLeftovers(parent);
  const folder = join(parent, name);
  const work = join(parent, `${name}.making-${process.pid}`);
  const out = join(work, 'out');
  try {
    await mkdir(out, { recursive: true, mode: 0o700 });
    await make(work, out);
    await chmod(out, 0o700);
    await rename(out, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** The number at the end is the maker's process id. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(/\.making-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && pid !== process.pid && !isRunning(pid)) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
