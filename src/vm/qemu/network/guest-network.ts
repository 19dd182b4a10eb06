import type { VmNetwork } from '../../network.ts';
import { bridgedMacAddress, findBridgeHelper } from './host-bridge.ts';
import { type GatewayParts, type NatGateway, startNatGateway } from './nat-gateway.ts';
import type { QemuNetwork } from './network-arguments.ts';

/** The host's side of a guest's network, made before its QEMU starts. Owner: call `close`. */
export interface HostNetwork {
  readonly network: QemuNetwork | undefined;
  readonly processIds: readonly number[];
  close(): Promise<void>;
}

const nothing = { processIds: [], close: async () => undefined } as const;

/** Throws as `startNatGateway` and `findBridgeHelper`. */
export async function openHostNetwork(
  wanted: VmNetwork,
  parts: GatewayParts & { readonly workspaceId: string },
  signal?: AbortSignal,
): Promise<HostNetwork> {
  switch (wanted.kind) {
    case 'none':
      return { network: undefined, ...nothing };
    case 'nat':
      return ofGateway(await startNatGateway(parts, signal));
    case 'bridged': {
      const { bridge } = wanted;
      const macAddress = bridgedMacAddress(parts.workspaceId);
      return {
        network: { kind: 'bridged', bridge, helper: findBridgeHelper(bridge), macAddress },
        ...nothing,
      };
    }
  }
}

function ofGateway({ socket, processIds, close }: NatGateway): HostNetwork {
  return { network: { kind: 'nat', socket }, processIds, close };
}
