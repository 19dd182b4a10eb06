import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createFileOnce } from '../shared/atomic-file.ts';
import { XPaneError } from '../shared/errors.ts';

/**
 * The workspace's secret, which host and guest prove to each other: 32 random bytes as 64 hex digits, in a
 * file of this user's alone (0600), made at the first call and never again. The folder exists.
 * Throws `workspace.secret-broken`, or the system's error.
 */
export async function workspaceSecret(file: string): Promise<string> {
  await createFileOnce(file, randomBytes(32).toString('hex'));
  const secret = await readFile(file, 'utf8');
  if (/^[0-9a-f]{64}$/.test(secret)) return secret;
  throw new XPaneError(
    'workspace.secret-broken',
    `The file ${file} does not hold the workspace’s secret any more.`,
    'Stop the guest, remove the file, and start the guest again: a new secret is made.',
  );
}
