import { constants } from 'node:fs';
import { copyFile, lstat, open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { privateFolder } from '../../shared/paths.ts';
import { displayText } from '../../shared/text.ts';
import { nameBeside } from './host-name.ts';

export interface QuarantineParts {
  /** Of this workspace; made when it is needed. */
  readonly folder: string;
  readonly workspaceName: string;
  readonly now: Date;
}

/** A guest can go on making such files, and nobody looks at them soon. */
const mostBytes = 2 ** 30;

/** Throws `files.quarantine-full` where so much more has no room in the folder, or the system's error. */
export async function requireQuarantineRoom(folder: string, sizeBytes: number): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  let bytes = sizeBytes;
  for (const name of names) bytes += (await lstat(join(folder, name)).catch(() => undefined))?.size ?? 0;
  if (bytes > mostBytes) throw full(folder);
}

function full(folder: string): XPaneError {
  return new XPaneError(
    'files.quarantine-full',
    'The scan command does not take it for harmless, and the quarantine is full.',
    `Delete what you do not need in ${displayText(folder, 400)}; until then such files stay in the guest.`,
  );
}

/**
 * Keeps a copy of content that is not trusted: on the medium when this resolves, for its owner alone, and called so that
 * nothing opens it by its name. Resolves to where. Rejects with the system's error.
 */
export async function quarantine(
  source: string,
  hostPath: string,
  { folder, workspaceName, now }: QuarantineParts,
): Promise<string> {
  privateFolder(folder);
  for (let number = 1; ; number++) {
    const name = `${nameBeside(basename(hostPath), workspaceName, now, number)}.quarantined`;
    const target = join(folder, name);
    try {
      await copyFile(source, target, constants.COPYFILE_EXCL);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    const file = await open(target, 'r+');
    try {
      await file.chmod(0o600);
      await file.sync();
    } finally {
      await file.close();
    }
    return target;
  }
}
