import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What GLib programs take as "there is no session bus"; without it they start one of their own for good. */
export const noSessionBus = 'disabled:';

/** Whether the desktop has a D-Bus session bus: where trays and notifications meet their panel. */
export function hasSessionBus(env: NodeJS.ProcessEnv): boolean {
  const address = env.DBUS_SESSION_BUS_ADDRESS;
  if (address) return address !== noSessionBus;
  return env.XDG_RUNTIME_DIR !== undefined && existsSync(join(env.XDG_RUNTIME_DIR, 'bus'));
}
