import type { Rect, Size } from '../../../shared/geometry.ts';
import type { IconImage, SurfaceKind, SurfaceLook, SurfaceView } from '../../presenter.ts';
import type { AtomName } from '../atoms.ts';

/** Largest width, height or coordinate that the X protocol carries. */
export const MAX_PIXELS = 32_767;
/** Icons that do not fit into one classic request are left out; nobody shows one so large in a taskbar. */
const MAX_ICON_SIDE = 192;
const MAX_ICON_BYTES = 240 * 1024;
const MAX_TITLE_CHARACTERS = 1024;

const sizeFlag = {
  userPosition: 1,
  userSize: 2,
  programPosition: 4,
  programSize: 8,
  minSize: 16,
  maxSize: 32,
  resizeIncrement: 64,
  baseSize: 256,
  gravity: 512,
} as const;
/** Positions are those of the content, whatever frame the window manager draws around it. */
const STATIC_GRAVITY = 10;

const inputHint = 1;
const stateHint = 2;
const groupHint = 64;
const NORMAL_STATE = 1;
export const ICONIC_STATE = 3;

const MOTIF_DECORATIONS = 2;

const typeOfKind: Readonly<Record<SurfaceKind, AtomName>> = {
  normal: '_NET_WM_WINDOW_TYPE_NORMAL',
  dialog: '_NET_WM_WINDOW_TYPE_DIALOG',
  utility: '_NET_WM_WINDOW_TYPE_UTILITY',
  menu: '_NET_WM_WINDOW_TYPE_POPUP_MENU',
  tooltip: '_NET_WM_WINDOW_TYPE_TOOLTIP',
};

/** The EWMH window type of a kind of surface. */
export function windowTypeOf(kind: SurfaceKind): AtomName {
  return typeOfKind[kind];
}

/** Whether the window manager has a say in such a window. */
export function isManaged(kind: SurfaceKind): boolean {
  return kind !== 'menu' && kind !== 'tooltip';
}

/** WM_NORMAL_HINTS (ICCCM 4.1.2.3): 18 words. */
export function sizeHints(
  content: Rect,
  look: Pick<SurfaceLook, 'resizable' | 'minSize' | 'maxSize'>,
  freePosition = false,
  view: Pick<SurfaceView, 'scale' | 'edgePx'> = { scale: 1, edgePx: 0 },
): readonly number[] {
  const min = look.resizable ? look.minSize : content;
  const max = look.resizable ? look.maxSize : content;
  const flags =
    (freePosition ? 0 : sizeFlag.userPosition | sizeFlag.programPosition) |
    sizeFlag.userSize |
    sizeFlag.programSize |
    sizeFlag.gravity |
    (min ? sizeFlag.minSize : 0) |
    (max ? sizeFlag.maxSize : 0) |
    (view.scale > 1 ? sizeFlag.resizeIncrement | sizeFlag.baseSize : 0);
  const atLeast = limited(min ?? { width: 1, height: 1 });
  const wanted = limited(max ?? { width: MAX_PIXELS, height: MAX_PIXELS });
  // A guest may claim a maximum below its minimum; window managers disagree on what that means.
  const atMost = {
    width: Math.max(atLeast.width, wanted.width),
    height: Math.max(atLeast.height, wanted.height),
  };
  return [
    ...[flags, content.x, content.y, content.width, content.height],
    ...[atLeast.width, atLeast.height, atMost.width, atMost.height],
    // The user resizes by whole squares; what a window manager sets all the same is filled up.
    ...(view.scale > 1 ? [view.scale, view.scale] : [0, 0]),
    ...[0, 0, 0, 0],
    ...(view.scale > 1 ? [2 * view.edgePx, 2 * view.edgePx] : [0, 0]),
    STATIC_GRAVITY,
  ];
}

/**
 * WM_HINTS (ICCCM 4.1.2.4): 9 words. `group` is a window that stands for all windows of its family; the window
 * manager gives the focus to no window that does not `takeFocus`.
 */
export function wmHints(startMinimised: boolean, group: number, takeFocus: boolean): readonly number[] {
  const flags = inputHint | stateHint | groupHint;
  return [flags, takeFocus ? 1 : 0, startMinimised ? ICONIC_STATE : NORMAL_STATE, 0, 0, 0, 0, 0, group];
}

/** _MOTIF_WM_HINTS: the one way to ask for no decoration that all window managers know. */
export function motifHints(decorated: boolean): readonly number[] {
  return [MOTIF_DECORATIONS, 0, decorated ? 1 : 0, 0, 0];
}

/** _NET_WM_ICON: for each icon its width, its height and its pixels as ARGB words. */
export function iconData(icons: readonly IconImage[]): Buffer {
  const parts: Buffer[] = [];
  let total = 0;
  for (const icon of [...icons].sort((a, b) => a.width - b.width)) {
    const sizeBytes = icon.width * icon.height * 4;
    const fits = icon.width > 0 && icon.height > 0 && Math.max(icon.width, icon.height) <= MAX_ICON_SIDE;
    if (!fits || icon.bgra.length !== sizeBytes || total + sizeBytes + 8 > MAX_ICON_BYTES) continue;
    const head = Buffer.alloc(8);
    head.writeUInt32LE(icon.width, 0);
    head.writeUInt32LE(icon.height, 4);
    parts.push(head, Buffer.from(icon.bgra));
    total += sizeBytes + 8;
  }
  return Buffer.concat(parts);
}

/** WM_CLASS: instance and class, each ended by a zero byte. */
export function classData(applicationClass: string): Buffer {
  const name = applicationClass.replaceAll('\0', '');
  return Buffer.from(`${name}\0${name}\0`, 'utf8');
}

/** A title for _NET_WM_NAME (UTF-8), and one for programs that only know Latin-1. */
export function titleData(title: string): { utf8: Buffer; latin1: Buffer } {
  const shown = [...title].slice(0, MAX_TITLE_CHARACTERS);
  return {
    utf8: Buffer.from(shown.join(''), 'utf8'),
    latin1: Buffer.from(shown.map((c) => (c <= '\u00ff' ? c : '?')).join(''), 'latin1'),
  };
}

/** What X can hold of a wanted rectangle: sizes from 1, everything within 16 bits. */
export function representable(rect: Rect): Rect {
  const coordinate = (value: number) => Math.min(Math.max(Math.round(value), -MAX_PIXELS), MAX_PIXELS);
  return { x: coordinate(rect.x), y: coordinate(rect.y), ...limited(rect) };
}

function limited(size: Size): Size {
  const side = (value: number) => Math.min(Math.max(Math.round(value), 1), MAX_PIXELS);
  return { width: side(size.width), height: side(size.height) };
}
