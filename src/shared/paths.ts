import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { XPaneError } from './errors.ts';

/**
 * Every place XPane uses on disk. `XPANE_HOME` moves all of them below one folder (tests, portable use).
 *
 * - `data`: workspaces: disks, catalogues, secrets. Lost data is the user's.
 * - `config`: settings.
 * - `state`: logs.
 * - `cache`: the built-in guest and unpacked helpers, by content hash; may be removed at any time.
 * - `runtime`: sockets, pid files; gone with the log-in session. Short, as socket paths hold 107 bytes.
 */
export interface XPanePaths {
  readonly data: string;
  readonly config: string;
  readonly state: string;
  readonly cache: string;
  readonly runtime: string;
}

export function xpanePaths(env: NodeJS.ProcessEnv = process.env): XPanePaths {
  const cacheOverride = env.XPANE_CACHE;
  const home = env.XPANE_HOME;
  if (home) {
    return {
      data: join(home, 'data'),
      config: join(home, 'config'),
      state: join(home, 'state'),
      cache: cacheOverride ?? join(home, 'cache'),
      runtime: join(home, 'run'),
    };
  }
  const standard = envPaths('xpane', { suffix: '' });
  const uid = process.getuid?.() ?? 0;
  const runtimeBase = env.XDG_RUNTIME_DIR;
  return {
    data: standard.data,
    config: standard.config,
    state: standard.log,
    cache: cacheOverride ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'xpane'),
    runtime: runtimeBase ? join(runtimeBase, 'xpane') : join(tmpdir(), `xpane-${uid}`),
  };
}

/**
 * Makes `path` a folder that only this user can enter.
 * Throws `paths.not-private` when it exists but belongs to someone else or is a link.
 */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(path);
  const uid = process.getuid?.();
  if (!stat.isDirectory() || (uid !== undefined && stat.uid !== uid)) {
    throw new XPaneError(
      'paths.not-private',
      `The folder ${path} does not belong to you alone.`,
      'Remove it, or set XPANE_HOME to a folder of your own.',
    );
  }
  if (uid !== undefined && (stat.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}
