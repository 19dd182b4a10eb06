import type { Rect } from '../shared/geometry.ts';
import { broughtBack, isReachable } from './reachable.ts';

/** Window managers bring windows back by themselves, some of them and sooner or later. */
const settleMs = 500;

/** A window that can be brought back. */
export interface Movable {
  /** Neither minimised nor filling the screen: its place is its own. */
  readonly movable: boolean;
  readonly content: Rect;
  bringTo(content: Rect): void;
}

/**
 * Keeps windows within the user's reach when a monitor goes or the screen shrinks. The window manager has the first
 * word; what it leaves outside comes to the nearest monitor. What was out of reach before is left there: an
 * application may have put it there on purpose.
 */
export class Reach {
  #monitors: readonly Rect[];
  readonly #lost = new Set<Movable>();
  #settling: NodeJS.Timeout | undefined;

  constructor(monitors: readonly Rect[]) {
    this.#monitors = monitors;
  }

  screenChanged(monitors: readonly Rect[], windows: readonly Movable[]): void {
    const before = this.#monitors;
    this.#monitors = monitors;
    for (const window of windows) {
      if (isReachable(window.content, before) && !isReachable(window.content, monitors))
        this.#lost.add(window);
    }
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#bringBack(), settleMs);
  }

  gone(window: Movable): void {
    this.#lost.delete(window);
  }

  close(): void {
    clearTimeout(this.#settling);
    this.#lost.clear();
  }

  #bringBack(): void {
    for (const window of this.#lost) {
      if (!window.movable || isReachable(window.content, this.#monitors)) continue;
      window.bringTo(broughtBack(window.content, this.#monitors));
    }
    this.#lost.clear();
  }
}
