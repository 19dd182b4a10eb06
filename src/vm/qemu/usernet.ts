import { XPaneError } from '../../shared/errors.ts';

/**
 * The loopback port that QEMU's user network listens on for `guestPort`.
 *
 * The command line asks for port 0, so the kernel picks a free one and no other program can take it in between;
 * only the monitor's `info usernet` names the port it became. A line of its table:
 * `TCP[HOST_FORWARD]  13  127.0.0.1 43211  10.0.2.15  7007  0  0`
 */
export function forwardedPort(usernetTable: string, guestPort: number): number {
  for (const line of usernetTable.split('\n')) {
    const match = /^\s*TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+(\d+)\s/.exec(line);
    if (match && Number(match[2]) === guestPort) return Number(match[1]);
  }
  throw new XPaneError(
    'vm.no-forward',
    'QEMU does not listen for the guest on this computer.',
    'Update QEMU (7.2 or newer is known to work).',
  );
}
