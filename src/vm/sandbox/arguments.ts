import { gated } from './gate.ts';

/** All that bubblewrap's command line depends on. Paths are absolute. */
export interface Sandbox {
  /** The built-in guest's file system, shown read-only. */
  readonly root: string;
  /** The workspace's own Wine prefix. */
  readonly prefix: string;
  /** What the guest reads at start, and the folder in which its init makes the bridge's socket. */
  readonly guestFolder: string;
  readonly bridgeFolder: string;
  /** Whether this bubblewrap can forbid user namespaces inside (0.8 and newer). */
  readonly disableUserns: boolean;
}

/**
 * bubblewrap's arguments. Pure. Needs no privilege of the host and gives none to the guest.
 *
 * - `--unshare-all`: no network but an empty loopback, no processes, no IPC of the host; the bridge is a unix
 *   socket that the guest's init makes in the one host folder, besides the prefix, that it may write to.
 * - `--new-session`: no keystrokes can be pushed into the terminal that XPane was started from.
 * - Without `--disable-userns` a guest could make a namespace in which it is root again, and attack the kernel's
 *   code for that.
 */
export function sandboxArguments(sandbox: Sandbox): string[] {
  return [
    ...['--unshare-all', '--unshare-user', ...(sandbox.disableUserns ? ['--disable-userns'] : [])],
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--uid', '1000', '--gid', '1000', '--hostname', 'xpane-guest'],
    ...['--clearenv', '--setenv', 'PATH', '/opt/xpane/bin:/usr/bin:/usr/sbin'],
    ...['--ro-bind', sandbox.root, '/', '--bind', sandbox.prefix, '/opt/prefix'],
    ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/run'],
    ...['--ro-bind', sandbox.guestFolder, '/run/xpane', '--bind', sandbox.bridgeFolder, '/run/bridge'],
    ...['--chdir', '/', '--', ...gated(['/opt/xpane/guest-init', 'sandbox'])],
  ];
}
