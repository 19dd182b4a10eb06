import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { XPaneError } from '../../../shared/errors.ts';

/** Where distributions put it; it is no command, and in no PATH. */
const helperPaths = [
  '/usr/lib/qemu/qemu-bridge-helper',
  '/usr/libexec/qemu-bridge-helper',
  '/usr/lib/qemu-bridge-helper',
];

/** The administrator's list of bridges that users may join; the helper refuses all without it. */
const allowFile = '/etc/qemu/bridge.conf';

/** QEMU's helper, which alone may join a bridge. Throws `vm.bridge-helper-missing`, `vm.bridge-not-allowed`. */
export function findBridgeHelper(bridge: string): string {
  const helper = helperPaths.find((path) => existsSync(path));
  if (helper === undefined) {
    throw new XPaneError(
      'vm.bridge-helper-missing',
      'QEMU’s bridge helper, which a guest with the network "bridged" needs, is not installed.',
      'Install it (on Debian and Ubuntu: sudo apt install qemu-system-common), or set "network" to nat or none.',
    );
  }
  if (!existsSync(allowFile)) throw notAllowed(bridge);
  return helper;
}

export function notAllowed(bridge: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.bridge-not-allowed',
    `Guests may not join the bridge ${bridge} of this computer.`,
    `The administrator allows it by a line "allow ${bridge}" in ${allowFile}.`,
    cause,
  );
}

/** What QEMU's words mean when the helper failed; undefined when it did not. Pure. */
export function bridgeError(detail: string, cause: unknown): XPaneError | undefined {
  const bridge = /bridge [`'"](.+?)'/.exec(detail)?.[1];
  if (/access denied by acl file|failed to parse default acl file/i.test(detail)) {
    return notAllowed(bridge ?? 'of the setting networkBridge', cause);
  }
  if (!/bridge helper failed|failed to (get mtu of|add interface .* to) bridge/i.test(detail))
    return undefined;
  return new XPaneError(
    'vm.bridge-failed',
    `The guest could not join the bridge: ${detail}`,
    'Check the setting "networkBridge" ("ip link show type bridge" lists what there is), and that the helper has its set-user-id bit (as root: chmod u+s).',
    cause,
  );
}

/**
 * The same at each start, another for each workspace, user and computer: two alike in one network hear each other's
 * packets. QEMU's prefix.
 */
export function bridgedMacAddress(workspaceId: string): string {
  const owner = `${machineId()}:${process.getuid?.() ?? ''}:${workspaceId}`;
  const digits = createHash('sha256').update(owner).digest('hex').slice(0, 6);
  return `52:54:00:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`;
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    return hostname();
  }
}
