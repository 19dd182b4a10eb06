import type { Point } from '../../../shared/geometry.ts';

/**
 * Client messages of the drag-and-drop protocol for X (XDND, freedesktop.org), version 5, as the window that is dropped
 * on hears and says them: five words of 32 bits each, the first of them the other side's window.
 */

/** What this side can. Of two versions the lower one is spoken; before 3 windows of applications do not exist in it. */
export const dragVersion = 5;
const oldestVersion = 3;

/** A source came over the window. */
export interface DragEnter {
  readonly source: number;
  readonly version: number;
  /** The types that it offers, as atoms; undefined: there are more than three, in its XdndTypeList. */
  readonly types: readonly number[] | undefined;
}

/** Undefined: of a version that is not spoken here. Pure. */
export function dragEnter(data: readonly number[]): DragEnter | undefined {
  const [source = 0, flags = 0, ...types] = data;
  const version = flags >>> 24;
  if (version < oldestVersion || version > dragVersion) return undefined;
  const hasList = (flags & 1) !== 0;
  return { source, version, types: hasList ? undefined : types.filter((type) => type !== 0) };
}

/** Where the pointer is on the screen, in a message XdndPosition: two signed halves of the third word. Pure. */
export function dragPosition(data: readonly number[]): Point {
  const at = data[2] ?? 0;
  return { x: at >> 16, y: (at << 16) >> 16 };
}

/** By whose clock the data is to be asked for: the third word of XdndDrop. Pure. */
export function dropTime(data: readonly number[]): number {
  return (data[2] ?? 0) >>> 0;
}

/** XdndStatus; `action` is None where the drop is not accepted. No rectangle: each move is wanted. Pure. */
export function statusData(target: number, accepts: boolean, action: number): readonly number[] {
  const wantsEachMove = 2;
  return [target, (accepts ? 1 : 0) | wantsEachMove, 0, 0, accepts ? action : 0];
}

/** XdndFinished; before version 5 only its first word means anything. Pure. */
export function finishedData(target: number, accepted: boolean, action: number): readonly number[] {
  return [target, accepted ? 1 : 0, accepted ? action : 0, 0, 0];
}
