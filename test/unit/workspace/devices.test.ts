import { expect, test } from 'vitest';
import { isDeviceRule, requireAllowed } from '../../../src/workspace/device-rule.ts';
import {
  type Device,
  deviceFrom,
  deviceName,
  devicesSchema,
  withDevice,
  withoutDevice,
} from '../../../src/workspace/devices.ts';

const serial: Device = { kind: 'serial', port: 'COM1', path: '/dev/ttyUSB0' };
const usb: Device = { kind: 'usb', id: '067b:2303' };

test.each([
  ['serial com2 /dev/ttyS0', { kind: 'serial', port: 'COM2', path: '/dev/ttyS0' }],
  ['parallel LPT1 /dev/parport0', { kind: 'parallel', port: 'LPT1', path: '/dev/parport0' }],
  ['usb 067B:2303', usb],
  ['cd /a.iso', { kind: 'cd', file: '/a.iso' }],
  ['disk /a.qcow2', { kind: 'disk', file: '/a.qcow2' }],
])('"%s" is a device', (text, device) => {
  const [kind = '', ...words] = text.split(' ');
  expect(deviceFrom(kind, words)).toEqual(device);
});

test.each([
  'serial COM1',
  'serial COM5 /dev/ttyS0',
  'serial COM1 ttyS0',
  'serial COM1 /dev/ttyS0 more',
  'parallel LPT2 /dev/parport0',
  'usb 67b:2303',
  'usb *:2303',
  'usb 067b:2303,bus=x',
  'cd a.iso',
  'cd /a\nb.iso',
  'floppy /a.img',
  'toString /a',
])('"%s" is none', (text) => {
  const [kind = '', ...words] = text.split(' ');
  expect(() => deviceFrom(kind, words)).toThrowError(expect.objectContaining({ code: 'device.invalid' }));
});

test('a port is taken once; there is one CD and one disk; USB ends with the controller’s ports', () => {
  const taken = expect.objectContaining({ code: 'device.taken' });
  expect(withDevice([serial], { ...serial, port: 'COM2' })).toHaveLength(2);
  expect(() => withDevice([serial], { ...serial, path: '/dev/ttyS0' })).toThrowError(taken);
  expect(() => withDevice([{ kind: 'cd', file: '/a' }], { kind: 'cd', file: '/b' })).toThrowError(taken);
  const six = [1, 2, 3, 4, 5, 6].map((digit): Device => ({ kind: 'usb', id: `067b:000${digit}` }));
  expect(() => withDevice(six, usb)).toThrowError(taken);
  expect(() => withDevice([usb], usb)).toThrowError(taken);
  expect(devicesSchema.safeParse([...six, serial]).success).toBe(true);
  expect(devicesSchema.safeParse([serial, serial]).success).toBe(false);
});

test('a device is taken away by its name', () => {
  expect(withoutDevice([serial, usb], 'com1')).toEqual([usb]);
  expect(() => withoutDevice([serial], 'COM2')).toThrowError(
    expect.objectContaining({ code: 'device.unknown', hint: 'It has: COM1.' }),
  );
  expect([serial, usb].map(deviceName)).toEqual(['COM1', '067b:2303']);
});

test.each([
  ['all', true, true],
  ['none', false, false],
  ['serial', true, false],
  ['cd, usb', false, true],
  ['usb:067b:2303', false, true],
  ['usb:067b:*', false, true],
  ['usb:067b:2304', false, false],
  ['usb:0403:*,serial', true, false],
])('the rule "%s" allows what it names and nothing else', (rule, allowsSerial, allowsUsb) => {
  expect(isDeviceRule(rule)).toBe(true);
  const allowed = (device: Device) => {
    try {
      requireAllowed(rule, device);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'device.not-allowed', message: expect.stringContaining(rule) });
      return false;
    }
  };
  expect([allowed(serial), allowed(usb)]).toEqual([allowsSerial, allowsUsb]);
});

test.each(['', 'serials', 'serial;usb', 'usb:*:2303', 'usb:067B:2303', 'all,usb'])(
  '"%s" is no rule, and would allow nothing',
  (rule) => {
    expect(isDeviceRule(rule)).toBe(false);
    expect(() => requireAllowed(rule, serial)).toThrowError(
      expect.objectContaining({ code: 'device.not-allowed' }),
    );
  },
);
