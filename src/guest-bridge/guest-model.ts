import type { Rect, Size } from '../shared/geometry.ts';
import type { GuestCursorImage } from './protocol/cursor-codec.ts';
import type { FramePatch } from './protocol/frame-codec.ts';
import type {
  balloonKinds,
  cursorShapes,
  LaunchOutcome,
  showStates,
  windowKinds,
} from './protocol/from-guest.ts';
import type { GuestIcon } from './protocol/icon-codec.ts';

/**
 * What is known of a guest, after validation: every number is inside `protocol/limits.ts`, every owner exists,
 * every text went through `displayText`. Objects are immutable: a change makes a new one.
 */

export type WindowKind = (typeof windowKinds)[number];
export type ShowState = (typeof showStates)[number];
export type { FramePatch, GuestCursorImage, GuestIcon, LaunchOutcome };

export interface GuestWindow {
  /** Unique within one run of the agent (`GuestFacts.instance`), never used again. */
  readonly windowId: number;
  /** 0: none. An owner is alive and owners form no cycle; an owner's end makes this 0 (`windowChanged`). */
  readonly ownerId: number;
  /** `normal` with an owner may still be a main window; `menu` covers menus and drop-downs. */
  readonly kind: WindowKind;
  /** Safe to show; may be empty. */
  readonly title: string;
  readonly className: string;
  readonly processId: number;
  readonly executable: string;
  /** Outer rectangle, guest screen coordinates. */
  readonly frame: Rect;
  /** What frames carry pixels of, guest screen coordinates; 1 to `limits.surfaceEdgePx` in both directions. */
  readonly surface: Rect;
  /** What of the surface the window is made of, in surface coordinates and inside it; undefined: all of it. */
  readonly shape: readonly Rect[] | undefined;
  /** 0 (invisible) to 255 (nothing shines through), of all its pixels alike. */
  readonly opacity: number;
  /** The guest's own caption was cut off: the host decorates. */
  readonly decorated: boolean;
  readonly resizable: boolean;
  readonly state: ShowState;
  /** Surface sizes; undefined: no limit. */
  readonly minSize: Size | undefined;
  readonly maxSize: Size | undefined;
  /** False while a modal dialog disables it. */
  readonly enabled: boolean;
  readonly topmost: boolean;
  /** It wants the user: its task bar button flashes in Windows. */
  readonly attention: boolean;
  /** False: it has answered nothing for some seconds. */
  readonly responding: boolean;
  /** An icon that `GuestModel.icon` has, or undefined. */
  readonly iconId: string | undefined;
  /** The serial of the last `window-move` the guest acted on; 0: none yet. */
  readonly geometrySerial: number;
}

export interface GuestApplication {
  /** Stable over restarts of the guest. 16 lower-case hex digits. */
  readonly applicationId: string;
  readonly name: string;
  /** Start Menu folders from the top, without "Programs". */
  readonly folder: readonly string[];
  readonly target: string;
  readonly arguments: string;
  readonly iconId: string | undefined;
  /** Of the files that it opens: plain lower-case characters, without the dot, each once. */
  readonly extensions: readonly string[];
}

/** What the pointer looks like over a window. */
export interface GuestCursor {
  readonly shape: (typeof cursorShapes)[number];
  /** There is one if the shape is `custom`. */
  readonly image: GuestCursorImage | undefined;
}

/** An icon in the guest's notification area. */
export interface GuestTrayIcon {
  /** Unique within one run of the agent. */
  readonly trayId: number;
  /** An icon that `GuestModel.icon` has, or undefined: it has no picture. */
  readonly iconId: string | undefined;
  /** Safe to show; may be empty. */
  readonly tooltip: string;
}

/** What an application says beside its icon in the notification area. */
export interface GuestBalloon {
  /** Of an icon that is in the model. */
  readonly trayId: number;
  /** Both safe to show; the title may be empty. */
  readonly title: string;
  readonly text: string;
  readonly kind: (typeof balloonKinds)[number];
}

export interface GuestDesktop {
  readonly size: Size;
  /** Topmost first; only windows that are alive, each once. */
  readonly zOrder: readonly number[];
  /** A window that is alive, or 0: none. */
  readonly activeId: number;
}

/**
 * New pixels of one window, to be applied in order. `patches` are views of the received message: use them
 * until `ackFrame`, not longer.
 */
export interface FrameUpdate {
  readonly windowId: number;
  /** 1, 2, 3, … without gaps within a connection. */
  readonly sequence: number;
  /** The whole surface is in this frame. Always so for a window's first frame and after a change of size. */
  readonly whole: boolean;
  /** Of the surface at the moment of capture; all patches lie inside. */
  readonly size: Size;
  readonly patches: readonly FramePatch[];
}

/** What the agent said of itself when it was proven. */
export interface GuestFacts {
  readonly agentVersion: string;
  /** Random at each start of the agent: window ids are unique within it. */
  readonly instance: string;
  readonly protocolMinor: number;
  readonly system: string;
  readonly captureBackend: 'redirected' | 'placed';
  readonly capabilities: readonly string[];
  readonly desktop: Size;
}

/** The guest as it is now. Stays as it was when the connection is lost; empty again at `reset`. */
export interface GuestModel {
  /** By window id, in the order of creation. */
  readonly windows: ReadonlyMap<number, GuestWindow>;
  /** By application id. */
  readonly applications: ReadonlyMap<string, GuestApplication>;
  readonly desktop: GuestDesktop;
  /** By tray id, in the order in which they came. */
  readonly trayIcons: ReadonlyMap<number, GuestTrayIcon>;
  icon(iconId: string): GuestIcon | undefined;
  /** An arrow for a window of which nothing else is known. */
  cursorOf(windowId: number): GuestCursor;
}
