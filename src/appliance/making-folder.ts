import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '../shared/paths.ts';

/**
 * Makes a folder in `parent` as a whole or not at all: `make` fills a folder beside it and resolves to the name it
 * gets then. What makers that were killed left there is removed first. Two makers at once do no harm: of equal
 * names the first one stays. Rejects with whatever `make` rejects with; nothing is left behind then.
 */
export async function makeWhole(
  parent: string,
  make: (work: string, out: string) => Promise<string>,
): Promise<string> {
  privateFolder(parent);
  await removeLeftovers(parent);
  const work = await mkdtemp(join(parent, `making-${process.pid}-`));
  const out = join(work, 'out');
  try {
    await mkdir(out, { mode: 0o700 });
    const folder = join(parent, await make(work, out));
    await chmod(out, 0o700);
    await rename(out, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The number in the name is the maker's process id. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(/^making-(\d+)-/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) {
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
