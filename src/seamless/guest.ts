import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';

/** The part of the bridge that windows need. */
export type SeamlessGuest = Pick<GuestBridge, 'model' | 'on' | 'send' | 'ackFrame'>;

/** How guest windows are to look on the host; from the workspace's settings. */
export interface SeamlessLook {
  readonly workspaceId: string;
  readonly titlePrefix: string;
  readonly frame: 'host' | 'guest';
}
