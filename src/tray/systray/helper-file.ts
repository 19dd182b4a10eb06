import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { privateFolder } from '../../shared/paths.ts';

/** systray2 looks for its program in `<copyDir>/<its version>/<name>`; a test holds this against its package. */
export const systrayVersion = '2.1.4';

export function helperName(platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? 'tray_windows_release.exe' : `tray_${platform}_release`;
}

export interface HelperPlace {
  /** The program as the package brings it. */
  readonly source: string;
  /** XPanePaths.cache. */
  readonly cacheFolder: string;
  /** Tells apart the trays that share the cache: XPanePaths.runtime. */
  readonly owner: string;
}

/**
 * Puts the helper where it can be started: the package's own copy has no execute bit, may be read-only or lie
 * inside the single executable. Files are written whole or not at all; those that are there are compared and
 * mended. Returns systray2's `copyDir`; with `owner` all that is in its `icons` is from trays that are gone.
 *
 * Throws `tray.helper-missing`, `tray.helper-not-unpacked`.
 */
export async function unpackHelper({ source, cacheFolder, owner }: HelperPlace): Promise<string> {
  const content = await readFile(source).catch((cause: unknown) => {
    throw new XPaneError(
      'tray.helper-missing',
      'The program that draws the tray icon is missing.',
      'Install XPane again; in a checkout run "npm ci".',
      cause,
    );
  });
  const helpers = join(cacheFolder, 'helpers');
  const copyDir = join(helpers, `tray-${sha256(owner).slice(0, 16)}`);
  const started = join(copyDir, systrayVersion, helperName());
  const icons = join(copyDir, 'icons');
  try {
    privateFolder(cacheFolder);
    await rm(icons, { recursive: true, force: true });
    await mkdir(icons, { recursive: true, mode: 0o700 });
    if (process.platform === 'win32') {
      await placeExecutable(started, content);
    } else {
      const program = join(helpers, sha256(content), helperName());
      await placeExecutable(program, content);
      await placeExecutable(started, Buffer.from(startScript(program, icons)));
    }
  } catch (cause) {
    throw new XPaneError(
      'tray.helper-not-unpacked',
      `The program that draws the tray icon could not be written to ${helpers}.`,
      'Check that the disk is not full and the folder is yours.',
      cause,
    );
  }
  return copyDir;
}

/**
 * The helper hands its icon to the panel as a temporary file. When the tray is killed, the helper ends by
 * SIGPIPE and leaves that file: so it lies in a folder of ours, which the next tray empties.
 */
function startScript(program: string, icons: string): string {
  return `#!/bin/sh\nTMPDIR=${quoted(icons)} exec ${quoted(program)}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function placeExecutable(path: string, content: Buffer): Promise<void> {
  if (await holds(path, content)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Written beside and renamed, so that no other tray can start a half-written program.
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o700);
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

async function holds(path: string, content: Buffer): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size !== content.length || (found.mode & 0o100) === 0) return false;
  return content.equals(await readFile(path));
}
