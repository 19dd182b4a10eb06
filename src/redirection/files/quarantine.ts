import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { privateFolder } from '../../shared/paths.ts';
import { nameBeside } from './host-name.ts';

export interface QuarantineParts {
  /** Of this workspace; made when it is needed. */
  readonly folder: string;
  readonly workspaceName: string;
  readonly now: Date;
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
