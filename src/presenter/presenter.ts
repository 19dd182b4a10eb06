import type { Point, Rect, Size } from '../shared/geometry.ts';
import type { HostClipboard } from './clipboard.ts';

/** 8-bit BGRA, straight alpha, top-down, no row padding. */
export interface IconImage extends Size {
  readonly bgra: Uint8Array;
}

/**
 * What the host should make of a surface.
 * - `normal`: a main window with its own taskbar entry; `dialog`: belongs to its owner;
 * - `utility`: a tool window, neither in the taskbar nor in the pager;
 * - `menu`: a menu or drop-down: not managed by the window manager, takes a pointer grab, so that a click
 *   anywhere else is reported (`onClickElsewhere`);
 * - `tooltip`: not managed, no grab, takes no input focus.
 */
export type SurfaceKind = 'normal' | 'dialog' | 'utility' | 'menu' | 'tooltip';

/** `full-screen`: over everything on its monitor, panels too, without decoration, while it has the focus. */
export type ShowState = 'normal' | 'minimised' | 'maximised' | 'full-screen';

/** A moment of the display's own clock at which the user did something, made by `Presenter.userAct`. */
export interface UserAct {
  readonly what: 'user-act';
}

/**
 * Whether a window that comes up may take the keyboard focus:
 * - `never`: it comes up behind the user's back, whatever the window manager's own rules say;
 * - `last-input`: it answers the user's last key or click in a surface, or the last act (`Presenter.userAct`);
 * - an act: it answers what the user did elsewhere, such as choosing an application in the tray.
 * The window manager may still refuse, for the user may have gone on to something else since.
 */
export type FocusWish = 'never' | 'last-input' | UserAct;

/** Everything about a surface that may change during its life; `Surface.update` takes any part of it. */
export interface SurfaceLook {
  readonly kind: SurfaceKind;
  /** Already safe to show. */
  readonly title: string;
  /** WM_CLASS: instance and class; equals StartupWMClass of the application's .desktop file. */
  readonly applicationClass: string;
  readonly owner: Surface | undefined;
  /** It has to be answered before its owner can go on. */
  readonly modal: boolean;
  /** False: a window that a dialog blocks; the window manager is not to give it the focus. */
  readonly acceptsFocus: boolean;
  /** Above all windows that are not. */
  readonly above: boolean;
  /** The host's window manager draws caption and border. */
  readonly decorated: boolean;
  readonly resizable: boolean;
  /** Content sizes. */
  readonly minSize: Size | undefined;
  readonly maxSize: Size | undefined;
  readonly icons: readonly IconImage[];
  /**
   * What of the content the window is made of, relative to it: outside of these it shows nothing and the pointer goes
   * to what lies below. Empty: nothing at all. Undefined: the whole content.
   */
  readonly shape: readonly Rect[] | undefined;
  /** 0 to 255 (nothing shines through), of all its pixels alike; without a compositor nothing ever shines through. */
  readonly opacity: number;
}

/** How painted pixels come into a surface's window; holds for the surface's whole life. */
export interface SurfaceView {
  /** Each painted pixel is a square of so many of the screen's. A whole number from 1. */
  readonly scale: number;
  /**
   * Width, in pixels of the screen, of an edge along all four sides: inside the content, outside of all that is
   * painted, and the host's own. 0: none.
   */
  readonly edgePx: number;
  /** 0xRRGGBB */
  readonly edgeColour: number;
}

export interface SurfaceSpec extends SurfaceLook {
  /** Wanted place of the content (without decoration, with the edge of `view`) on the host's screen. */
  readonly content: Rect;
  /** Pixels one to one and no edge unless told. */
  readonly view?: SurfaceView;
  /** Nobody asked for that position: the window manager may choose a better one. The size is meant. */
  readonly freePosition: boolean;
  readonly state: ShowState;
}

/**
 * A key as the PC keyboard sends it (scan code set 1), and what the host's layout makes of it. A key that the host
 * turned into another one (Caps Lock into Ctrl, say) comes as that one.
 */
export interface KeyEvent {
  /** 1-127, without the E0 prefix; 0 for a key that no PC keyboard has, and that has text. */
  readonly scancode: number;
  /** The key has the E0 prefix (arrows, right Ctrl, …). */
  readonly extended: boolean;
  readonly down: boolean;
  /**
   * False for what was found out, not reported: a modifier that was down already when the focus came, a key that was
   * let go while something else had the keyboard.
   */
  readonly seen: boolean;
  /**
   * The host keeps the key to itself: it chooses a level or a layout (AltGr), or is part of a dead key's or Compose
   * sequence. Its effect is in the text of later keys.
   */
  readonly kept: boolean;
  /** Printable text by the host's layout with its modifiers except Ctrl, Alt and Super; none for other keys. */
  readonly text: string | undefined;
  /** The text is what a sequence of keys made, not this key alone. */
  readonly composed: boolean;
  readonly modifiers: {
    readonly shift: boolean;
    readonly ctrl: boolean;
    readonly alt: boolean;
    readonly altGr: boolean;
    readonly super: boolean;
    readonly capsLock: boolean;
    readonly numLock: boolean;
    readonly scrollLock: boolean;
  };
}

export type PointerButton = 'left' | 'right' | 'middle' | 'back' | 'forward';

/** Takes files of this computer that the user drops on a surface. */
export interface FileDrops {
  /** Asked again and again while files are dragged over it: may they be dropped there now? */
  mayDrop(): boolean;
  /**
   * The user dropped these: absolute paths, each once; none: what was dropped is something else, or not on this computer.
   * Resolves to whether any of them was accepted, soon: the program that they come from waits to be told. Never rejects.
   */
  dropped(paths: readonly string[], at: Point): Promise<boolean>;
}

/**
 * Called on the event loop, in the order in which things happened. Points are relative to the content; while a button
 * is down, to the content where it was when the first one went down: a window that follows the pointer must not chase
 * its own moves.
 */
export interface SurfaceEvents {
  /** The window manager or the user moved or resized it. Not called for what `place` asked and got. */
  onPlaced(content: Rect): void;
  onCloseRequested(): void;
  /**
   * Asked when the surface comes up by its owner's will (for the first time, or `setState` brings it back from
   * minimised). Not asked for `menu` and `tooltip`, which never take the focus.
   */
  mayFocus(): FocusWish;
  onFocus(focused: boolean): void;
  onState(state: ShowState): void;
  onKey(key: KeyEvent): void;
  onPointerMove(at: Point): void;
  /** `timeMs`: the display's clock, which wraps at 2^32; only differences mean anything. */
  onPointerButton(button: PointerButton, down: boolean, at: Point, timeMs: number): void;
  /** Instead of moves, while the user has locked the pointer to this surface: how far the mouse went. */
  onPointerRelative(dx: number, dy: number): void;
  /** 120 units a notch, positive is up / right as in Windows. */
  onWheel(vertical: number, horizontal: number, at: Point): void;
  /** None: no files are dropped on it. Read when the surface opens. */
  readonly fileDrops?: FileDrops | undefined;
  /** Only for `menu`: a press outside every surface of this presenter. The press itself goes nowhere else. */
  onClickElsewhere(): void;
}

/** A change of a surface's pixels. 32-bit BGRX, top-down; `raw` rows are `rect.width * 4` bytes. */
export type PixelPatch =
  | { readonly kind: 'raw'; readonly rect: Rect; readonly bgrx: Uint8Array }
  | { readonly kind: 'fill'; readonly rect: Rect; readonly bgrx: number }
  | { readonly kind: 'copy'; readonly rect: Rect; readonly from: Point };

/** Shapes of the pointer that every desktop has, in its own drawing. */
export type PointerShape =
  | 'arrow'
  | 'text'
  | 'wait'
  | 'cross'
  | 'up-arrow'
  | 'size-nwse'
  | 'size-nesw'
  | 'size-we'
  | 'size-ns'
  | 'size-all'
  | 'no'
  | 'hand'
  | 'app-starting'
  | 'help';

/** A picture for the pointer. */
export interface PointerImage extends IconImage {
  /** The same for the same picture, another for any other. */
  readonly key: string;
  /** The place that points, within the image. */
  readonly hotSpot: Point;
}

export type PointerLook =
  | { readonly kind: 'shape'; readonly shape: PointerShape }
  | { readonly kind: 'image'; readonly image: PointerImage }
  | { readonly kind: 'hidden' };

/** One native window of the host. Owned by who opened it, who must close it. */
export interface Surface {
  /** Where the content is now, as far as the host said. */
  readonly content: Rect;
  update(change: Partial<SurfaceLook>): void;
  /** Moves and resizes the content. */
  place(content: Rect): void;
  setState(state: ShowState): void;
  /** Raises it and gives it the focus. */
  activate(): void;
  /** Asks for the user's attention without taking the focus (a blinking taskbar entry), until it gets the focus. */
  demandAttention(): void;
  /** It needs the user no more. */
  withdrawAttention(): void;
  /** What the pointer looks like over it from now on. Until the first call: what the desktop shows. */
  setPointer(look: PointerLook): void;
  /** Puts it right above or right below another surface, without the focus. */
  stack(where: 'above' | 'below', other: Surface): void;
  /**
   * Applies patches to the surface's pixels, which are `size` large from now on (what was there stays where it
   * fits). All patches lie inside `size`. Resolves when the host has taken the pixels: the caller's buffers are
   * free again and the next frame is welcome.
   */
  paint(size: Size, patches: readonly PixelPatch[]): Promise<void>;
  close(): void;
}

/** An icon in the panel's notification area. */
export interface TrayIconSpec {
  readonly icon: IconImage;
  /** Already safe to show. */
  readonly tooltip: string;
}

export interface TrayIconEvents {
  /** `at` is a point of the host's screen. */
  onButton(button: PointerButton, down: boolean, at: Point): void;
}

/** Owned by who opened it, who must close it. Waits out of sight while the desktop has no notification area. */
export interface TrayIcon {
  /** Where it is on the screen; undefined while nothing shows it. */
  place(): Promise<Rect | undefined>;
  update(change: Partial<TrayIconSpec>): void;
  close(): void;
}

/** A program of the guest that the user waits for. */
export interface StartSpec {
  /** Already safe to show. */
  readonly name: string;
  /** What the host's launcher calls this start; it has told the desktop of it. */
  readonly startupId?: string;
}

/** The desktop shows that something is starting (a busy pointer) until `end`, or until it loses patience. */
export interface StartNotice {
  end(): void;
}

export interface HostScreen {
  readonly size: Size;
  /** Without panels and docks. */
  readonly workArea: Rect;
  /** The part of each monitor that lies in the work area; at least one. */
  readonly monitors: readonly Rect[];
}

export interface PresenterEvents {
  onScreenChanged(screen: HostScreen): void;
  /** The display is gone (server ended, connection lost); every surface is closed. Called once. */
  onLost(reason: Error): void;
}

/** Shows surfaces on the host's desktop. Knows no guest. */
export interface Presenter {
  readonly kind: 'x11';
  readonly screen: HostScreen;
  /** Which way pixels travel, for logs and measurements. */
  readonly pixelPath: 'mapped-memory' | 'server-memory' | 'socket';
  /** Undefined where the display has no way to follow it. */
  readonly clipboard: HostClipboard | undefined;
  /** How many pixels of the screen, in each direction, the user wants for one of an ordinary program: 1, 2 or 3. */
  readonly preferredScale: number;
  open(spec: SurfaceSpec, events: SurfaceEvents): Surface;
  /** The user did something just now that may lead to a window, though not in a surface. */
  userAct(): UserAct;
  /** The user has pressed a key or a button since, anywhere on the desktop, as far as the display tells. */
  userWentOn(since: UserAct): boolean;
  announceStart(spec: StartSpec): StartNotice;
  openTrayIcon(spec: TrayIconSpec, events: TrayIconEvents): TrayIcon;
  /**
   * Locks the pointer to a surface as the user does by Ctrl+Alt+Shift+P, who alone ends it. Only to answer what the
   * user did in that surface: a guest must not hold the pointer. `onPointerRelative` tells when it is done.
   */
  lockPointer(surface: Surface): void;
  close(): Promise<void>;
}
