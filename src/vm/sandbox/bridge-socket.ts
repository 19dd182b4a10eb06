import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { pause } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import { isRunning, type KnownProcess } from '../known-process.ts';
import { bridgeFolder } from './arguments.ts';

/** Where the guest's init makes its socket, as the guest sees it. */
const pathInside = `${bridgeFolder}/agent.sock`;

/** A guest's listening socket, held fast: whatever the guest does to its name, this stays the same socket. */
export interface BridgeSocket {
  /** Dials that socket, in this process only and until `close`. */
  readonly path: string;
  close(): void;
}

/**
 * Waits until the guest's init listens, and holds its socket by a descriptor: the guest may put anything at that
 * name at any time, also a link to a socket of the host's. The folder is a mount of its own, which the guest
 * cannot move, and of what is in it a link is not followed: so it can only be the guest's.
 *
 * `first` is the guest's first process. Throws `vm.guest-silent`, `vm.guest-untrusted`, or `signal.reason`.
 */
export async function takeBridgeSocket(
  first: KnownProcess,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<BridgeSocket> {
  const deadline = performance.now() + timeoutMs;
  while (!isListening(first.pid)) {
    if (performance.now() > deadline) {
      throw new XPaneError(
        'vm.guest-silent',
        'The guest started but does not open its connection to XPane.',
        'Start the workspace again; if that does not help, reset it.',
      );
    }
    await pause(5, signal);
  }
  return held(first);
}

/** O_PATH of open(2), which Node does not name: a handle on whatever it is, that neither reads nor writes. */
const openPath = 0o10000000;

function held(first: KnownProcess): BridgeSocket {
  let descriptor: number;
  try {
    descriptor = openSync(`/proc/${first.pid}/root${pathInside}`, openPath | constants.O_NOFOLLOW);
  } catch (cause) {
    throw untrusted(cause);
  }
  const close = () => closeSync(descriptor);
  // The process is looked at last: by then it is sure that the folder was that of this guest.
  if (fstatSync(descriptor).isSocket() && isRunning(first))
    return { path: `/proc/self/fd/${descriptor}`, close };
  close();
  throw untrusted();
}

function untrusted(cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.guest-untrusted',
    'The guest offers XPane something else than its connection. It was ended.',
    'Reset the workspace: a program in it tries to break out.',
    cause,
  );
}

/**
 * Whether a listening socket has the bridge's name in the guest's network namespace, by /proc/PID/net/unix
 * (proc(5)); 00010000 is __SO_ACCEPTCON. Dialling it any earlier would find nobody.
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
