import type { Params } from '../launcher/api/methods.ts';
import { XPaneError } from '../shared/errors.ts';
import { capabilities } from '../vm/capabilities.ts';
import { placeOf } from '../vm/guest-devices.ts';
import { attachedDisk, checkCd } from '../vm/images/attached-image.ts';
import type { Definition } from '../workspace/definition.ts';
import { requireAllowed } from '../workspace/device-rule.ts';
import { type Device, deviceFrom, withDevice, withoutDevice } from '../workspace/devices.ts';
import type { SettingsStore } from '../workspace/settings-store.ts';
import type { Workspace } from '../workspace/workspace.ts';

/**
 * A definition with one device more. The host's side of a port or a USB device need not be there yet: that is looked
 * at when the guest starts. Throws `device.…`, `image.…`, `settings.…`.
 */
export function definitionWithDevice(
  { definition, workspace }: { readonly definition: Definition; readonly workspace: Workspace },
  asked: Pick<Params<'addDevice'>, 'kind' | 'words'>,
  settings: SettingsStore,
): Definition {
  const device = deviceFrom(asked.kind, asked.words);
  requireAllowed(settings.read(definition.settings).devices, device);
  requirePossible(workspace, device.kind === 'disk' ? { ...device, format: 'raw' } : device);
  if (device.kind === 'cd') checkCd(device.file);
  const whole = device.kind === 'disk' ? { ...device, ...attachedDisk(device.file) } : device;
  return { ...definition, devices: withDevice(definition.devices ?? [], whole) };
}

/** Throws `device.unknown`. Pure. */
export function definitionWithoutDevice({ devices, ...others }: Definition, name: string): Definition {
  const left = withoutDevice(devices ?? [], name);
  return left.length === 0 ? others : { ...others, devices: left };
}

/**
 * Before each start: the policy may have come after the device, and another backend may have been chosen. A guest is
 * not started without a device that it should have. Throws `device.not-allowed`, `device.not-possible`.
 */
export function requireDevices(workspace: Workspace, rule: string): void {
  for (const device of workspace.devices ?? []) {
    requireAllowed(rule, device);
    requirePossible(workspace, device);
  }
}

function requirePossible({ backend, image }: Workspace, device: Device): void {
  const possible = capabilities[backend].devices?.[image ? 'image' : 'builtin'] ?? [];
  const place = placeOf(device);
  if (possible.includes(place)) return;
  const guest = image ? 'A guest with an image' : 'The built-in guest';
  const where = capabilities[backend].ownKernel ? '' : ' without a virtual machine';
  throw new XPaneError(
    'device.not-possible',
    `${guest} cannot have ${place}${where}.`,
    possible.length === 0
      ? 'Set "backend" to qemu, or take the device away ("xpane workspace device remove").'
      : `It can have: ${possible.join(', ')}.`,
  );
}
