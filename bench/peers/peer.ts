import type { Rect } from '../../src/shared/geometry.ts';
import type { XDesktop } from '../../test/component/fixtures/x-desktop.ts';
import type { Eye } from '../eye/eye.ts';

/** Who shows the guest's program, in the words of the results. */
export type PeerKey = 'xpane' | 'floor' | 'xpra_tcp' | 'xpra_mmap' | 'vnc' | 'qemu';

/**
 * One way to see and use the guest's program on a display, running and with its window open. All peers run the same
 * program by the same Wine. Owner of all its processes: call `stop`.
 */
export interface Peer {
  readonly key: PeerKey;
  /** As people read it. */
  readonly title: string;
  readonly desktop: XDesktop;
  readonly eye: Eye;
  /** Where the program's client area is on the display. */
  readonly content: Rect;
  /** Process ids by what they do. */
  readonly processes: () => ProcessGroups;
  /** Bytes received by the end that shows the windows, since it started. */
  readonly bytesReceived: () => Promise<number>;
  /** What its host side logged, for a turn that failed. */
  readonly log?: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

export interface ProcessGroups {
  /** The end where the program runs: agent, or server. */
  readonly guestSide: readonly number[];
  /** The end that shows it: service, or client. */
  readonly hostSide: readonly number[];
  /** Program, Wine and all else that the guest consists of. */
  readonly guest: readonly number[];
  /** The user's display. */
  readonly display: readonly number[];
}
