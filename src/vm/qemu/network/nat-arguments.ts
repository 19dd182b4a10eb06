import { seccompFilter } from '../arguments.ts';
import { escaped } from './network-arguments.ts';

/**
 * Addresses that no real network has (RFC 2544, for benchmarks): whatever network the host is in, the guest can reach
 * it. One net between guest and gateway, one between gateway and uplink.
 */
const inner = { net: '198.18.1.0/24', host: '198.18.1.2', dns: '198.18.1.3', first: '198.18.1.15' };
const outer = { net: '198.18.0.0/24', dns: '198.18.0.3' };

/** A QEMU without a machine that joins a user network to a socket, and what it is to find in /etc/resolv.conf. Pure. */
export function gatewayArguments(gateway: { readonly socket: string; readonly seccomp: boolean }): {
  readonly args: string[];
  readonly resolverText: string;
} {
  const { net, host, dns, first } = inner;
  return {
    args: [
      ...['-name', 'xpane-gateway', '-machine', 'none', '-nodefaults', '-no-user-config', '-display', 'none'],
      ...(gateway.seccomp ? ['-sandbox', seccompFilter] : []),
      ...['-netdev', `user,id=out,ipv6=off,net=${net},host=${host},dns=${dns},dhcpstart=${first}`],
      ...['-netdev', `stream,id=guest,server=on,addr.type=unix,addr.path=${escaped(gateway.socket)}`],
      ...[
        '-netdev',
        'hubport,id=left,hubid=0,netdev=out',
        '-netdev',
        'hubport,id=right,hubid=0,netdev=guest',
      ],
    ],
    resolverText: `nameserver ${outer.dns}\n`,
  };
}

/**
 * slirp4netns for the namespace of a process: never to the host's loopback interface. It says on descriptor 3 that it
 * is ready, and ends with its standard input. Pure.
 */
export function uplinkArguments(processId: number): string[] {
  return [
    ...['--configure', '--mtu=65520', `--cidr=${outer.net}`, '--disable-host-loopback'],
    ...['--enable-sandbox', '--enable-seccomp', '--ready-fd=3', '--exit-fd=0'],
    ...[String(processId), 'tap0'],
  ];
}
