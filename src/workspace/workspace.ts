import { join } from 'node:path';

/** A guest with its settings. The id is a safe file name. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly backend: 'qemu' | 'sandbox';
  readonly memoryMiB: number;
  /** Whether the guest has a sound device, where its backend can give it one. */
  readonly sound: boolean;
  /** After this long without a window or a launch it is suspended, where its backend can; 0: never. */
  readonly idleMinutes: number;
  /** `host`: the host's window manager decorates guest windows; `guest`: whole guest windows are shown. */
  readonly frame: 'host' | 'guest';
  /** Pixels of the host for one of the guest's, in each direction; `auto`: as the host's desktop says. */
  readonly scale: 'auto' | 1 | 2 | 3;
  /** Colour of the edge around every guest window, `#rrggbb`; `auto`: only where the guest draws the frames. */
  readonly trustEdge: string;
  /** Its width in pixels of the guest. */
  readonly trustEdgePx: number;
  /** Put before every guest window's title, so that no guest window can pose as the host's. */
  readonly titlePrefix: string;
}

/** All on-disk names of a workspace, in one place. `dataFolder` is XPanePaths.data. */
export function workspaceFiles(dataFolder: string, id: string, backend: Workspace['backend']) {
  const folder = join(dataFolder, 'workspaces', id);
  return {
    folder,
    /** qcow2 overlay or Wine prefix folder. */
    disk: join(folder, backend === 'qemu' ? 'disk.qcow2' : 'prefix'),
    /** 64 hex digits, 0600, made once. */
    secret: join(folder, 'secret'),
    /** Published applications when the guest last ran. */
    catalogue: join(folder, 'applications.json'),
    /** How long the guest's last start took. */
    startDuration: join(folder, `start-${backend}.json`),
    icons: join(folder, 'icons'),
  };
}
