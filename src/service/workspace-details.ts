import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceDetails } from '../launcher/api/workspace-methods.ts';
import type { Definition } from '../workspace/definition.ts';
import { type Device, deviceName, hostSideOf } from '../workspace/devices.ts';
import { machineDescriptions, machineSettingNames } from '../workspace/machine-settings.ts';
import { ownSettingNames, settingDescriptions } from '../workspace/settings-schema.ts';
import type { SettingsStore } from '../workspace/settings-store.ts';
import type { LiveWorkspace } from './live-workspace.ts';
import type { WorkspaceShelf } from './workspace-shelf.ts';

/** All there is to know of a workspace. Rejects with the system's error. */
export async function workspaceDetails(
  shelf: WorkspaceShelf,
  settings: SettingsStore,
  live: LiveWorkspace,
): Promise<WorkspaceDetails> {
  const definition = shelf.definitionOf(live);
  const { id, name, guest } = definition;
  const folder = shelf.folderOf(id);
  return {
    ...{ id, name, phase: live.session.phase.name, guest: guest.kind, folder },
    diskBytes: await bytesBelow(folder),
    memoryMiB: live.workspace.memoryMiB,
    ...(guest.kind === 'image' ? { base: baseOf(shelf, definition, guest.base) } : {}),
    settings: [...machineOf(definition), ...settingsOf(definition, settings)],
    ...(definition.devices ? { devices: definition.devices.map(deviceShown) } : {}),
  };
}

function baseOf(shelf: WorkspaceShelf, { id }: Definition, hash: string) {
  const sharedWith = shelf.definitions
    .filter((other) => other.id !== id && other.guest.kind === 'image' && other.guest.base === hash)
    .map((other) => other.name);
  const sizeBytes = shelf.bases.sizeBytes(hash);
  return { hash, sharedWith, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
}

function machineOf({ guest }: Definition): WorkspaceDetails['settings'] {
  if (guest.kind !== 'image') return [];
  return machineSettingNames.map((name) => ({
    ...{ name, value: guest.machine[name], own: true },
    ...machineDescriptions[name],
  }));
}

function deviceShown(device: Device) {
  return { kind: device.kind, name: deviceName(device), host: hostSideOf(device) };
}

function settingsOf({ settings }: Definition, store: SettingsStore): WorkspaceDetails['settings'] {
  const effective = store.read(settings);
  return ownSettingNames.map((name) => {
    const { about, range } = settingDescriptions[name];
    return { name, value: effective[name], own: name in settings, about, range };
  });
}

/** Bytes on the medium; a file with several names counts once. */
async function bytesBelow(folder: string): Promise<number> {
  const seen = new Set<number>();
  const within = async (path: string): Promise<number> => {
    let sum = 0;
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) sum += await within(child);
      const { ino, blocks } = await lstat(child);
      if (!seen.has(ino)) sum += blocks * 512;
      seen.add(ino);
    }
    return sum;
  };
  return within(folder);
}
