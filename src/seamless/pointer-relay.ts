import type { PointerButton } from '../presenter/presenter.ts';
import { clamp, type Point } from '../shared/geometry.ts';
import type { ClickSpacing } from './click-spacing.ts';
import type { SeamlessGuest } from './guest.ts';

const buttonNumbers = { left: 1, right: 2, middle: 3, back: 4, forward: 5 } as const;

/** Sends what the pointer does over one host window to the guest, in the coordinates of the surface. */
export class PointerRelay {
  readonly #guest: SeamlessGuest;
  readonly #windowId: number;
  readonly #clicks: ClickSpacing;

  constructor(guest: SeamlessGuest, windowId: number, clicks: ClickSpacing) {
    this.#guest = guest;
    this.#windowId = windowId;
    this.#clicks = clicks;
  }

  move(at: Point): void {
    this.#guest.send({ type: 'pointer-move', windowId: this.#windowId, ...surfacePoint(at) });
  }

  moveBy(dx: number, dy: number): void {
    const { x, y } = surfacePoint({ x: dx, y: dy });
    this.#guest.send({ type: 'pointer-relative', windowId: this.#windowId, dx: x, dy: y });
  }

  /** `timeMs` is the host's clock of the event. */
  button(button: PointerButton, down: boolean, at: Point, timeMs: number): void {
    const sinceMs = this.#clicks.since(timeMs);
    this.#guest.send({
      type: 'pointer-button',
      windowId: this.#windowId,
      ...surfacePoint(at),
      button: buttonNumbers[button],
      down,
      ...(sinceMs === undefined ? {} : { sinceMs }),
    });
  }

  wheel(vertical: number, horizontal: number, at: Point): void {
    this.#guest.send({
      type: 'wheel',
      windowId: this.#windowId,
      ...surfacePoint(at),
      vertical: clamp(vertical, -1200, 1200),
      horizontal: clamp(horizontal, -1200, 1200),
    });
  }
}

/** A drag may leave the window, but not the range of coordinates that the guest knows. */
function surfacePoint(at: Point): Point {
  return {
    x: clamp(Math.round(at.x), -32_767, 32_767),
    y: clamp(Math.round(at.y), -32_767, 32_767),
  };
}
