import { XPaneError } from '../../shared/errors.ts';
import type { XConnection } from './x11-client.ts';

/** Names that the window manager conventions use (ICCCM, EWMH, Motif). */
const NAMES = [
  'ATOM',
  'CARDINAL',
  'MANAGER',
  'STRING',
  'UTF8_STRING',
  'WINDOW',
  'WM_CHANGE_STATE',
  'WM_CLASS',
  'WM_CLIENT_MACHINE',
  'WM_DELETE_WINDOW',
  'WM_HINTS',
  'WM_NAME',
  'WM_NORMAL_HINTS',
  'WM_PROTOCOLS',
  'WM_SIZE_HINTS',
  'WM_STATE',
  'WM_TRANSIENT_FOR',
  '_MOTIF_WM_HINTS',
  '_NET_ACTIVE_WINDOW',
  '_NET_CURRENT_DESKTOP',
  '_NET_STARTUP_INFO',
  '_NET_STARTUP_INFO_BEGIN',
  '_NET_SUPPORTING_WM_CHECK',
  '_NET_SYSTEM_TRAY_OPCODE',
  '_NET_SYSTEM_TRAY_S0',
  '_NET_WM_ICON',
  '_NET_WM_NAME',
  '_NET_WM_PID',
  '_NET_WM_PING',
  '_NET_WM_STATE',
  '_NET_WM_STATE_ABOVE',
  '_NET_WM_STATE_DEMANDS_ATTENTION',
  '_NET_WM_STATE_FULLSCREEN',
  '_NET_WM_STATE_HIDDEN',
  '_NET_WM_STATE_MAXIMIZED_HORZ',
  '_NET_WM_STATE_MAXIMIZED_VERT',
  '_NET_WM_STATE_MODAL',
  '_NET_WM_STATE_SKIP_PAGER',
  '_NET_WM_STATE_SKIP_TASKBAR',
  '_NET_WM_USER_TIME',
  '_NET_WM_WINDOW_OPACITY',
  '_NET_WM_WINDOW_TYPE',
  '_NET_WM_WINDOW_TYPE_DIALOG',
  '_NET_WM_WINDOW_TYPE_NORMAL',
  '_NET_WM_WINDOW_TYPE_POPUP_MENU',
  '_NET_WM_WINDOW_TYPE_TOOLTIP',
  '_NET_WM_WINDOW_TYPE_UTILITY',
  '_NET_WORKAREA',
  '_XEMBED_INFO',
] as const;

export type AtomName = (typeof NAMES)[number];
/** The server's numbers for the names. */
export type Atoms = Readonly<Record<AtomName, number>>;

const INTERN_ATOM = 16;

/**
 * Asks for all of them in one round trip. npm x11 has a request for it, but remembers the numbers across
 * connections: with a second X server in the life of this process they would be wrong.
 */
export async function internAtoms(connection: XConnection): Promise<Atoms> {
  return await internAll(connection, NAMES);
}

/** As `internAtoms`, for names of a room's own. */
export async function internAll<N extends string>(
  connection: XConnection,
  names: readonly N[],
): Promise<Readonly<Record<N, number>>> {
  const entries = await Promise.all(
    names.map(async (name) => {
      const reply = await connection.askRaw(internRequest(name));
      if (!reply)
        throw new XPaneError('presenter.lost', 'The X server went away.', 'Log in to the desktop again.');
      return [name, reply.readUInt32LE(0)] as const;
    }),
  );
  return Object.fromEntries(entries) as Record<N, number>;
}

function internRequest(name: string): Buffer {
  const request = Buffer.alloc(8 + Math.ceil(name.length / 4) * 4);
  request.writeUInt8(INTERN_ATOM, 0);
  request.writeUInt16LE(request.length / 4, 2);
  request.writeUInt16LE(name.length, 4);
  request.write(name, 8, 'latin1');
  return request;
}
