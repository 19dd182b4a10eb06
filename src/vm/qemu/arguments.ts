import { agentPort } from '../../appliance/appliance.ts';
import type { ConnectedDevice } from '../guest-devices.ts';
import type { GuestMachine } from '../guest-machine.ts';
import type { InstallationMedia } from '../vm-backend.ts';
import {
  consoleArguments,
  consoleKernelArguments,
  deviceArguments,
  textScreenPort,
} from './device-arguments.ts';
import type { HostSound } from './host-sound.ts';
import {
  clockArguments,
  imageDeviceArguments,
  installationArguments,
  machineOption,
  setUpDiskArguments,
} from './image-arguments.ts';
import { networkArguments, type QemuNetwork, seccompFor } from './network/network-arguments.ts';
import { screenArguments, textScreenArguments } from './screen.ts';

export type Accelerator = 'kvm' | 'tcg';

/** All that QEMU's command line depends on. Paths are absolute. */
export type QemuMachine = AnyMachine & (LinuxBoot | ImageBoot);

interface AnyMachine {
  readonly workspaceId: string;
  readonly accelerator: Accelerator;
  /** QEMU's own seccomp filter; some builds come without it. */
  readonly seccomp: boolean;
  readonly memoryMiB: number;
  /** The workspace's qcow2 overlay, and the read-only image below it. */
  readonly disk: string;
  readonly base: string;
  /** A disk between the two that nothing is written to either. */
  readonly lower?: string | undefined;
  /** The file that is the guest's memory; without it the memory is no file, and the guest cannot be suspended. */
  readonly memoryFile?: string | undefined;
  /** The guest has a copy of that file for itself, page by page as it writes. */
  readonly memoryCopied?: boolean | undefined;
  /** Waits for the state of a suspended guest instead of booting. */
  readonly incoming?: boolean | undefined;
  /** Where the guest's sound goes; without it the guest has no sound device. */
  readonly sound?: HostSound | undefined;
  /** What it has beside its own hardware. */
  readonly devices?: readonly ConnectedDevice[] | undefined;
  /** A second network card; without it the guest has none but the bridge's. */
  readonly network?: QemuNetwork | undefined;
  /** Where the guest's screen is served; without it nobody can look at it. */
  readonly screenSocket?: string | undefined;
}

/** The built-in guest: its kernel is started directly. */
export interface LinuxBoot {
  readonly kernel: string;
  readonly initrd: string;
  /** The archive that the guest unpacks to `/run/xpane`. */
  readonly handover: string;
  readonly hardware?: undefined;
}

/** A user's own image: firmware boots its disk, and a reboot stays inside the machine. */
export interface ImageBoot {
  readonly hardware: GuestMachine;
  /** A CD image in a drive of its own. */
  readonly setUpDisk?: string | undefined;
  /** What the disk is installed from; the user's own CD and second disk are away meanwhile. */
  readonly installation?: InstallationMedia | undefined;
}

/** In the child: our end of this socket is the control connection. See `ChildOptions.channel`. */
const controlDescriptor = 3;

/**
 * Measured: what a Debian kernel needs to be up soon and without noise; `panic` turns a dead guest into an exit. Left out
 * are tests of its own cryptography, and certificates to check modules by: a second of an emulated processor.
 */
const kernelArguments = [
  'quiet loglevel=3 mitigations=off random.trust_cpu=on no_timer_check panic=-1 cryptomgr.notests',
  'initcall_blacklist=crypto_kdf108_init,load_system_certificate_list',
].join(' ');

/**
 * QEMU's arguments for a guest. Pure. The secret is in no argument: everybody may read those.
 *
 * - The control connection is an inherited socket, not a name on disk: no other process can open it.
 * - `restrict=on`: the guest reaches nothing; only the host dials in, over a port of the loopback interface. A guest
 *   that may reach more does so by another card, see `networkArguments`.
 * - The guest's console is our standard output, of which only the tail is kept: it cannot fill a disk.
 * - The image below the overlay is named here, whatever the overlay's header says.
 * - The sound device plays and cannot record, see `soundArguments`.
 * - Memory that is a file is the same machine to the guest.
 */
export function qemuArguments(machine: QemuMachine): string[] {
  const { hardware } = machine;
  const linux = machine.hardware ? undefined : machine;
  return [
    ...['-name', `xpane-${machine.workspaceId.replaceAll(',', ',,')}`],
    ...['-nodefaults', '-no-user-config', ...(hardware ? [] : ['-no-reboot'])],
    ...['-display', 'none', '-vga', hardware?.vga ?? 'none'],
    ...(machine.seccomp ? ['-sandbox', seccompFor(machine.network, seccompFilter)] : []),
    ...memoryArguments(machine),
    ...['-accel', machine.accelerator],
    ...['-cpu', processor(machine), '-smp', String(hardware?.cpus ?? 1)],
    ...['-m', String(machine.memoryMiB), ...(hardware ? clockArguments() : [])],
    ...(linux ? linuxArguments(linux, machine) : []),
    ...['-blockdev', JSON.stringify(overlayNode(machine))],
    ...(linux ? linuxDiskArguments(linux) : []),
    ...['-netdev', `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:${agentPort}`],
    ...(machine.hardware ? mediaArguments(machine) : []),
    ...(hardware ? imageDeviceArguments(hardware) : ['-device', 'virtio-net-pci,netdev=net,romfile=']),
    ...(machine.sound ? soundArguments(machine.sound) : []),
    ...consoleArguments(machine),
    ...(linux ? [...textScreenArguments(textScreenPort(machine)), ...generationArguments] : []),
    ...deviceArguments({ hardware, devices: presentDevices(machine) }),
    ...networkArguments(machine.network, hardware?.nic ?? 'virtio-net-pci'),
    ...screenArguments(machine.screenSocket),
    ...['-chardev', `socket,id=control,fd=${controlDescriptor}`, '-mon', 'chardev=control,mode=control'],
    ...(machine.incoming ? ['-incoming', 'defer'] : []),
  ];
}

/**
 * A number that is another at each start: a guest that goes on from a copy makes its random numbers anew by it, or two
 * copies would have the same ones. Linux has a driver for it, Windows XP none.
 */
const generationArguments = ['-device', 'vmgenid,guid=auto'];

/** Shared: what the guest writes goes to the file, so that suspending needs to copy nothing. */
function memoryArguments({ memoryFile, memoryCopied, memoryMiB, hardware }: QemuMachine): string[] {
  const machine = machineOption(hardware);
  if (memoryFile === undefined) return ['-machine', machine];
  const file = { 'qom-type': 'memory-backend-file', id: 'memory', 'mem-path': memoryFile };
  const backend = JSON.stringify({ ...file, share: !memoryCopied, size: memoryMiB * 2 ** 20 });
  return ['-object', backend, '-machine', `${machine},memory-backend=memory`];
}

function mediaArguments({ setUpDisk, installation }: ImageBoot): string[] {
  return [
    ...(setUpDisk ? setUpDiskArguments(setUpDisk, installation ? 1 : 0) : []),
    ...(installation ? installationArguments(installation) : []),
  ];
}

/** An installation takes the CD drives, and shall meet no disk that it might take for its own. */
function presentDevices(machine: QemuMachine): readonly ConnectedDevice[] | undefined {
  if (!machine.hardware || !machine.installation) return machine.devices;
  return machine.devices?.filter(({ kind }) => kind !== 'cd' && kind !== 'disk');
}

function linuxArguments({ kernel, initrd }: LinuxBoot, machine: QemuMachine): string[] {
  const append = `${consoleKernelArguments(machine)} ${kernelArguments}`;
  return ['-kernel', kernel, '-initrd', initrd, '-append', append];
}

function linuxDiskArguments({ handover }: LinuxBoot): string[] {
  return [
    ...['-device', 'virtio-blk-pci,drive=disk'],
    ...['-blockdev', JSON.stringify(handoverNode(handover))],
    ...['-device', 'virtio-blk-pci,drive=handover'],
  ];
}

function processor({ accelerator, hardware }: QemuMachine): string {
  const model = hardware?.cpuModel ?? 'auto';
  return model === 'auto' ? cpuModel(accelerator) : model;
}

/** KVM shows the host's own processor. Under TCG `max` makes Wine crash (measured on 7.2), Nehalem works. */
export function cpuModel(accelerator: Accelerator): string {
  return accelerator === 'kvm' ? 'host' : 'Nehalem';
}

/** After start QEMU may neither start programs nor gain rights. */
export const seccompFilter = 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';

/**
 * AC97 is the one device that both Windows XP and Linux have a driver for. It has a microphone's input; no voices on
 * the host's side mean that QEMU never opens one. The device is the same whatever the host plays to, so that a guest
 * meets no new hardware when the host's sound changes. 48 kHz is the device's own rate: nothing is resampled here.
 */
function soundArguments(sound: HostSound): string[] {
  const out = { frequency: 48_000, channels: 2, format: 's16' };
  const host = JSON.stringify({ ...sound, id: 'sound', out, in: { voices: 0 } });
  return ['-audiodev', host, '-device', 'AC97,audiodev=sound'];
}

function overlayNode({ disk, lower, base }: QemuMachine): object {
  const backing = readOnlyNode(base);
  return {
    'node-name': 'disk',
    driver: 'qcow2',
    discard: 'unmap',
    file: { driver: 'file', filename: disk, discard: 'unmap' },
    backing: lower === undefined ? backing : { ...readOnlyNode(lower), backing },
  };
}

function readOnlyNode(filename: string): object {
  return { driver: 'qcow2', 'read-only': true, file: { driver: 'file', filename } };
}

function handoverNode(archive: string): object {
  return {
    'node-name': 'handover',
    driver: 'raw',
    'read-only': true,
    file: { driver: 'file', filename: archive, 'read-only': true },
  };
}
