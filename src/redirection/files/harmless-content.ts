import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { displayText } from '../../shared/text.ts';
import { program } from './file-rules.ts';
import { beginsAsProgram } from './host-file.ts';

/**
 * Content that this computer would run may not lie where every file may be run: on file systems that keep no modes, as
 * FAT. `temporary` was made without that right. Throws `files.program`.
 */
export async function requireHarmless(temporary: string, hostPath: string): Promise<void> {
  const { mode } = await stat(temporary);
  if ((mode & 0o111) === 0 || !(await beginsAsProgram(temporary))) return;
  throw program(displayText(basename(hostPath), 80), 'out of the guest');
}
