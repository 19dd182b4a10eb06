import type { GuestCursor } from '../guest-bridge/guest-model.ts';
import type { PointerLook, Surface } from '../presenter/presenter.ts';
import type { Log } from '../shared/log.ts';
import { ChangePace } from './change-pace.ts';
import type { SeamlessGuest } from './guest.ts';

export interface PointerLooksParts {
  readonly guest: SeamlessGuest;
  readonly log: Log;
  /** None for a window that is not shown. */
  readonly surfaceOf: (windowId: number) => Surface | undefined;
}

/** Shows the guest's pointer on the host's, over each surface as the guest has it over the window. */
export class PointerLooks {
  readonly #parts: PointerLooksParts;
  readonly #pace: ChangePace;
  readonly #stopListening: () => void;

  constructor(parts: PointerLooksParts) {
    this.#parts = parts;
    this.#pace = new ChangePace(
      (windowId) => this.dress(windowId),
      () => parts.log.warn({}, 'the guest changes its pointer too often to show every change'),
    );
    this.#stopListening = parts.guest.on('cursorChanged', (windowId) => this.#pace.changed(windowId));
  }

  /** The window has a surface, perhaps a new one. */
  dress(windowId: number): void {
    this.#parts.surfaceOf(windowId)?.setPointer(pointerLookOf(this.#parts.guest.model.cursorOf(windowId)));
  }

  close(): void {
    this.#stopListening();
    this.#pace.close();
  }
}

function pointerLookOf({ shape, image }: GuestCursor): PointerLook {
  if (image) return { kind: 'image', image: { ...image, key: image.cursorId } };
  if (shape === 'hidden') return { kind: 'hidden' };
  return { kind: 'shape', shape: shape === 'custom' ? 'arrow' : shape };
}
