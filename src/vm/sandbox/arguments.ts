import { gated } from './gate.ts';

/** All that bubblewrap's command line depends on. Paths are absolute. */
export interface Sandbox {
  /** The built-in guest's file system, shown read-only. */
  readonly root: string;
  /** The workspace's own Wine prefix. */
  readonly prefix: string;
  /** What the guest reads at start. */
  readonly guestFolder: string;
  readonly memoryMiB: number;
  readonly features: BubblewrapFeatures;
}

/** What not every bubblewrap can do. */
export interface BubblewrapFeatures {
  /** Forbid user namespaces inside (0.8 and newer). */
  readonly disableUserns: boolean;
  /** Bound the size of memory file systems (0.7 and newer). */
  readonly tmpfsSize: boolean;
}

/**
 * bubblewrap's arguments. Pure. Needs no privilege of the host and gives none to the guest.
 *
 * - `--unshare-all`: no network but an empty loopback, no processes, no IPC of the host; the bridge is a unix
 *   socket that the guest's init makes, see bridge-socket.ts.
 * - The prefix is all of the host that the guest can write to. Its own file systems are memory, each with a size;
 *   the one of devices, which can have none, is closed. `/run/bridge` is a mount, so that it cannot be a link.
 * - `--new-session`: no keystrokes can be pushed into the terminal that XPane was started from.
 * - Without `--disable-userns` a guest could make a namespace in which it is root again, and attack the kernel's
 *   code for that.
 */
export function sandboxArguments(sandbox: Sandbox): string[] {
  const { disableUserns } = sandbox.features;
  const memoryFiles = (path: string, sizeMiB: number) => [
    ...(sandbox.features.tmpfsSize ? ['--size', String(sizeMiB * 1024 * 1024)] : []),
    ...['--tmpfs', path],
  ];
  return [
    ...['--unshare-all', '--unshare-user', ...(disableUserns ? ['--disable-userns'] : [])],
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--uid', '1000', '--gid', '1000', '--hostname', 'xpane-guest'],
    ...['--clearenv', '--setenv', 'PATH', '/opt/xpane/bin:/usr/bin:/usr/sbin'],
    ...['--ro-bind', sandbox.root, '/', '--bind', sandbox.prefix, '/opt/prefix'],
    ...['--dev', '/dev', ...memoryFiles('/dev/shm', 16), '--remount-ro', '/dev', '--proc', '/proc'],
    ...[...memoryFiles('/tmp', sandbox.memoryMiB), ...memoryFiles('/run', 1)],
    ...['--ro-bind', sandbox.guestFolder, '/run/xpane', ...memoryFiles(bridgeFolder, 1)],
    ...['--chdir', '/', '--', ...gated(['/opt/xpane/guest-init', 'sandbox'])],
  ];
}

/** Where the guest's init makes the bridge's socket, as the guest sees it. */
export const bridgeFolder = '/run/bridge';

/**
 * Wraps a command so that no process of it can have more private memory than this (RLIMIT_DATA: what is reserved
 * and never used, as Wine does by the gigabyte, does not count). A limit of all together needs a control group,
 * which a plain user can make only with the help of a session manager. Pure.
 */
export function withMemoryLimit(memoryMiB: number, command: string, args: readonly string[]) {
  const script = 'ulimit -d "$0" && exec "$@"';
  return { command: 'sh', args: ['-c', script, String(memoryMiB * 1024), command, ...args] };
}
