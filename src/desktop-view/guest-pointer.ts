import type { PointerButton } from '../presenter/presenter.ts';
import { clamp, type Point, type Size } from '../shared/geometry.ts';
import type { PointerMode } from './rfb/screen-events.ts';

/** Takes the pointer to the guest; see `ScreenConnection.pointer`. */
export type SendPointer = (buttons: number, x: number, y: number) => void;

/** RFC 6143, 7.5.5. The protocol knows no side buttons. */
const buttonBits: Readonly<Partial<Record<PointerButton, number>>> = { left: 1, middle: 2, right: 4 };
const wheelBits = { up: 8, down: 16 } as const;
/** Windows' units. */
const NOTCH = 120;
const MOST_NOTCHES = 10;
/** What stands for "no way at all" with a relative pointer. */
const RELATIVE_ZERO = 0x7fff;

/** Brings the user's pointer to the guest, as a place or as a way, whichever the guest's mouse has. */
export class GuestPointer {
  readonly #send: SendPointer;
  #size: Size;
  #mode: PointerMode = 'absolute';
  #at: Point = { x: 0, y: 0 };
  #buttons = 0;
  /** Units of the wheel that make no whole notch yet. */
  #turned = 0;

  constructor(size: Size, send: SendPointer) {
    this.#size = size;
    this.#send = send;
  }

  get mode(): PointerMode {
    return this.#mode;
  }

  setMode(mode: PointerMode): void {
    if (mode === this.#mode) return;
    this.release();
    this.#mode = mode;
  }

  setSize(size: Size): void {
    this.#size = size;
  }

  /** A relative mouse cannot go to a place: it is told by `moveBy` only. */
  moveTo(at: Point): void {
    if (this.#mode === 'relative') return;
    this.#at = this.#onScreen(at);
    this.#tell();
  }

  moveBy(dx: number, dy: number): void {
    if (this.#mode === 'absolute') {
      this.moveTo({ x: this.#at.x + dx, y: this.#at.y + dy });
      return;
    }
    if (dx === 0 && dy === 0) return;
    const way = (distance: number) => clamp(Math.round(distance), -RELATIVE_ZERO, RELATIVE_ZERO);
    this.#send(this.#buttons, RELATIVE_ZERO + way(dx), RELATIVE_ZERO + way(dy));
  }

  button(button: PointerButton, down: boolean): void {
    const bit = buttonBits[button] ?? 0;
    const buttons = down ? this.#buttons | bit : this.#buttons & ~bit;
    if (buttons === this.#buttons) return;
    this.#buttons = buttons;
    this.#tell();
  }

  /** In Windows' units, positive is up. */
  wheel(units: number): void {
    this.#turned += units;
    const notches = clamp(Math.trunc(this.#turned / NOTCH), -MOST_NOTCHES, MOST_NOTCHES);
    this.#turned %= NOTCH;
    const bit = notches > 0 ? wheelBits.up : wheelBits.down;
    for (let i = Math.abs(notches); i > 0; i--) {
      this.#tell(this.#buttons | bit);
      this.#tell();
    }
  }

  /** Lets go of every button. */
  release(): void {
    if (this.#buttons === 0) return;
    this.#buttons = 0;
    this.#tell();
  }

  #tell(buttons = this.#buttons): void {
    const { x, y } = this.#mode === 'absolute' ? this.#at : { x: RELATIVE_ZERO, y: RELATIVE_ZERO };
    this.#send(buttons, x, y);
  }

  #onScreen({ x, y }: Point): Point {
    return {
      x: clamp(Math.round(x), 0, this.#size.width - 1),
      y: clamp(Math.round(y), 0, this.#size.height - 1),
    };
  }
}
