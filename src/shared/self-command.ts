import { isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';

/** How this very program is started again: `spawn(command, [...args, 'service'])`. */
export interface SelfCommand {
  /** Absolute path of an executable. */
  readonly command: string;
  readonly args: readonly string[];
}

/** The single executable starts itself; in a checkout Node runs the entry. */
export function selfCommand(): SelfCommand {
  if (isSea() || 'pkg' in process) return { command: process.execPath, args: [] };
  return { command: process.execPath, args: [fileURLToPath(new URL('../xpane.ts', import.meta.url))] };
}
