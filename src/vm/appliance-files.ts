import { existsSync } from 'node:fs';
import type { ErrorReport } from '../shared/errors.ts';

/** The obstacle that the built-in guest is not on this computer, or undefined when all its files are. */
export function applianceMissing(paths: readonly string[]): ErrorReport | undefined {
  const missing = paths.find((path) => !existsSync(path));
  if (missing === undefined) return undefined;
  return {
    code: 'vm.appliance-missing',
    message: `The built-in guest is not set up on this computer (${missing} is missing).`,
    hint: 'Run the set-up: "npm start" in the folder of XPane makes it.',
  };
}
