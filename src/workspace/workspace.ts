import { join } from 'node:path';
import type { Device } from './devices.ts';
import type { MachineSettings } from './machine-settings.ts';

/** A guest with its settings. The id is a safe file name. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  /** An image's is `qemu` or `virtualbox`. */
  readonly backend: 'qemu' | 'sandbox' | 'virtualbox';
  readonly memoryMiB: number;
  /** Whether the guest has a sound device, where its backend can give it one. */
  readonly sound: boolean;
  /** What of the world the guest reaches beside XPane; for `bridged`, by which bridge of the host. */
  readonly network: 'none' | 'nat' | 'bridged';
  readonly networkBridge: string;
  /** A new guest goes on from a copy of one that has booted, where its backend can. */
  readonly warmStart: boolean;
  /** What its guest changes is gone when it ends. */
  readonly revertible: boolean;
  /** After this long without a window or a launch `closeAction` is done; 0: never. */
  readonly idleMinutes: number;
  readonly closeAction: 'suspend' | 'shutdown' | 'turn-off';
  /** Whether its guest is started when the user logs on, or when somebody wants something of it. */
  readonly start: 'log-on' | 'first-use';
  /** `host`: the host's window manager decorates guest windows; `guest`: whole guest windows are shown. */
  readonly frame: 'host' | 'guest';
  /** Pixels of the host for one of the guest's, in each direction; `auto`: as the host's desktop says. */
  readonly scale: 'auto' | 1 | 2 | 3;
  /** Colour of the edge around every guest window, `#rrggbb`; `auto`: only where the guest draws the frames. */
  readonly trustEdge: string;
  /** Its width in pixels of the guest. */
  readonly trustEdgePx: number;
  /** Whether links that programs of the guest open may leave it, where the rules say so. */
  readonly urlsFromGuest: 'guest' | 'rules';
  /** Which files may go each way, see `fileRule`. */
  readonly filesToGuest: string;
  readonly filesFromGuest: string;
  /** Which files take their folder with them, see `companionRule`. */
  readonly companions: string;
  /** Which of its files open on this computer, see `extensionsIn`. */
  readonly hostOpens: string;
  /** What may be copied each way, see `clipboardRule`. */
  readonly clipboardToGuest: string;
  readonly clipboardFromGuest: string;
  /** Which printers of this computer the guest has, beside one that makes PDF files. */
  readonly printing: 'off' | 'pdf' | 'default' | 'all';
  /** Whether it may have folders of this computer, see `shareRule`. */
  readonly shareFolders: string;
  /** Whether the host's desktop has its applications, and which not, see `unpublishedRule`. */
  readonly integration: 'auto' | 'on' | 'off';
  readonly unpublished: string;
  /** See `scanCommand`. */
  readonly scanFromGuest: string;
  /** Put before every guest window's title, so that no guest window can pose as the host's. */
  readonly titlePrefix: string;
  /** What the guest has beside its machine. */
  readonly devices?: readonly Device[];
  /** A user's own image; without it the workspace is the built-in guest. */
  readonly image?: WorkspaceImage;
}

export interface WorkspaceImage {
  /** SHA-256 of the base image: its name among the images. */
  readonly base: string;
  readonly machine: MachineSettings;
}

/** Where the data of all workspaces lies. `dataFolder` is XPanePaths.data. */
export function dataFolders(dataFolder: string) {
  return {
    /** One folder a workspace, named by its id. */
    workspaces: join(dataFolder, 'workspaces'),
    /** Base images, named by their content. */
    images: join(dataFolder, 'images'),
    /** Notes on what is being made, so that an interrupted piece of work leaves nothing. */
    unfinished: join(dataFolder, 'unfinished'),
  };
}

/** Sockets and pid files of a workspace. Apart from the service's own: a workspace may be called anything. */
export function workspaceRuntime(runtimeFolder: string, id: string): string {
  return join(runtimeFolder, 'ws', id);
}

export const definitionName = 'workspace.json';

const diskNames = { qemu: 'disk.qcow2', sandbox: 'prefix', virtualbox: 'disk.vdi' } as const;
const setUpNames = {
  qemu: 'set-up.json',
  sandbox: 'set-up.json',
  virtualbox: 'set-up-virtualbox.json',
} as const;

/** All on-disk names of a workspace, in one place. `dataFolder` is XPanePaths.data. */
export function workspaceFiles(dataFolder: string, id: string, backend: Workspace['backend']) {
  const folder = join(dataFolders(dataFolder).workspaces, id);
  return {
    folder,
    /** Name, guest, machine and settings; the built-in workspace has one only once something was changed. */
    definition: join(folder, definitionName),
    /** qcow2 overlay, Wine prefix folder, or a whole disk. Each backend has its own. */
    disk: join(folder, diskNames[backend]),
    /** 64 hex digits, 0600, made once. */
    secret: join(folder, 'secret'),
    /** Where first-time set-up of an image is, for each disk; the CD image it is done from, while it is. */
    setUpState: join(folder, setUpNames[backend]),
    /** As the workspace was made: tells whether and how its other disks are to be set up. */
    firstSetUpState: join(folder, setUpNames.qemu),
    setUpDisk: join(folder, 'set-up.iso'),
    /** The floppy that Windows is installed by: it has the product key, 0600, and is there only until it is installed. */
    setUpFloppy: join(folder, 'set-up.flp'),
    /** Folder: logs of the guest's agent and installer, as they were collected. */
    guestLogs: join(folder, 'guest-logs'),
    /** Published applications when the guest last ran. */
    catalogue: join(folder, 'applications.json'),
    /** How long the guest's last start took. */
    startDuration: join(folder, `start-${backend}.json`),
    icons: join(folder, 'icons'),
  };
}
