import type { Definition } from './definition.ts';
import { automaticMemoryMiB } from './guest-memory.ts';
import type { Settings } from './settings-schema.ts';
import type { Workspace } from './workspace.ts';

/**
 * A workspace by its definition and the settings that hold for it. `backend` is what the service made of the setting,
 * which may be `auto`, for the built-in guest; an image needs a virtual machine, whatever it is. `hostMiB` is the memory
 * of this computer. Pure.
 */
export function workspaceFrom(
  { id, name, guest, devices }: Definition,
  settings: Settings,
  backend: Workspace['backend'],
  hostMiB: number,
): Workspace {
  const {
    backend: setting,
    logLevel: __,
    urlRules: ____,
    devices: ___,
    memoryMiB: memory,
    ...others
  } = settings;
  const { sound, warmStart, revertible, ...ofWorkspace } = others;
  const memoryMiB = memory === 'auto' ? automaticMemoryMiB(guest.kind, hostMiB) : memory;
  const switches = { sound: sound === 'on', warmStart: warmStart === 'on', revertible: revertible === 'on' };
  const common = { id, name, ...switches, memoryMiB, ...ofWorkspace, ...(devices ? { devices } : {}) };
  if (guest.kind === 'builtin') return { ...common, backend };
  const { base, machine } = guest;
  return { ...common, backend: setting === 'virtualbox' ? setting : 'qemu', image: { base, machine } };
}
