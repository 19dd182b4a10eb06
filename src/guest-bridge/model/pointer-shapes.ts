import type { GuestCursor, GuestCursorImage } from '../guest-model.ts';
import type { FromGuest } from '../protocol/from-guest.ts';
import { limits } from '../protocol/limits.ts';

type WireCursor = Extract<FromGuest, { type: 'cursor' }>;

const arrow: GuestCursor = { shape: 'arrow', image: undefined };

/** What the pointer looks like over each window, and the last pictures that came. */
export class PointerShapes {
  readonly #images = new Map<string, GuestCursorImage>();
  readonly #shapes = new Map<number, GuestCursor>();

  get(windowId: number): GuestCursor {
    return this.#shapes.get(windowId) ?? arrow;
  }

  /** The oldest picture makes room: the agent counts as the host does and sends it again when it is shown again. */
  add(image: GuestCursorImage): void {
    if (this.#images.has(image.cursorId)) return;
    this.#images.set(image.cursorId, image);
    if (this.#images.size <= limits.cursors) return;
    // A Map iterates in the order of insertion: the first is the oldest.
    for (const oldest of this.#images.keys()) {
      this.#images.delete(oldest);
      break;
    }
  }

  /** The window is known. A picture that is not there is an arrow. */
  put(untrusted: WireCursor): void {
    this.#shapes.set(untrusted.windowId, this.#cursorOf(untrusted));
  }

  forget(windowId: number): void {
    this.#shapes.delete(windowId);
  }

  clear(): void {
    this.#images.clear();
    this.#shapes.clear();
  }

  #cursorOf({ shape, cursorId }: WireCursor): GuestCursor {
    if (shape !== 'custom') return { shape, image: undefined };
    const image = cursorId === undefined ? undefined : this.#images.get(cursorId);
    return image ? { shape, image } : arrow;
  }
}
