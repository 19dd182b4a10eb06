import { readdir, readFile, readlink, stat } from 'node:fs/promises';

/** In the environment of a program that was started for a file of a guest, and of all that it starts. */
export const loanVariable = 'XPANE_GUEST_FILE';

const atOnce = 32;

export interface FolderUse {
  /** Some program has something of the folder open. */
  readonly open: boolean;
  readonly writing: boolean;
  /** A program runs that was started for it. */
  readonly running: boolean;
}

/**
 * What this user's programs do with the content of folders, by key, as /proc tells it. What another user's do, or one that
 * has read the file whole and closed it, cannot be seen.
 */
export async function useOfFolders(
  folders: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, FolderUse>> {
  const uses = new Map(
    [...folders.keys()].map((key) => [key, { open: false, writing: false, running: false }]),
  );
  const processes = (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && name !== `${process.pid}`,
  );
  for (let at = 0; folders.size > 0 && at < processes.length; at += atOnce) {
    await Promise.all(processes.slice(at, at + atOnce).map((id) => addProcess(id, folders, uses)));
  }
  return uses;
}

async function addProcess(
  id: string,
  folders: ReadonlyMap<string, string>,
  uses: ReadonlyMap<string, { open: boolean; writing: boolean; running: boolean }>,
): Promise<void> {
  if (!(await isOwn(id))) return;
  const environment = await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '');
  for (const [key, use] of uses) {
    if (environment.includes(`${loanVariable}=${key}\0`)) use.running = true;
  }
  await addOpenFiles(id, folders, uses);
}

async function addOpenFiles(
  id: string,
  folders: ReadonlyMap<string, string>,
  uses: ReadonlyMap<string, { open: boolean; writing: boolean }>,
): Promise<void> {
  const descriptors = await readdir(`/proc/${id}/fd`).catch(() => []);
  const paths = descriptors.map((each) => readlink(`/proc/${id}/fd/${each}`).catch(() => ''));
  for (const [at, path] of (await Promise.all(paths)).entries()) {
    const descriptor = descriptors[at] ?? '';
    for (const [key, folder] of folders) {
      const use = uses.get(key);
      if (!use || !path.startsWith(`${folder}/`)) continue;
      use.open = true;
      use.writing ||= await mayWrite(id, descriptor);
    }
  }
}

/** The flags are octal; the lowest two bits are the access mode (O_ACCMODE). */
async function mayWrite(id: string, descriptor: string): Promise<boolean> {
  const info = await readFile(`/proc/${id}/fdinfo/${descriptor}`, 'latin1').catch(() => '');
  return (Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8) & 0o3) !== 0;
}

async function isOwn(id: string): Promise<boolean> {
  const uid = await stat(`/proc/${id}`).then(
    (stats) => stats.uid,
    () => undefined,
  );
  return uid !== undefined && uid === process.getuid?.();
}
