import { lstatSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';

/** The name that the guest's init gives its socket, and that ours gets. */
export const socketName = 'agent.sock';

/** sockaddr_un holds 108 bytes with the final zero (unix(7)). */
const maxSocketPathBytes = 107;

/** Throws `vm.path-too-long` when no socket could be dialled there. */
export function checkSocketPath(launchFolder: string): void {
  const path = join(launchFolder, 'bridge', socketName);
  if (Buffer.byteLength(path) <= maxSocketPathBytes) return;
  throw new XPaneError(
    'vm.path-too-long',
    `The folder ${launchFolder} has too long a name for a socket in it.`,
    'Set XDG_RUNTIME_DIR or XPANE_HOME to a folder with a shorter name.',
  );
}

/** Where the guest's init makes its socket, as the guest sees it. */
const pathInside = `/run/bridge/${socketName}`;

/**
 * Waits until the guest's init listens, and takes its socket out of the guest's reach: the guest may put anything
 * at that name at any time, also a link to a socket of the host's. What was moved cannot be exchanged any more,
 * so what is then seen to be a socket stays one, and it can only be the guest's.
 *
 * `firstPid` is the guest's first process, as the host counts. Throws `vm.guest-silent`, `vm.guest-untrusted`,
 * or `signal.reason`.
 */
export async function takeBridgeSocket(
  launchFolder: string,
  firstPid: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  const untrusted = join(launchFolder, 'bridge', socketName);
  const deadline = Date.now() + timeoutMs;
  while (!isListening(firstPid)) {
    if (Date.now() > deadline) {
      throw new XPaneError(
        'vm.guest-silent',
        'The guest started but does not open its connection to XPane.',
        'Start the workspace again; if that does not help, reset it.',
      );
    }
    await pause(5, signal);
  }
  const ours = join(launchFolder, socketName);
  renameSync(untrusted, ours);
  if (lstatSync(ours).isSocket()) return ours;
  throw new XPaneError(
    'vm.guest-untrusted',
    'The guest offers XPane something else than its connection. It was ended.',
    'Reset the workspace: a program in it tries to break out.',
  );
}

/**
 * Whether a listening socket has the bridge's name in the guest's network namespace, by /proc/PID/net/unix
 * (proc(5)); 00010000 is __SO_ACCEPTCON. Moving it any earlier would take it away while init still sets it up.
 */
function isListening(firstPid: number): boolean {
  let table: string;
  try {
    table = readFileSync(`/proc/${firstPid}/net/unix`, 'latin1');
  } catch {
    return false; // it ended: whoever waits for its process learns it
  }
  return table.split('\n').some((line) => line.includes(' 00010000 ') && line.endsWith(` ${pathInside}`));
}
