import { chmod, copyFile, mkdir, open, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './build-tool.ts';

/** Files in this folder are Wine's half that is Windows programs (PE). */
const windowsFiles = 'usr/lib/i386-linux-gnu/wine/i386-windows';
/** What every package brings and no guest reads; not even written, to save a third of the time. */
const neverNeeded = ['doc', 'man', 'info', 'locale', 'lintian', 'bug'].map((name) => `./usr/share/${name}/*`);

/** Unpacks packages into `root` as they are, in the merged-/usr layout; none of their scripts runs. */
export async function unpackPackages(
  archives: string,
  root: string,
  onFraction: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib']) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(root, name));
  }
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  for (const [index, file] of files.entries()) {
    await unpackPackage(join(archives, file), root, neverNeeded, signal);
    onFraction((index + 1) / files.length);
  }
}

/** Unpacks one package. All files belong to whoever builds. A folder of a package never replaces a link (./lib to usr/lib). */
export async function unpackPackage(
  packageFile: string,
  folder: string,
  exclude: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const script =
    'set -o pipefail; package=$1 folder=$2; shift 2; dpkg-deb --fsys-tarfile "$package" | tar -x -C "$folder" --no-same-owner --keep-directory-symlink "$@"';
  const excludes = exclude.map((pattern) => `--exclude=${pattern}`);
  await runTool({
    command: 'bash',
    args: ['-c', script, 'unpack', packageFile, folder, ...excludes],
    purpose: 'unpacking a package',
    timeoutMs: 5 * 60_000,
    signal,
  });
}

/**
 * Takes the debugging information out of Wine's Windows programs, 550 MB become 213, and puts their sections at whole
 * pages of the file. Wine maps such a section, so that all processes share it; one that lies anywhere else it reads
 * into memory of each process's own, and an emulated processor translates its code for each anew.
 */
export async function stripWindowsPrograms(root: string, signal: AbortSignal | undefined): Promise<void> {
  await runTool({
    command: 'bash',
    args: [
      '-c',
      'set -o pipefail; find "$1" -type f -print0 | xargs -0 -n 1 -P "$(nproc)" i686-w64-mingw32-objcopy --strip-debug --file-alignment 4096',
      'strip',
      join(root, windowsFiles),
    ],
    purpose: 'removing debugging information',
    timeoutMs: 10 * 60_000,
    signal,
  });
}

/** Compiles the little Windows program that makes the Start Menu. */
export async function compileShortcutMaker(
  recipe: string,
  output: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const libraries = ['-lole32', '-lshell32', '-luuid'];
  await runTool({
    command: 'i686-w64-mingw32-gcc',
    args: [
      '-O2',
      '-s',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-o',
      output,
      join(recipe, 'make-shortcuts.c'),
      ...libraries,
    ],
    purpose: 'compiling the program that makes the Start Menu',
    timeoutMs: 60_000,
    signal,
  });
}

/** Puts the guest's own scripts where its init expects them. */
export async function installGuestFiles(recipe: string, root: string): Promise<void> {
  const folder = join(root, 'opt/xpane');
  await mkdir(folder, { recursive: true });
  await copyFile(join(recipe, 'wine-env'), join(folder, 'wine-env'));
  for (const name of ['guest-init', 'join-network', 'set-desktop', 'set-clock']) {
    await copyFile(join(recipe, name), join(folder, name));
    await chmod(join(folder, name), 0o755);
  }
  await copyFile(join(recipe, 'asound.conf'), join(root, 'etc/asound.conf'));
}

/**
 * Runs a command inside `root`, writable, with the recipe at /recipe, without network. Whoever builds is user 0
 * there, so the same works for root and for a user who may only make namespaces.
 */
export async function runInRoot(
  root: string,
  recipe: string,
  command: readonly string[],
  purpose: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const mountPoints = ['dev', 'proc', 'tmp', 'recipe'];
  for (const name of mountPoints) await mkdir(join(root, name), { recursive: true });
  const namespaces = ['--unshare-all', '--die-with-parent', '--new-session', '--uid', '0', '--gid', '0'];
  const mounts = ['--bind', root, '/', '--ro-bind', recipe, '/recipe', '--dev', '/dev', '--proc', '/proc'];
  await runTool({
    command: 'bwrap',
    args: [...namespaces, ...mounts, '--tmpfs', '/tmp', '--clearenv', '--', ...command],
    purpose,
    timeoutMs: 10 * 60_000,
    signal,
  });
  await rm(join(root, 'recipe'), { recursive: true });
}

/** All that was written is on the disk itself when this resolves: a renamed folder is then whole after a crash. */
export async function flushToDisk(file: string): Promise<void> {
  await runTool({
    command: 'sync',
    args: ['-f', file],
    purpose: 'writing to the disk',
    timeoutMs: 5 * 60_000,
  });
  const handle = await open(file, 'r');
  await handle.close();
}
