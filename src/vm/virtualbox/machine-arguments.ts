import { agentPort } from '../../appliance/appliance.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { GuestMachine } from '../guest-machine.ts';
import type { Version } from './vboxmanage.ts';

/** All that a machine of VirtualBox is made of. Paths are absolute. */
export interface VirtualBoxMachine {
  readonly uuid: string;
  readonly name: string;
  /** VirtualBox makes a folder of the machine's name in it, for its settings, logs and saved state. */
  readonly folder: string;
  readonly disk: string;
  /** A CD image in the machine's drive. */
  readonly setUpDisk?: string | undefined;
  readonly memoryMiB: number;
  readonly hardware: GuestMachine;
  /** Of the loopback interface; leads to the agent. */
  readonly port: number;
}

/** The calls that make a machine and register it, in order. The secret is in none: everybody may read those. Pure. */
export function creationCalls(machine: VirtualBoxMachine, { major, minor }: Version): string[][] {
  const { uuid, name, folder, disk, setUpDisk } = machine;
  const newer = major > 7 || minor >= 1;
  const controller = diskController(machine.hardware);
  return [
    [
      ...['createvm', `--name=${name}`, ...(newer ? ['--platform-architecture=x86'] : [])],
      ...[`--basefolder=${folder}`, '--ostype=WindowsXP', `--uuid=${uuid}`, '--register'],
    ],
    ['modifyvm', uuid, ...machineOptions(machine)],
    ['storagectl', uuid, '--name=disk', ...controller, '--portcount=2', '--bootable=on'],
    [
      ...['storageattach', uuid, '--storagectl=disk', '--port=0', '--device=0'],
      ...['--type=hdd', `--medium=${disk}`, '--mtype=normal'],
    ],
    ...(setUpDisk === undefined ? [] : [insertionCall(uuid, setUpDisk)]),
  ];
}

/** The second place of the controller, whichever it is: what is read in it is never booted from. */
function insertionCall(uuid: string, image: string): string[] {
  const drive = ['--storagectl=disk', '--port=1', '--device=0', '--type=dvddrive'];
  return ['storageattach', uuid, ...drive, `--medium=${image}`];
}

/** Where the settings of a machine lie that `creationCalls` has made. */
export function settingsFile({ folder, name }: Pick<VirtualBoxMachine, 'folder' | 'name'>): string {
  return `${folder}/${name}/${name}.vbox`;
}

const ruleName = 'xpane';

/** A forward in VirtualBox's form: name, protocol, address and port of the host, address (the guest's) and port. */
export function forward(port: number): string {
  return `${ruleName},tcp,127.0.0.1,${port},,${agentPort}`;
}

/** A machine that goes on listens at another port than before. */
export function forwardCalls({ uuid, port }: Pick<VirtualBoxMachine, 'uuid' | 'port'>): string[][] {
  return [
    ['controlvm', uuid, 'natpf1delete', ruleName],
    ['controlvm', uuid, 'natpf1', forward(port)],
  ];
}

/**
 * As much like QEMU's machine as can be. Nothing of the host's reaches in but the forward: no clipboard, no dragging, no
 * sound, no remote display; and the NAT does not lead to the host's loopback interface.
 */
function machineOptions({ memoryMiB, hardware, port }: VirtualBoxMachine): string[] {
  return [
    ...[`--memory=${memoryMiB}`, `--cpus=${hardware.cpus}`, '--vram=16', '--graphicscontroller=vboxvga'],
    // One processor: an XP installed on one has a HAL without that.
    ...['--chipset=piix3', '--firmware=bios', '--acpi=on', `--ioapic=${hardware.cpus > 1 ? 'on' : 'off'}`],
    ...['--rtc-use-utc=off', '--boot1=disk', '--boot2=none', '--boot3=none', '--boot4=none'],
    ...['--audio-driver=none', '--clipboard-mode=disabled', '--drag-and-drop=disabled', '--vrde=off'],
    ...['--nic1=nat', `--nic-type1=${cardOf(hardware)}`, '--cable-connected1=on'],
    ...['--nat-localhostreachable1=off', `--nat-pf1=${forward(port)}`],
  ];
}

/** VirtualBox has no rtl8139; Windows XP brings a driver for its PCnet. */
function cardOf({ nic }: GuestMachine): string {
  if (nic === 'e1000') return '82540EM';
  return nic === 'virtio-net-pci' ? 'virtio' : 'Am79C973';
}

function diskController({ diskBus }: GuestMachine): string[] {
  switch (diskBus) {
    case 'ide':
      return ['--add=ide', '--controller=PIIX4'];
    case 'sata':
      return ['--add=sata', '--controller=IntelAhci'];
    case 'virtio':
      throw new XPaneError(
        'vm.virtualbox-disk-bus',
        'VirtualBox has no disk of the kind "virtio".',
        'Set "diskBus" to ide or sata, or "backend" to qemu.',
      );
  }
}
