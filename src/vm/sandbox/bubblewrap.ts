import { runChild } from '../../shared/child-process.ts';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { childEnvironment, findProgram, requireSetpriv } from '../host-programs.ts';
import type { BubblewrapFeatures } from './arguments.ts';

/** bubblewrap as it is installed here. */
export interface Bubblewrap {
  readonly path: string;
  readonly features: BubblewrapFeatures;
}

const disableUserns = ['--disable-userns'];
const tmpfsSize = ['--size', '4096', '--tmpfs', '/tmp'];

/**
 * Finds bubblewrap and tries it: a host may forbid user namespaces.
 * Throws `vm.setpriv-missing`, `vm.bubblewrap-missing`, `vm.namespaces-forbidden`.
 */
export async function findBubblewrap(signal?: AbortSignal): Promise<Bubblewrap> {
  requireSetpriv();
  const path = findProgram('bwrap');
  if (path === undefined) {
    throw new XPaneError(
      'vm.bubblewrap-missing',
      'The program bubblewrap (bwrap), which runs the guest, is not installed.',
      'Install bubblewrap; on Debian and Ubuntu: sudo apt install bubblewrap',
    );
  }
  const works = async (options: readonly string[]) => (await tried(path, options, signal)) === undefined;
  if (await works([...disableUserns, ...tmpfsSize])) {
    return { path, features: { disableUserns: true, tmpfsSize: true } };
  }
  const complaint = await tried(path, [], signal);
  if (complaint === undefined) {
    const features = { disableUserns: await works(disableUserns), tmpfsSize: await works(tmpfsSize) };
    return { path, features };
  }
  throw new XPaneError(
    'vm.namespaces-forbidden',
    `This computer does not let users make sandboxes: ${complaint}`,
    'Ask the administrator to allow unprivileged user namespaces (sysctl user.max_user_namespaces, ' +
      'kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or use the qemu backend.',
  );
}

/** Runs a program that does nothing in a sandbox like the guest's; returns the complaint, or undefined. */
async function tried(
  path: string,
  options: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const result = await runChild({
    command: path,
    args: [
      ...['--unshare-all', '--unshare-user', '--die-with-parent', '--cap-drop', 'ALL'],
      ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', ...options, '--', '/bin/sh', '-c', ':'],
    ],
    env: childEnvironment(),
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  });
  return result.code === 0 ? undefined : displayText(result.stderr, 300) || `exit code ${result.code}`;
}
