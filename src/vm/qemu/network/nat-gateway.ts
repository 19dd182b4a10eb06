import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type OwnedChild, ownedCommand, startChild } from '../../../shared/child-process.ts';
import { pause, within } from '../../../shared/deadline.ts';
import { XPaneError } from '../../../shared/errors.ts';
import type { Log } from '../../../shared/log.ts';
import { childEnvironment, findProgram } from '../../host-programs.ts';
import { exitDetail } from '../../running-guest.ts';
import { gatewayArguments, uplinkArguments } from './nat-arguments.ts';

/**
 * The way out for a guest whose network is `nat`.
 *
 * QEMU's own user network would lead a guest to the host's loopback interface, where services listen that trust whoever
 * reaches them: at its gateway's address, and at 127.0.0.1 and 0.0.0.0 in packets that a hostile guest can make. No
 * option of QEMU's forbids that. So a second QEMU without a machine does the translating, in a network namespace whose
 * loopback interface is empty, and slirp4netns leads out of that to all but the host's loopback.
 */
export interface NatGateway {
  /** Where a QEMU connects its `stream` network. */
  readonly socket: string;
  readonly processIds: readonly number[];
  /** Ends both processes; they also end with this one. */
  close(): Promise<void>;
}

export interface GatewayParts {
  readonly qemu: string;
  /** Whether QEMU can filter its own system calls. */
  readonly seccomp: boolean;
  /** 0700, of this launch alone. */
  readonly runtimeFolder: string;
  readonly log: Log;
}

/** Measured: 40 ms; a loaded machine and a cold disk included. */
const startTimeoutMs = 10_000;
/** What a unix socket's address holds (unix(7)). */
const mostPathBytes = 107;

/** Owner: call `close`. Throws `vm.nat-missing`, `vm.nat-path`, `vm.nat-failed`, or `signal.reason`. */
export async function startNatGateway(parts: GatewayParts, signal?: AbortSignal): Promise<NatGateway> {
  const { runtimeFolder, log } = parts;
  const socket = join(runtimeFolder, 'nat.sock');
  if (Buffer.byteLength(socket) > mostPathBytes) throw pathTooLong(runtimeFolder);
  const programs = { unshare: required('unshare'), slirp: required('slirp4netns') };
  const children: OwnedChild[] = [];
  let closing = false;
  const close = async () => {
    closing = true;
    await Promise.all(children.map((child) => child.kill()));
  };
  try {
    const gateway = await startGateway(parts, programs.unshare, socket);
    children.push(gateway);
    await unlessEnded(gateway, untilListening(gateway.pid, socket, signal), signal);
    const uplink = await startChild({
      command: programs.slirp,
      args: uplinkArguments(gateway.pid),
      env: childEnvironment(),
      stdin: 'pipe',
      channel: true,
    });
    children.push(uplink);
    await unlessEnded(uplink, firstByte(uplink.channel), signal);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  for (const child of children) {
    void child.exited.then((exit) => {
      if (!closing) log.error({ detail: exitDetail(exit, child.tail()) }, 'the guest has lost its network');
    });
  }
  return { socket, processIds: children.map(({ pid }) => pid), close };
}

/**
 * Name servers are looked up where the host's file says, which may be its loopback interface: in the namespace another
 * file lies over it, with the uplink's own server, that asks the host's.
 */
function startGateway(parts: GatewayParts, unshare: string, socket: string): Promise<OwnedChild> {
  const resolver = join(parts.runtimeFolder, 'resolv.conf');
  const { args, resolverText } = gatewayArguments({ socket, seccomp: parts.seccomp });
  writeFileSync(resolver, resolverText, { mode: 0o600 });
  const enter = 'mount --bind "$0" "$1" && shift && exec "$@"';
  // What QEMU could do in its namespace as its root is taken from it.
  const powerless = ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all', '--no-new-privs', '--'];
  // Entering a namespace lets go of the tie to this process: it is made inside.
  const [command, owned] = ownedCommand(parts.qemu, args);
  return startChild({
    command: unshare,
    args: [
      ...['--user', '--map-root-user', '--net', '--mount', '--'],
      ...['sh', '-c', enter, resolver, hostResolver(), ...powerless, command, ...owned],
    ],
    env: childEnvironment(),
    dieWithParent: false,
  });
}

/** A host without the file has no name servers. */
function hostResolver(): string {
  try {
    return realpathSync('/etc/resolv.conf');
  } catch (cause) {
    throw failed('this computer has no file /etc/resolv.conf', cause);
  }
}

/** /proc/PID/net/unix (proc(5)) of the namespace's; 00010000 is __SO_ACCEPTCON. */
async function untilListening(pid: number, socket: string, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  const listening = (line: string) => line.includes(' 00010000 ') && line.endsWith(` ${socket}`);
  while (!tableOf(pid).split('\n').some(listening)) {
    if (performance.now() > deadline) throw late();
    await pause(2, signal);
  }
}

function tableOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/net/unix`, 'latin1');
  } catch {
    return ''; // it ended: `unlessEnded` tells
  }
}

async function firstByte(channel: Duplex | undefined): Promise<void> {
  await new Promise((resolve) => channel?.once('data', resolve));
}

/** Throws `vm.nat-failed` with the process's words when it ends first. */
async function unlessEnded(child: OwnedChild, work: Promise<void>, signal?: AbortSignal): Promise<void> {
  work.catch(() => undefined); // its end is told first
  const ended = child.exited.then((exit) => {
    throw failed(exitDetail(exit, child.tail()));
  });
  await within(startTimeoutMs, Promise.race([work, ended]), late, signal);
}

function required(program: string): string {
  const path = findProgram(program);
  if (path !== undefined) return path;
  throw new XPaneError(
    'vm.nat-missing',
    `The program ${program}, which a guest with the network "nat" needs, is not installed.`,
    'Install it (on Debian and Ubuntu: sudo apt install slirp4netns util-linux), or set "network" to none.',
  );
}

function failed(why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.nat-failed',
    `The network of the guest could not be made: ${why}`,
    'It needs QEMU 7.2, user namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns) and /dev/net/tun. Without "network" the guest starts as well.',
    cause,
  );
}

function late(): XPaneError {
  return failed('its programs did not start in time');
}

function pathTooLong(folder: string): XPaneError {
  return new XPaneError(
    'vm.nat-path',
    `The folder ${folder} has too long a name for the network "nat".`,
    'Set XDG_RUNTIME_DIR to a folder with a shorter name.',
  );
}
