import type { GuestMachine } from '../guest-machine.ts';
import type { InstallationMedia } from '../vm-backend.ts';

/**
 * A user's own image boots from its disk, on devices that Windows XP has drivers for.
 *
 * No HPET: XP does not use it, and some of its HALs hang on it. The built-in guest's machine is as it always was. Pure.
 */
export function machineOption(machine: GuestMachine | undefined): string {
  return machine ? `${machine.machineType},hpet=off` : 'pc';
}

/** The clock shows local time, as Windows expects it, and catches up on ticks that the guest has missed. Pure. */
export function clockArguments(): string[] {
  return ['-rtc', 'base=localtime,driftfix=slew'];
}

/** Pure. */
export function imageDeviceArguments(machine: GuestMachine): string[] {
  return [...diskArguments(machine), '-device', nicDevice(machine)];
}

function diskArguments({ diskBus }: GuestMachine): string[] {
  switch (diskBus) {
    case 'ide':
      // The first channel's first drive, where every hypervisor puts the system's disk.
      return ['-device', 'ide-hd,drive=disk,bus=ide.0,unit=0,bootindex=1'];
    case 'sata':
      return ['-device', 'ahci,id=sata', '-device', 'ide-hd,drive=disk,bus=sata.0,bootindex=1'];
    case 'virtio':
      return ['-device', 'virtio-blk-pci,drive=disk,bootindex=1'];
  }
}

/**
 * On the second channel, where every hypervisor puts the CD; both chipsets have one. Never booted from. It is the
 * channel's second drive where Windows' own CD is in the first. Pure.
 */
export function setUpDiskArguments(image: string, unit: 0 | 1): string[] {
  return [...mediumNode('set-up', image), '-device', `ide-cd,drive=set-up,bus=ide.1,unit=${unit}`];
}

/**
 * The CD comes after the disk in the order of booting: firmware passes over a disk without a boot record, so a blank
 * one boots the CD, and from the moment that set-up has made it boot, every restart goes on from it. `-boot once=d`
 * would be over with this QEMU process, and say nothing beside a `bootindex`. The floppy is drive A:, never booted
 * from: devices without a place in the order come last. Pure.
 */
export function installationArguments({ cd, floppy }: InstallationMedia): string[] {
  return [
    ...[...mediumNode('windows', cd), '-device', 'ide-cd,drive=windows,bus=ide.1,unit=0,bootindex=2'],
    ...[...mediumNode('floppy', floppy), '-device', 'floppy,drive=floppy,drive-type=144'],
  ];
}

function mediumNode(name: string, filename: string): string[] {
  const file = { driver: 'file', filename, 'read-only': true };
  return ['-blockdev', JSON.stringify({ 'node-name': name, driver: 'raw', 'read-only': true, file })];
}

/** Without a ROM: nothing is ever booted from a network. */
function nicDevice({ nic }: GuestMachine): string {
  return `${nic},netdev=net,romfile=`;
}
