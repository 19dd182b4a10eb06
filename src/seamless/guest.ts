import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { SurfaceView } from '../presenter/presenter.ts';

/** The part of the bridge that windows need. */
export type SeamlessGuest = Pick<GuestBridge, 'model' | 'on' | 'send' | 'ackFrame'>;

/** How guest windows are to look on the host; from the workspace's settings. */
export interface SeamlessLook {
  readonly workspaceId: string;
  readonly titlePrefix: string;
  readonly frame: 'host' | 'guest';
  /** How large the guest's pixels are on the host, and the edge around each window. */
  readonly view?: SurfaceView;
}
