import type { Point, Rect, Size } from '../../shared/geometry.ts';

/** A change of the screen's pixels. 32-bit BGRX, top-down, no padding. Both places lie inside of the screen. */
export type ScreenPatch =
  | { readonly kind: 'raw'; readonly rect: Rect; readonly bgrx: Uint8Array }
  | { readonly kind: 'copy'; readonly rect: Rect; readonly from: Point };

/** Straight alpha, top-down. Without a pixel: the guest shows no pointer. */
export interface ScreenCursor extends Size {
  readonly bgra: Uint8Array;
  readonly hotSpot: Point;
}

/** `absolute`: the guest knows where the pointer is; `relative`: only how far its mouse went. */
export type PointerMode = 'absolute' | 'relative';

/** What a guest's screen tells, checked. */
export interface ScreenEvents {
  /** The screen has this size from now on; what it showed is gone. */
  onSize(size: Size): void;
  /** Resolves when the patches' memory is free and more is welcome. */
  onPixels(patches: readonly ScreenPatch[]): Promise<void>;
  onPointerMode(mode: PointerMode): void;
  onCursor(cursor: ScreenCursor): void;
}
