import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { applicationFolders } from '../browser/desktop-entry.ts';

/**
 * Names of all that XPane puts into a user's desktop. Each begins with a mark of the home it is for, so that two XPanes
 * of one user leave each other's alone, and none has a character of the guest's. Pure.
 */

/** Begins every name. `home` is XPanePaths.data. */
export function nameMark(home: string): string {
  return `xpane-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;
}

/** An entry of any XPane for a published application. */
export function isPublishedEntry(id: string): boolean {
  return /^xpane-[0-9a-f]{8}\.[a-z0-9-]+\.[0-9a-f]{16}\.desktop$/.test(id);
}

export function entryName(mark: string, workspaceId: string, applicationId: string): string {
  return `${mark}.${workspaceId}.${applicationId}.desktop`;
}

export function iconName(mark: string, iconId: string): string {
  return `${mark}.${iconId}`;
}

/** For a folder of the menu; `path` is the guest's, from the top. */
export function menuName(mark: string, workspaceId: string, path: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([workspaceId, ...path]));
  return `${mark}.${hash.digest('hex').slice(0, 16)}`;
}

/** Where a desktop looks (XDG Base Directory, Desktop Menu, Icon Theme and Shared MIME-info specifications). */
export interface DesktopFolders {
  readonly applications: string;
  readonly directories: string;
  /** Has a folder `48x48/apps` and so on. */
  readonly icons: string;
  readonly menus: string;
  readonly mime: string;
  /** All of these are below them. */
  readonly roots: readonly string[];
}

export const iconSizesPx = [16, 22, 24, 32, 48, 64, 128, 256] as const;

export function desktopFolders(env: NodeJS.ProcessEnv): DesktopFolders {
  const applications = applicationFolders({ HOME: homedir(), ...env })[0] ?? '';
  const data = dirname(applications);
  return {
    applications,
    directories: join(data, 'desktop-directories'),
    icons: join(data, 'icons/hicolor'),
    menus: join(configFolder(env), 'menus/applications-merged'),
    mime: join(data, 'mime'),
    roots: [data, configFolder(env)],
  };
}

export function configFolder({ HOME = homedir(), XDG_CONFIG_HOME: config }: NodeJS.ProcessEnv): string {
  return config !== undefined && isAbsolute(config) ? config : join(HOME, '.config');
}
