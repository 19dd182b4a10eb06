import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { SurfaceView } from '../presenter/presenter.ts';
import type { Point } from '../shared/geometry.ts';

/** The part of the bridge that windows need. */
export type SeamlessGuest = Pick<GuestBridge, 'model' | 'on' | 'send' | 'ackFrame'>;

/** What becomes of files of this computer that the user drops on a window of the guest. See `FileDrops`. */
export interface GuestFileDrops {
  /** Files may go into this guest now. */
  mayDrop(): boolean;
  /** `at`: a point of that window's surface. */
  dropped(paths: readonly string[], windowId: number, at: Point): Promise<boolean>;
}

/** How guest windows are to look on the host; from the workspace's settings. */
export interface SeamlessLook {
  readonly workspaceId: string;
  readonly titlePrefix: string;
  readonly frame: 'host' | 'guest';
  /** How large the guest's pixels are on the host, and the edge around each window. */
  readonly view?: SurfaceView;
}
