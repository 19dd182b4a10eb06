import { z } from 'zod';
import { XPaneError } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';

/** Paths end up on a command line, where they are quoted; what cannot be seen in one only misleads. */
const path = z
  .string()
  .max(4096)
  .startsWith('/')
  .refine((text) => !/\p{Cc}/u.test(text));

const usbId = z.string().regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/);
const comPort = z.enum(['COM1', 'COM2', 'COM3', 'COM4']);

export const deviceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('serial'), port: comPort, path }),
  z.strictObject({ kind: z.literal('parallel'), port: z.literal('LPT1'), path }),
  z.strictObject({ kind: z.literal('usb'), id: usbId }),
  z.strictObject({ kind: z.literal('cd'), file: path }),
  z.strictObject({ kind: z.literal('disk'), file: path, format: z.enum(['qcow2', 'raw']) }),
]);
export type Device = z.infer<typeof deviceSchema>;
export type DeviceKind = Device['kind'];

/** As people asked for it: what a disk's image is, the image tells. */
export type AskedDevice =
  | Exclude<Device, { kind: 'disk' }>
  | Omit<Extract<Device, { kind: 'disk' }>, 'format'>;

/** As many as a guest's USB controllers have ports. */
const mostUsb = 6;

/** Each port once, each USB device once; one CD and one disk. */
export const devicesSchema = z
  .array(deviceSchema)
  .refine((devices) => devices.every((device, at) => !clash(device, devices.slice(0, at))));

/** What commands call a device by: its port, its number, or its file. Pure. */
export function deviceName(device: AskedDevice): string {
  switch (device.kind) {
    case 'serial':
    case 'parallel':
      return device.port;
    case 'usb':
      return device.id;
    case 'cd':
    case 'disk':
      return device.file;
  }
}

/** What of the host it leads to. Pure. */
export function hostSideOf(device: Device): string {
  if ('path' in device) return device.path;
  return device.kind === 'usb' ? device.id : device.file;
}

export const deviceUsage =
  'serial COM1 /dev/ttyUSB0; parallel LPT1 /dev/parport0; usb 067b:2303; cd /path/to.iso; disk /path/to.qcow2';

/** `serial COM1 /dev/ttyUSB0` and so on, see `deviceUsage`. Throws `device.invalid`. Pure. */
export function deviceFrom(kind: string, words: readonly string[]): AskedDevice {
  const [first = '', second = ''] = words;
  const asked = { serial: 2, parallel: 2, usb: 1, cd: 1, disk: 1 }[kind];
  const plain = {
    serial: { kind, port: first.toUpperCase(), path: second },
    parallel: { kind, port: first.toUpperCase(), path: second },
    usb: { kind, id: first.toLowerCase() },
    cd: { kind, file: first },
    disk: { kind, file: first, format: 'raw' },
  }[kind];
  const parsed = deviceSchema.safeParse(plain);
  if (!parsed.success || words.length !== asked) {
    const text = displayText([kind, ...words].join(' '), 120);
    throw new XPaneError('device.invalid', `"${text}" is no device.`, `There are: ${deviceUsage}.`);
  }
  const { data } = parsed;
  return data.kind === 'disk' ? { kind: 'disk', file: data.file } : data;
}

/** Throws `device.taken`. Pure. */
export function withDevice(devices: readonly Device[], device: Device): Device[] {
  const other = clash(device, devices);
  if (other === undefined) return [...devices, device];
  throw new XPaneError(
    'device.taken',
    `The workspace has ${other} already.`,
    'Take that away first ("xpane workspace device remove").',
  );
}

/** Throws `device.unknown`. Pure. */
export function withoutDevice(devices: readonly Device[], name: string): Device[] {
  const same = (device: Device) => deviceName(device).toLowerCase() === name.toLowerCase();
  const others = devices.filter((device) => !same(device));
  if (others.length < devices.length) return others;
  const names = devices.map(deviceName);
  throw new XPaneError(
    'device.unknown',
    `The workspace has no device ${displayText(name, 200)}.`,
    names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`,
  );
}

/** What of `others` is in the way of a device, in words. */
function clash(device: Device, others: readonly Device[]): string | undefined {
  const same = others.filter(({ kind }) => kind === device.kind);
  const [first] = same;
  if (device.kind === 'cd' && first) return `the CD ${deviceName(first)}`;
  if (device.kind === 'disk' && first) return `the disk ${deviceName(first)}`;
  if (device.kind === 'usb' && same.length >= mostUsb) return `${mostUsb} USB devices, which is the most,`;
  const equal = same.find((each) => deviceName(each) === deviceName(device));
  return equal && `${deviceName(equal)} (${hostSideOf(equal)})`;
}
