import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { writeFileAtomically } from '../shared/atomic-file.ts';
import type { SelfCommand } from '../shared/self-command.ts';
import { execLine, isOfThisHome } from './exec-line.ts';

/**
 * XPane at the user's log-in: a file that every desktop looks for (freedesktop.org, Desktop Application Autostart
 * Specification 0.5, and Desktop Entry Specification 1.5 for what is in it).
 */

/** Where it lies. */
export function autostartFile(env: NodeJS.ProcessEnv): string {
  const { XDG_CONFIG_HOME: config } = env;
  const folder = config !== undefined && isAbsolute(config) ? config : join(homedir(), '.config');
  return join(folder, 'autostart', 'xpane.desktop');
}

export type AutostartState =
  | 'off'
  | 'on'
  /** It starts another XPane than this one, or one with another home. */
  | 'other';

/** Throws the system's error when the file is there and cannot be read. */
export function autostartState(file: string, entry: string): AutostartState {
  let found: string;
  try {
    found = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'off';
    throw error;
  }
  if (found === entry) return 'on';
  return /^(Hidden=true|X-GNOME-Autostart-enabled=false)\s*$/m.test(found) ? 'off' : 'other';
}

/** Throws the system's error. */
export async function writeAutostart(file: string, entry: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await writeFileAtomically(file, entry);
}

/** Leaves one that starts an XPane with another home, and is false then. Throws the system's error. */
export function removeOwnAutostart(env: NodeJS.ProcessEnv): boolean {
  const file = autostartFile(env);
  if (!existsSync(file)) return true;
  if (!isOfThisHome(readFileSync(file, 'utf8'), env)) return false;
  rmSync(file, { force: true });
  return true;
}

/** The file's content: this very XPane, with the home it has. Pure. */
export function autostartEntry(self: SelfCommand, env: NodeJS.ProcessEnv): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=XPane',
    'Comment=Applications of Windows XP on this desktop',
    `Exec=${execLine(self, env, ['log-on'])}`,
    'Icon=application-x-executable',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}
