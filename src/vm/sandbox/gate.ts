import type { OwnedChild } from '../../shared/child-process.ts';
import { pause } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import { type KnownProcess, knownProcess, processTree } from '../known-process.ts';

/**
 * A shell in the sandbox that becomes the guest's init only when a line arrives on standard input.
 *
 * bubblewrap ties its processes to ours one after the other. Were the guest let in at once, then killing this
 * service in the midst of a start would leave a guest that nobody owns. Behind the gate it finds its standard
 * input at the end, goes away, and the sandbox with it.
 */
export function gated(command: readonly string[]): string[] {
  return ['/bin/sh', '-c', 'read -r _ && exec "$@"', 'gate', ...command];
}

/**
 * Waits until somebody stands at the gate, by then every process is tied, and opens it. Returns the guest's first
 * process: with it all others end. Throws `vm.start-failed` or `signal.reason`.
 */
export async function openGate(
  child: OwnedChild,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<KnownProcess> {
  const deadline = performance.now() + timeoutMs;
  let first: KnownProcess | undefined;
  while (first === undefined) {
    await pause(2, signal);
    if (performance.now() > deadline) throw notMade();
    // bubblewrap outside, number 1 inside, the gate
    const [, firstPid, gate] = processTree(child.pid);
    if (gate !== undefined) first = knownProcess(firstPid ?? 0);
  }
  child.stdin?.write('go\n');
  return first;
}

function notMade(): XPaneError {
  return new XPaneError(
    'vm.start-failed',
    'The sandbox of the guest was not made in time.',
    'Try again. If it happens again, run "xpane status" and report what it says.',
  );
}
