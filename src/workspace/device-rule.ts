import { XPaneError } from '../shared/errors.ts';
import { type AskedDevice, type DeviceKind, deviceName } from './devices.ts';

/**
 * Which devices workspaces may have, as the setting `devices` tells: `all`, `none`, or a list of kinds, where USB may
 * be narrowed to vendors and products: `serial, cd, usb:067b:2303, usb:0403:*`.
 */

const kinds: readonly DeviceKind[] = ['serial', 'parallel', 'usb', 'cd', 'disk'];

export const deviceRuleRange =
  'all, none, or a list of serial, parallel, usb, cd, disk and patterns as usb:067b:2303 or usb:067b:*';

/** Pure. */
export function isDeviceRule(text: string): boolean {
  return text === 'all' || text === 'none' || partsOf(text).every(isPart);
}

/** What is no rule allows nothing. Pure. */
export function allowsDevice(rule: string, device: AskedDevice): boolean {
  if (!isDeviceRule(rule) || rule === 'none') return false;
  return rule === 'all' || partsOf(rule).some((part) => covers(part, device));
}

/** Throws `device.not-allowed`. Pure. */
export function requireAllowed(rule: string, device: AskedDevice): void {
  if (allowsDevice(rule, device)) return;
  throw new XPaneError(
    'device.not-allowed',
    `The setting "devices" of this computer does not allow ${deviceName(device)} (${device.kind}): it is "${rule}".`,
    'Ask whoever administers this computer, or take the device away ("xpane workspace device remove").',
  );
}

const partsOf = (text: string) => text.split(',').map((part) => part.trim());

function isPart(part: string): boolean {
  return kinds.some((kind) => kind === part) || /^usb:[0-9a-f]{4}:([0-9a-f]{4}|\*)$/.test(part);
}

function covers(part: string, device: AskedDevice): boolean {
  if (part === device.kind) return true;
  if (device.kind !== 'usb' || !part.startsWith('usb:')) return false;
  const pattern = part.slice('usb:'.length);
  return pattern.endsWith('*') ? device.id.startsWith(pattern.slice(0, -1)) : device.id === pattern;
}
