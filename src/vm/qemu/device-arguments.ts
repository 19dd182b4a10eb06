import type { ConnectedDevice } from '../guest-devices.ts';
import type { GuestMachine } from '../guest-machine.ts';

export interface DeviceMachine {
  /** None for the built-in guest. */
  readonly hardware?: GuestMachine | undefined;
  readonly devices?: readonly ConnectedDevice[] | undefined;
}

/**
 * QEMU's arguments for the devices that a workspace has beside its machine. Pure. Every driver and file is named here:
 * nothing that an image says of itself makes QEMU open another.
 */
export function deviceArguments(machine: DeviceMachine): string[] {
  const devices = machine.devices ?? [];
  const usb = devices.some(({ kind }) => kind === 'usb') ? usbControllers : [];
  return [...usb, ...devices.flatMap((device) => argumentsOf(device, machine.hardware))];
}

/**
 * The guest's console, of which our standard output keeps the tail. It is on the first port unless that is the user's:
 * then Linux has it on a card of its own, and other guests, which write to none, have none. The text screen is the
 * built-in guest's second port in any case. Pure.
 */
export function consoleArguments(machine: DeviceMachine): string[] {
  const chardev = ['-chardev', 'stdio,id=console,signal=off'];
  if (!takesFirstPort(machine)) return [...chardev, '-serial', 'chardev:console'];
  return machine.hardware ? [] : [...chardev, '-device', 'pci-serial,chardev=console'];
}

/**
 * What Linux is told of its console. It counts the ports of cards behind the four that a PC may have on its board, if
 * it is to count so far; a console that it does not find it puts on the first port. Pure.
 */
export function consoleKernelArguments(machine: DeviceMachine): string {
  return takesFirstPort(machine) ? 'console=ttyS4 8250.nr_uarts=5' : 'console=ttyS0';
}

/** QEMU numbers ports of `-serial` by their order, so one that comes without the first names its place. Pure. */
export function textScreenPort(machine: DeviceMachine): string[] {
  return takesFirstPort(machine)
    ? ['-device', 'isa-serial,chardev=screen,index=1']
    : ['-serial', 'chardev:screen'];
}

/** The files that the guest writes to beside its own disk. Pure. */
export function attachedDisks(devices: readonly ConnectedDevice[] = []): string[] {
  return devices.flatMap((device) => (device.kind === 'disk' ? [device.file] : []));
}

/** What of devices a guest can tell: not where on the host they lead. Pure. */
export function devicesAsTheGuestSeesThem(devices: readonly ConnectedDevice[]): ConnectedDevice[] {
  return devices.map(asTheGuestSeesIt);
}

function asTheGuestSeesIt(device: ConnectedDevice): ConnectedDevice {
  switch (device.kind) {
    case 'serial':
      return { ...device, path: '', host: 'tty' };
    case 'parallel':
      return { ...device, path: '', host: 'tty' };
    case 'usb':
      return device;
    case 'cd':
      return { ...device, file: '' };
    case 'disk':
      return { ...device, file: '', format: 'raw' };
  }
}

function takesFirstPort({ devices = [] }: DeviceMachine): boolean {
  return devices.some((device) => device.kind === 'serial' && device.port === 'COM1');
}

function argumentsOf(device: ConnectedDevice, hardware: GuestMachine | undefined): string[] {
  switch (device.kind) {
    case 'serial': {
      const id = device.port.toLowerCase();
      return [
        '-chardev',
        chardev(id, device),
        '-device',
        `isa-serial,chardev=${id},${comPorts[device.port]}`,
      ];
    }
    case 'parallel':
      return ['-chardev', chardev('lpt1', device), '-device', 'isa-parallel,chardev=lpt1,index=0'];
    case 'usb': {
      const [vendor, product] = device.id.split(':');
      return ['-device', `usb-host,vendorid=0x${vendor},productid=0x${product},bus=usb.0`];
    }
    case 'cd':
      return [...blockdev(cdNode(device.file)), '-device', `ide-cd,drive=cd,${idePlace('cd', hardware)}`];
    case 'disk':
      return [...blockdev(diskNode(device)), '-device', `ide-hd,drive=disk2,${idePlace('disk', hardware)}`];
  }
}

/**
 * The first four places are a PC's own. Its third and fourth port share the interrupts of the first and second by
 * tradition, and then two that are open at once lose bytes; these have one each.
 */
const comPorts = {
  COM1: 'index=0',
  COM2: 'index=1',
  COM3: 'index=2,irq=5',
  COM4: 'index=3,irq=7',
} as const;

type Port = Extract<ConnectedDevice, { kind: 'serial' | 'parallel' }>;

function chardev(id: string, { host, path }: Port): string {
  const place = `id=${id},path=${path.replaceAll(',', ',,')}`;
  switch (host) {
    case 'tty':
      return `serial,${place}`;
    case 'parport':
      return `parallel,${place}`;
    case 'file':
      return `file,${place},append=on`;
    case 'socket':
      // The other end may come and go while the guest runs, as a cable does.
      return `socket,${place},server=off,reconnect=1`;
  }
}

/** USB 2 with the slower ones' companions: Windows XP has drivers for both. Six ports at an address of their own. */
const usbControllers = [
  'ich9-usb-ehci1,id=usb,addr=1d.7,multifunction=on',
  'ich9-usb-uhci1,masterbus=usb.0,firstport=0,addr=1d.0,multifunction=on',
  'ich9-usb-uhci2,masterbus=usb.0,firstport=2,addr=1d.1',
  'ich9-usb-uhci3,masterbus=usb.0,firstport=4,addr=1d.2',
].flatMap((device) => ['-device', device]);

const blockdev = (node: object) => ['-blockdev', JSON.stringify(node)];

function cdNode(filename: string): object {
  return {
    'node-name': 'cd',
    driver: 'raw',
    'read-only': true,
    file: { driver: 'file', filename, 'read-only': true },
  };
}

/** A qcow2 may name what lies below it, and would have QEMU open that. */
function diskNode({ file: filename, format }: Extract<ConnectedDevice, { kind: 'disk' }>): object {
  const node = {
    'node-name': 'disk2',
    discard: 'unmap',
    file: { driver: 'file', filename, discard: 'unmap' },
  };
  return format === 'qcow2' ? { ...node, driver: 'qcow2', backing: null } : { ...node, driver: 'raw' };
}

/** The second drive of each channel; q35 has one drive a channel, and six of those. */
function idePlace(what: 'cd' | 'disk', hardware: GuestMachine | undefined): string {
  if (hardware?.machineType.includes('q35')) return what === 'cd' ? 'bus=ide.3' : 'bus=ide.4';
  return what === 'cd' ? 'bus=ide.1,unit=1' : 'bus=ide.0,unit=1';
}
