import { closeSync, constants, openSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { XPaneError } from '../shared/errors.ts';
import type { ConnectedDevice, GuestDevice } from './guest-devices.ts';
import { checkAttachedDisk, checkCd } from './images/attached-image.ts';

/** Where the kernel tells of USB (sysfs-bus-usb), and where its devices are opened. */
export interface UsbFolders {
  readonly devices: string;
  readonly nodes: string;
}

const kernelUsb: UsbFolders = { devices: '/sys/bus/usb/devices', nodes: '/dev/bus/usb' };

/**
 * Looks at the host's side of each device before anything is started, so that what is wrong is said by its name. A USB
 * device may be plugged in later: only one that is there and cannot be used is wrong.
 *
 * Throws `vm.device-missing`, `vm.device-denied`, `vm.device-busy`, `vm.device-unsuitable`, `image.*`.
 */
export async function connectDevices(
  devices: readonly GuestDevice[],
  usb: UsbFolders = kernelUsb,
): Promise<ConnectedDevice[]> {
  return Promise.all(devices.map((device) => connected(device, usb)));
}

async function connected(device: GuestDevice, usb: UsbFolders): Promise<ConnectedDevice> {
  switch (device.kind) {
    case 'serial':
      return { ...device, host: serialHost(device.path) };
    case 'parallel':
      return { ...device, host: parallelHost(device.path) };
    case 'usb':
      await checkUsb(device.id, usb);
      return device;
    case 'cd':
      checkCd(device.file);
      return device;
    case 'disk':
      checkAttachedDisk(device);
      return device;
  }
}

function serialHost(path: string): 'tty' | 'socket' {
  const host = hostOf(path, statSync(path, { throwIfNoEntry: false }));
  if (host === 'tty' || host === 'socket') return host;
  throw unsuitable(
    path,
    'no serial port: it must be a device such as /dev/ttyUSB0, a pseudo-terminal or a socket',
  );
}

function parallelHost(path: string): 'parport' | 'tty' | 'socket' | 'file' {
  const stat = statSync(path, { throwIfNoEntry: false });
  // Made here, as it is the user's alone.
  if (!stat && !path.startsWith('/dev/')) {
    closeSync(opened(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL));
    return 'file';
  }
  const host = hostOf(path, stat);
  if (host !== 'other') return host;
  throw unsuitable(
    path,
    'no parallel port: it must be /dev/parport0 or the like, a terminal, a socket or a file',
  );
}

/** ppdev's major number, in the kernel's admin-guide/devices.txt. */
const parportMajor = 99;

function hostOf(path: string, stat: Stats | undefined): 'parport' | 'tty' | 'socket' | 'file' | 'other' {
  if (!stat) throw missing(path);
  if (stat.isSocket()) return 'socket';
  if (!stat.isFile() && !stat.isCharacterDevice()) return 'other';
  const descriptor = opened(path, stat.isFile() ? constants.O_WRONLY : constants.O_RDWR);
  try {
    if (stat.isFile()) return 'file';
    if (stat.rdev >> 8 === parportMajor) return 'parport';
    return isatty(descriptor) ? 'tty' : 'other';
  } finally {
    closeSync(descriptor);
  }
}

/** Never becomes the terminal of this process, and waits for no carrier. */
function opened(path: string, flags: number): number {
  try {
    return openSync(path, flags | constants.O_NOCTTY | constants.O_NONBLOCK, 0o600);
  } catch (thrown) {
    switch ((thrown as NodeJS.ErrnoException).code) {
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        throw denied(path, thrown);
      case 'EBUSY':
        throw busy(path, thrown);
      case 'ENOENT':
      case 'ENOTDIR':
      case 'ENXIO':
      case 'ENODEV':
      case 'EIO':
        throw missing(path, thrown);
      default:
        throw thrown;
    }
  }
}

async function checkUsb(id: string, { devices, nodes }: UsbFolders): Promise<void> {
  for (const folder of namesIn(devices)) {
    const told = (name: string) => textOf(join(devices, folder, name));
    if (`${told('idVendor')}:${told('idProduct')}` !== id) continue;
    const node = join(nodes, told('busnum').padStart(3, '0'), told('devnum').padStart(3, '0'));
    await access(node, constants.R_OK | constants.W_OK).catch((thrown: unknown) => {
      // One that has just been pulled out is no longer there.
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw usbDenied(id, node, thrown);
    });
  }
}

/** No USB on this computer, or a device that was just pulled, is nothing wrong. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function missing(path: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.device-missing',
    `${path}, which this workspace uses, is not there.`,
    'Connect the device, or take it away from the workspace ("xpane workspace device remove").',
    cause,
  );
}

function denied(path: string, cause: unknown): XPaneError {
  const group = groupOf(path);
  const join =
    group === undefined
      ? 'Ask its owner'
      : `Join the group "${group}" (sudo usermod -aG ${group} "$USER", then restart this computer)`;
  return new XPaneError(
    'vm.device-denied',
    `You may not use ${path}, which this workspace uses.`,
    `${join}, or take it away from the workspace ("xpane workspace device remove").`,
    cause,
  );
}

function busy(path: string, cause: unknown): XPaneError {
  return new XPaneError(
    'vm.device-busy',
    `Another program uses ${path}, which this workspace uses.`,
    'Close that program, then start the workspace again.',
    cause,
  );
}

function unsuitable(path: string, why: string): XPaneError {
  return new XPaneError(
    'vm.device-unsuitable',
    `${path} is ${why}.`,
    'Take it away from the workspace ("xpane workspace device remove") and add the right one.',
  );
}

function usbDenied(id: string, node: string, cause: unknown): XPaneError {
  const [vendor, product] = id.split(':');
  return new XPaneError(
    'vm.device-denied',
    `You may not use the USB device ${id} (${node}), which this workspace uses.`,
    `Have a udev rule give it to you, as root in /etc/udev/rules.d/70-xpane.rules: SUBSYSTEM=="usb", ATTR{idVendor}=="${vendor}", ATTR{idProduct}=="${product}", TAG+="uaccess". Then plug it in again.`,
    cause,
  );
}

/** The name of the group that a device belongs to, if others than root have it. */
function groupOf(path: string): string | undefined {
  const gid = statSync(path, { throwIfNoEntry: false })?.gid;
  if (!gid) return undefined;
  const line = textOf('/etc/group')
    .split('\n')
    .find((each) => each.split(':')[2] === String(gid));
  return line?.split(':')[0];
}
