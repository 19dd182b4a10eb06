import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { XPaneError } from '../shared/errors.ts';

/** Where `name` lies in PATH, as an absolute path, or undefined. Relative PATH entries are not trusted. */
export function findProgram(name: string, path: string = process.env.PATH ?? ''): string | undefined {
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const candidate = join(folder, name);
    if (isExecutableFile(candidate)) return candidate;
  }
  return undefined;
}

/** A folder in PATH may also be closed to this user: then nothing is to be found there. */
function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What our child programs get: messages in English, as we read them, and nothing of the user's session. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C' };
}

/** Without setpriv a guest could outlive its service. Throws `vm.setpriv-missing`. */
export function requireSetpriv(): void {
  if (findProgram('setpriv') !== undefined && findProgram('sh') !== undefined) return;
  throw new XPaneError(
    'vm.setpriv-missing',
    'The program setpriv, which ties a guest to XPane, is not installed.',
    'Install util-linux; on Debian and Ubuntu: sudo apt install util-linux',
  );
}
