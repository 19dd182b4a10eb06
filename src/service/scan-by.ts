import { type Scan, scanFile } from '../redirection/files/scan.ts';
import { scanCommand } from '../workspace/scan-rule.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** By the setting as it is when a file is looked at; what `rules` throws is thrown then. */
export function scanBy(rules: () => Pick<Workspace, 'scanFromGuest'>): Scan {
  return (path, signal) => scanFile(scanCommand(rules().scanFromGuest), path, signal ? { signal } : {});
}
