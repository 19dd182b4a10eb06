import { stat } from 'node:fs/promises';
import { lookAt } from './host-file.ts';

/** What a folder lies on; nothing where that cannot be told. For a record. */
export async function deviceOf(folder: string): Promise<{ readonly device?: string }> {
  return await stat(folder, { bigint: true }).then(
    ({ dev }) => ({ device: String(dev) }),
    () => ({}),
  );
}

/**
 * Whether the disk is away on which a folder lay: then it is not there, or is an empty place for that disk. A share that
 * was mounted anew may be another device, but has the file that content was for.
 */
export async function isAway(folder: string, device: string | undefined, target: string): Promise<boolean> {
  const now = await deviceOf(folder);
  if (now.device === undefined) return true;
  return device !== undefined && now.device !== device && (await lookAt(target)) === 'absent';
}
