import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { ErrorReport } from '../shared/errors.ts';
import type { Size } from '../shared/geometry.ts';
import type { Log } from '../shared/log.ts';
import type { VmNetwork } from '../vm/network.ts';
import type { GuestSnapshot, InstallationMedia, VmBackend, VmSpec } from '../vm/vm-backend.ts';
import type { GuestEnd } from './guest-end.ts';
import type { GuestBegin, GuestRest } from './redirected-files.ts';
import type { GuestPatience } from './session-guest.ts';

/** What a workspace's session is made of. */
export interface SessionParts {
  readonly workspaceId: string;
  /** What the guest is made of, looked up at each start. Throws XPaneError when something is missing. */
  readonly guestSource: () => GuestSource;
  readonly disk: string;
  readonly secretFile: string;
  readonly secret: string;
  /** 0700, of this workspace alone; each launch gets a fresh folder in it. */
  readonly runtimeFolder: string;
  readonly memoryMiB: number;
  readonly sound: boolean;
  readonly network?: VmNetwork;
  /** See `VmSpec`. */
  readonly warmStart: boolean;
  readonly revertible: boolean;
  readonly onTrouble?: VmSpec['onTrouble'];
  /** What `onTrouble` told last. */
  readonly trouble?: () => ErrorReport | undefined;
  /** Ends what an earlier start left on the disk; rejects when that may still write to it. */
  readonly endLeft?: () => Promise<void>;
  /** It has a second disk, which is the user's own and never reverted. */
  readonly writesElsewhere?: boolean;
  /** Keeps how long the last start took. */
  readonly startDurationFile: string;
  /** The size a guest desktop should have now. */
  readonly desktop: () => Size;
  /** See `VmCapabilities`. */
  readonly suspendMs: number;
  /** The suspended guest, if there is one. */
  readonly snapshot: GuestSnapshot;
  /** What is in the guest's CD drive at its next start; see `VmSpec.setUpDisk`. */
  readonly setUpDisk?: () => string | undefined;
  /** What the guest is installed from at its next start; see `VmSpec.installation`. */
  readonly installation?: () => InstallationMedia | undefined;
  /** Somebody looks at the guest's own screen, or sets it up: it may take as long to get ready as he likes. */
  readonly attended?: () => boolean;
  /** A guest's bridge exists from its start on; whoever shows windows or lists applications listens here. */
  readonly onBridge: (bridge: GuestBridge, begin: GuestBegin) => void;
  /** Awaited before a guest that runs ends or rests. What it rejects with keeps the guest running. */
  readonly beforeEnd?: (end: () => GuestEnd) => Promise<void>;
  /** Awaited when a guest has shut itself down, or rests: not when it was killed, or has broken off. Never rejects. */
  readonly afterEnd?: (how: GuestRest) => Promise<void>;
  readonly log: Log;
}

export interface GuestSource {
  readonly backend: VmBackend;
  /** `xpane-agent.exe` on the host. */
  readonly agentFile: string;
  /** For guests that may boot for long, or without an agent. */
  readonly patience?: GuestPatience;
}
