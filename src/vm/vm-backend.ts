import type { GuestEndpoint } from '../shared/endpoint.ts';
import type { ErrorReport } from '../shared/errors.ts';
import type { Size } from '../shared/geometry.ts';
import type { DevicePlace } from './guest-devices.ts';
import type { NetworkKind, VmNetwork } from './network.ts';

/** What a backend can do: data that callers look at, instead of asking which backend it is. */
export interface VmCapabilities {
  /** A guest kernel of its own: malware in the guest meets a virtual machine, not just namespaces. */
  readonly ownKernel: boolean;
  /** Boots a user's own Windows XP image. */
  readonly bootsImages: boolean;
  /** What `memoryMiB` bounds: all of the guest, or each of its programs by itself. */
  readonly memory: 'guest' | 'program';
  /** Whether the workspace's disk can only grow up to a size, or as long as the host has room. */
  readonly boundedDisk: boolean;
  /** Whether the guest can be heard on the host. No guest can record, whatever this says. */
  readonly sound: boolean;
  /** Whether a guest can be put to rest on the disk and go on from there: see `VmInstance.suspend`. */
  readonly suspends: boolean;
  /** How long that may take at most; 0 where there is no suspending. */
  readonly suspendMs: number;
  /** Whether the guest has a screen of its own that can be looked at: see `VmInstance.screenSocket`. */
  readonly screen: boolean;
  /** Which devices a workspace may have beside its machine, by its guest; without it none. */
  readonly devices?: Readonly<Record<'builtin' | 'image', readonly DevicePlace[]>>;
  /** What a guest can be let reach beside XPane: see `VmNetwork`. */
  readonly networks: readonly NetworkKind[];
}

/** What an operating system is installed from. */
export interface InstallationMedia {
  /** A CD image that boots. */
  readonly cd: string;
  /** An image of a floppy of 1.44 MB. */
  readonly floppy: string;
}

/** How a guest is to be started. All paths are absolute. */
export interface VmSpec {
  readonly workspaceId: string;
  /** The workspace's own disk: a qcow2 overlay (qemu) or a Wine prefix folder (sandbox); made by `prepareDisk`. */
  readonly disk: string;
  /** 0700 folder for this launch only: sockets, pid file, set-up disk. Emptied by the backend at the end. */
  readonly runtimeFolder: string;
  /** Files the built-in guest finds in `/run/xpane`: the agent and the workspace's secret. Read once, at start. */
  readonly agentFile: string;
  readonly secretFile: string;
  /** The guest's desktop in pixels. */
  readonly desktop: Size;
  /** What it bounds: see `VmCapabilities.memory`. */
  readonly memoryMiB: number;
  /** A CD image in the drive of a user's own guest, read-only: what it is set up from. */
  readonly setUpDisk?: string | undefined;
  /**
   * What a user's own guest is installed from, read-only: it boots from the CD while its disk is blank, and from its
   * disk as soon as that boots. Backends that cannot do that refuse.
   */
  readonly installation?: InstallationMedia | undefined;
  /** Whether the guest gets a sound device, where the backend has one: see `VmCapabilities.sound`. */
  readonly sound: boolean;
  /** One of `VmCapabilities.networks`. Without it the guest reaches nothing. */
  readonly network?: VmNetwork | undefined;
  /** A guest without a disk may go on from a copy of one that has booted, and be what others are copies of. */
  readonly warmStart?: boolean;
  /** What the guest writes goes when it ends, and its disk stays as it is; such a guest is never suspended. */
  readonly revertible?: boolean;
  /** Called when the guest cannot go on as it should, with what the user can do, and without that when it goes on. */
  readonly onTrouble?: ((why: ErrorReport | undefined) => void) | undefined;
}

/** The agent of a guest that is a copy, or of which copies are made, knows another secret than its workspace's. */
export interface BorrowedSecret {
  readonly secret: string;
  /**
   * Makes the guest as it is now, ready and used by nobody yet, the one that others are copies of; it runs on. Absent
   * where it is a copy itself. Rejects with the guest running on, unless it ended meanwhile; with `signal.reason` when
   * nobody wants it any more, and then nothing is kept.
   */
  readonly keep?: (deadlineMs: number, signal?: AbortSignal) => Promise<void>;
  /** What it is a copy of is no good: nobody gets a copy of it any more. */
  discard(): void;
}

/** How a guest ended. `expected`: `powerOff`, `kill` or `suspend` was called, or the guest shut itself down. */
export interface VmExit {
  readonly expected: boolean;
  /** It shut itself down, asked to or not: its programs were closed, and what they wrote is on its disk. */
  readonly inOrder: boolean;
  /** What the process said last, for the log: from the host's program, at most 4 KiB. */
  readonly detail: string;
}

/** A running guest. Its owner must call `powerOff`, `kill` or `suspend`; the process also dies with this service. */
export interface VmInstance {
  readonly endpoint: GuestEndpoint;
  /** It went on from a snapshot: its clock stood still meanwhile, and what was open in it still is. */
  readonly resumed: boolean;
  /** Present where the agent has to be handed the workspace's own secret before anything else. */
  readonly borrowed?: BorrowedSecret;
  /** The guest's own screen, from its BIOS on: RFB 3.8 (RFC 6143) without a password, on a socket of this user's alone. */
  readonly screenSocket?: string;
  /** Host process ids, for measurements and for tests of ownership. */
  readonly processIds: readonly number[];
  /** Resolves once, when the guest is gone and its runtime files are removed. Never rejects. */
  readonly exited: Promise<VmExit>;
  /** Asks the guest to shut down in order (its data is written); ends it by force after `deadlineMs`. */
  powerOff(deadlineMs: number): Promise<VmExit>;
  /** Ends it at once. */
  kill(): Promise<VmExit>;
  /**
   * Keeps the guest as it is now beside its disk, and ends its process: the next `start` goes on from there. Absent
   * where the backend cannot, see `VmCapabilities.suspends`. Throws `vm.suspend-no-room` or `vm.suspend-failed` with
   * the guest running on, within `deadlineMs`; any other error when it ended meanwhile.
   */
  readonly suspend?: (deadlineMs: number) => Promise<VmExit>;
  /** Absent where the guest's programs are the host's own, and its clock the host's. */
  readonly pause?: GuestPause;
}

/** A guest that stands still, in the memory of this computer; its clock does, too. Rejects with `vm.*`. */
export interface GuestPause {
  stop(): Promise<void>;
  goOn(): Promise<void>;
}

/** What is kept of a suspended guest: files beside its disk. */
export interface GuestSnapshot {
  exists(): boolean;
  /** What was open in the guest is lost; its disk is as after a power cut. Nothing to discard is fine. */
  discard(): void;
}

export type BackendKind = 'qemu' | 'sandbox' | 'virtualbox';

/** Starts guests. One implementation per technology; nothing outside `vm/` knows which. */
export interface VmBackend {
  readonly kind: BackendKind;
  readonly capabilities: VmCapabilities;
  /** What is missing on this host for this backend to work, or undefined when nothing is. */
  obstacle(signal?: AbortSignal): Promise<ErrorReport | undefined>;
  /** Makes the workspace's disk at `disk` if it is not there yet. Leaves nothing half made. */
  prepareDisk(disk: string, signal?: AbortSignal): Promise<void>;
  /** Ends whatever an earlier service left running in `runtimeFolder` or on `disk` (it crashed), and empties the folder. */
  reclaim(runtimeFolder: string, disk: string): Promise<void>;
  /**
   * Starts the guest's process, from its snapshot if there is one that fits; a disk that is not there yet is made.
   * Resolves when it runs and its endpoint exists; the guest itself is ready only when the bridge has shaken hands.
   * Throws XPaneError `vm.*`.
   */
  start(spec: VmSpec, signal?: AbortSignal): Promise<VmInstance>;
}
