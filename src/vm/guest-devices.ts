/** Devices of the host, and images of the user's, that a workspace has beside its own machine. Paths are absolute. */
export type GuestDevice =
  | { readonly kind: 'serial'; readonly port: 'COM1' | 'COM2' | 'COM3' | 'COM4'; readonly path: string }
  | { readonly kind: 'parallel'; readonly port: 'LPT1'; readonly path: string }
  /** Vendor and product, four hexadecimal digits each. */
  | { readonly kind: 'usb'; readonly id: string }
  | { readonly kind: 'cd'; readonly file: string }
  /** The format is kept: the guest could write another's header into a raw disk. */
  | { readonly kind: 'disk'; readonly file: string; readonly format: 'qcow2' | 'raw' };

/** Where a device appears in the guest: a port by its name, else by what it is. */
export type DevicePlace = 'COM1' | 'COM2' | 'COM3' | 'COM4' | 'LPT1' | 'usb' | 'cd' | 'disk';

/** Pure. */
export function placeOf(device: GuestDevice): DevicePlace {
  return 'port' in device ? device.port : device.kind;
}

/** A device whose side on the host was looked at: what it is there. */
export type ConnectedDevice =
  | (Extract<GuestDevice, { kind: 'serial' }> & { readonly host: 'tty' | 'socket' })
  | (Extract<GuestDevice, { kind: 'parallel' }> & { readonly host: 'parport' | 'tty' | 'socket' | 'file' })
  | Extract<GuestDevice, { kind: 'usb' | 'cd' | 'disk' }>;
