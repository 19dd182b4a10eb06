/** A guest's second network card: where it leads. Its first one belongs to XPane alone. */
export type QemuNetwork =
  /** To a gateway's socket, see nat-gateway.ts. */
  | { readonly kind: 'nat'; readonly socket: string }
  /** `macAddress` has to be the only one of its kind in that network. */
  | {
      readonly kind: 'bridged';
      readonly bridge: string;
      readonly helper: string;
      readonly macAddress: string;
    };

/** The last device of all: the others stay where they are, whatever this setting says. Without a boot ROM. Pure. */
export function networkArguments(network: QemuNetwork | undefined, model: string): string[] {
  if (!network) return [];
  const mac = network.kind === 'bridged' ? `,mac=${network.macAddress}` : '';
  return ['-netdev', netdev(network), '-device', `${model},netdev=outside,romfile=${mac}`];
}

/** The same machine to the guest, whatever the host's side of the network is called. Pure. */
export function networkAsTheGuestSeesIt(network: QemuNetwork | undefined): QemuNetwork | undefined {
  switch (network?.kind) {
    case undefined:
      return undefined;
    case 'nat':
      return { kind: 'nat', socket: '' };
    case 'bridged':
      return { ...network, bridge: '', helper: '' };
  }
}

/**
 * The bridge's helper is a program with rights of its own, which QEMU starts before the guest runs: so its filter cannot
 * forbid it to start programs, or these to gain rights. Pure.
 */
export function seccompFor(network: QemuNetwork | undefined, strictest: string): string {
  if (network?.kind !== 'bridged') return strictest;
  return strictest
    .split(',')
    .filter((rule) => !/^(elevateprivileges|spawn)=/.test(rule))
    .join(',');
}

function netdev(network: QemuNetwork): string {
  if (network.kind === 'bridged') {
    return `bridge,id=outside,br=${escaped(network.bridge)},helper=${escaped(network.helper)}`;
  }
  return `stream,id=outside,server=off,addr.type=unix,addr.path=${escaped(network.socket)}`;
}

/** QEMU's options are divided by commas; one that is meant is doubled. */
export function escaped(text: string): string {
  return text.replaceAll(',', ',,');
}
