import { expect, test } from 'vitest';
import type { ConnectedDevice } from '../../../src/vm/guest-devices.ts';
import type { GuestMachine } from '../../../src/vm/guest-machine.ts';
import { type QemuMachine, qemuArguments } from '../../../src/vm/qemu/arguments.ts';
import { deviceArguments } from '../../../src/vm/qemu/device-arguments.ts';
import { snapshotKey } from '../../../src/vm/qemu/snapshot-key.ts';

const hardware: GuestMachine = {
  ...{ machineType: 'pc-i440fx-7.2', cpus: 1, cpuModel: 'auto' },
  ...{ diskBus: 'ide', nic: 'rtl8139', vga: 'std' },
};
const common = {
  workspaceId: 'x',
  accelerator: 'tcg',
  seccomp: true,
  memoryMiB: 512,
  disk: '/d',
  base: '/b',
} as const;
const image: QemuMachine = { ...common, hardware };
const linux: QemuMachine = { ...common, kernel: '/k', initrd: '/i', handover: '/h' };

const com = (port: 'COM1' | 'COM2' | 'COM3' | 'COM4', path = '/dev/ttyUSB0'): ConnectedDevice => ({
  ...{ kind: 'serial', port, path, host: 'tty' },
});
const withDevices = (machine: QemuMachine, ...devices: ConnectedDevice[]): string[] =>
  qemuArguments({ ...machine, devices });
const after = (args: readonly string[], name: string) => args.filter((_, at) => args[at - 1] === name);

test('without devices the command line is as it was', () => {
  for (const machine of [image, linux]) expect(withDevices(machine)).toEqual(qemuArguments(machine));
});

test('each port has a place and an interrupt of its own', () => {
  const ports = (['COM1', 'COM2', 'COM3', 'COM4'] as const).map((port) => com(port, `/dev/${port}`));
  expect(deviceArguments({ hardware, devices: ports })).toEqual([
    ...['-chardev', 'serial,id=com1,path=/dev/COM1', '-device', 'isa-serial,chardev=com1,index=0'],
    ...['-chardev', 'serial,id=com2,path=/dev/COM2', '-device', 'isa-serial,chardev=com2,index=1'],
    ...['-chardev', 'serial,id=com3,path=/dev/COM3', '-device', 'isa-serial,chardev=com3,index=2,irq=5'],
    ...['-chardev', 'serial,id=com4,path=/dev/COM4', '-device', 'isa-serial,chardev=com4,index=3,irq=7'],
  ]);
});

test('an image’s first port is its console only while it is not the user’s', () => {
  expect(withDevices(image, com('COM2')).join(' ')).toMatch(
    /stdio,id=console,signal=off -serial chardev:console/,
  );
  expect(withDevices(image, com('COM1')).join(' ')).not.toMatch(/console| -serial/);
});

test('the built-in guest’s console makes room for the user, and nothing of it goes to his device', () => {
  const others = withDevices(linux, com('COM3'));
  expect(after(others, '-serial')).toEqual(['chardev:console', 'chardev:screen']);
  expect(after(others, '-append')[0]).toMatch(/^console=ttyS0 /);
  const first = withDevices(linux, com('COM1'));
  expect(after(first, '-serial')).toEqual([]);
  expect(after(first, '-append')[0]).toMatch(/^console=ttyS4 8250\.nr_uarts=5 /);
  expect(after(first, '-device').filter((device) => device.includes('serial'))).toEqual([
    'pci-serial,chardev=console',
    'isa-serial,chardev=screen,index=1',
    'isa-serial,chardev=com1,index=0',
  ]);
});

test('a port may lead to a socket, whose other end comes and goes, and commas change no option', () => {
  const device = { ...com('COM1', '/run/a,b'), host: 'socket' } as ConnectedDevice;
  expect(deviceArguments({ devices: [device] })[1]).toBe(
    'socket,id=com1,path=/run/a,,b,server=off,reconnect=1',
  );
});

test.each([
  ['parport', 'parallel,id=lpt1,path=/p'],
  ['tty', 'serial,id=lpt1,path=/p'],
  ['file', 'file,id=lpt1,path=/p,append=on'],
] as const)('the parallel port leads to a %s', (host, chardev) => {
  const devices: ConnectedDevice[] = [{ kind: 'parallel', port: 'LPT1', path: '/p', host }];
  expect(deviceArguments({ hardware, devices })).toEqual([
    ...['-chardev', chardev, '-device', 'isa-parallel,chardev=lpt1,index=0'],
  ]);
});

test('USB devices share one controller, which is there only for them', () => {
  const usb = (id: string): ConnectedDevice => ({ kind: 'usb', id });
  const args = deviceArguments({ hardware, devices: [usb('067b:2303'), usb('0403:6001')] });
  expect(args.filter((arg) => arg.startsWith('ich9-usb-ehci1'))).toHaveLength(1);
  expect(after(args, '-device').slice(-2)).toEqual([
    'usb-host,vendorid=0x067b,productid=0x2303,bus=usb.0',
    'usb-host,vendorid=0x0403,productid=0x6001,bus=usb.0',
  ]);
  expect(deviceArguments({ hardware, devices: [com('COM1')] }).join(' ')).not.toContain('usb');
});

test('a CD is read-only, and a disk opens no file but itself', () => {
  const devices: ConnectedDevice[] = [
    { kind: 'cd', file: '/a,b.iso' },
    { kind: 'disk', file: '/c.qcow2', format: 'qcow2' },
  ];
  const args = deviceArguments({ hardware, devices });
  const [cd, disk] = after(args, '-blockdev').map((node) => JSON.parse(node));
  expect(cd).toEqual({
    ...{ 'node-name': 'cd', driver: 'raw', 'read-only': true },
    file: { driver: 'file', filename: '/a,b.iso', 'read-only': true },
  });
  expect(disk).toMatchObject({
    driver: 'qcow2',
    backing: null,
    file: { driver: 'file', filename: '/c.qcow2' },
  });
  expect(after(args, '-device')).toEqual([
    'ide-cd,drive=cd,bus=ide.1,unit=1',
    'ide-hd,drive=disk2,bus=ide.0,unit=1',
  ]);
  const q35 = deviceArguments({ hardware: { ...hardware, machineType: 'q35', diskBus: 'sata' }, devices });
  expect(after(q35, '-device')).toEqual(['ide-cd,drive=cd,bus=ide.3', 'ide-hd,drive=disk2,bus=ide.4']);
});

test('what is a raw disk is never taken for another, whatever the guest writes to it', () => {
  const args = deviceArguments({ hardware, devices: [{ kind: 'disk', file: '/c.img', format: 'raw' }] });
  expect(JSON.parse(after(args, '-blockdev')[0] ?? '')).toMatchObject({ driver: 'raw' });
});

test('to a suspended guest a device is the same wherever it leads, and another one is not', () => {
  const key = (...devices: ConnectedDevice[]) =>
    snapshotKey({
      ...{ qemuVersion: 'QEMU 7.2', baseHash: 'ab', processor: '', handover: [] },
      machine: { ...image, devices },
    });
  const one = key(com('COM1'), { kind: 'usb', id: '067b:2303' });
  expect(key({ ...com('COM1', '/dev/ttyUSB1') }, { kind: 'usb', id: '067b:2303' })).toBe(one);
  expect(key(com('COM2'), { kind: 'usb', id: '067b:2303' })).not.toBe(one);
  expect(key(com('COM1'), { kind: 'usb', id: '067b:2304' })).not.toBe(one);
  expect(key(com('COM1'))).not.toBe(one);
  expect(key({ kind: 'cd', file: '/a.iso' })).toBe(key({ kind: 'cd', file: '/b.iso' }));
  expect(key()).toBe(
    snapshotKey({ qemuVersion: 'QEMU 7.2', baseHash: 'ab', processor: '', handover: [], machine: image }),
  );
});
