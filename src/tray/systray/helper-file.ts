import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { privateFolder } from '../../shared/paths.ts';

/** systray2 looks for its program in `<copyDir>/<its version>/<name>`; a test holds this against its package. */
export const systrayVersion = '2.1.4';

export function helperName(platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? 'tray_windows_release.exe' : `tray_${platform}_release`;
}

/**
 * Puts the helper where it can be started: the package's own copy has no execute bit, may be read-only or lie
 * inside the single executable. Goes to `<cache>/helpers/<sha256>/`, whole or not at all; a copy that is there
 * is compared and mended. Returns systray2's `copyDir`.
 *
 * Throws `tray.helper-missing`, `tray.helper-not-unpacked`.
 */
export async function unpackHelper(source: string, cacheFolder: string): Promise<string> {
  const content = await readFile(source).catch((cause: unknown) => {
    throw new XPaneError(
      'tray.helper-missing',
      'The program that draws the tray icon is missing.',
      'Install XPane again; in a checkout run "npm ci".',
      cause,
    );
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const copyDir = join(cacheFolder, 'helpers', sha256);
  const target = join(copyDir, systrayVersion, helperName());
  try {
    privateFolder(cacheFolder);
    await mkdir(join(copyDir, systrayVersion), { recursive: true, mode: 0o700 });
    if (!(await holds(target, content))) await placeExecutable(target, content);
  } catch (cause) {
    if (cause instanceof XPaneError) throw cause;
    throw new XPaneError(
      'tray.helper-not-unpacked',
      `The program that draws the tray icon could not be written to ${copyDir}.`,
      'Check that the disk is not full and the folder is yours.',
      cause,
    );
  }
  return copyDir;
}

async function holds(path: string, content: Buffer): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size !== content.length) return false;
  if ((found.mode & 0o100) === 0) return false;
  return content.equals(await readFile(path));
}

/** Written beside and renamed, so that no other tray can start a half-written program. */
async function placeExecutable(path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o700);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, 0o755);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
