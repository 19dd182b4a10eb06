import { XPaneError } from '../shared/errors.ts';
import type { VmBackend, VmCapabilities } from './vm-backend.ts';

/**
 * What of the world a guest reaches beside XPane, which dials it on a line of its own in each case.
 *
 * - `none`: nothing.
 * - `nat`: what this computer reaches, but for what only this computer itself may use (its loopback interface).
 * - `bridged`: the network that a bridge of this computer belongs to, as a computer of its own.
 */
export type VmNetwork =
  | { readonly kind: 'none' }
  | { readonly kind: 'nat' }
  | { readonly kind: 'bridged'; readonly bridge: string };

export type NetworkKind = VmNetwork['kind'];

/** A guest that is to have a network works without one, but not as meant. Throws `vm.network-unsupported`. */
export function requireNetwork(
  {
    kind: backend,
    capabilities,
  }: { readonly kind: VmBackend['kind']; readonly capabilities: VmCapabilities },
  { kind }: VmNetwork,
): void {
  if (capabilities.networks.includes(kind)) return;
  throw new XPaneError(
    'vm.network-unsupported',
    `A guest whose backend is "${backend}" cannot have the network "${kind}".`,
    `Set "network" to ${capabilities.networks.join(' or ')}, or "backend" to qemu.`,
  );
}
