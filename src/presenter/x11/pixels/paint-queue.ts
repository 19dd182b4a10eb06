import type { Rect, Size } from '../../../shared/geometry.ts';
import type { PixelPatch } from '../../presenter.ts';

export interface PaintTarget {
  /** Puts the patches into the memory that the server reads. Throws RangeError for one outside of it. */
  draw(size: Size, patches: readonly PixelPatch[]): void;
  /** Asks the server to show these parts of the memory; called once for all that was drawn since the last time. */
  show(rects: readonly Rect[]): void;
  /** Resolves when the server has done all it was asked. */
  synced(): Promise<void>;
}

interface Job {
  readonly size: Size;
  readonly patches: readonly PixelPatch[];
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Draws frames one after another: memory that the server may still be reading is not written to, or half of the
 * next frame would be seen in this one. Frames that come meanwhile are drawn together.
 */
export class PaintQueue {
  readonly #target: PaintTarget;
  #waiting: Job[] = [];
  #busy = false;

  constructor(target: PaintTarget) {
    this.#target = target;
  }

  /** Resolves when the server has shown it. Rejects with what `draw` threw. */
  paint(size: Size, patches: readonly PixelPatch[]): Promise<void> {
    const job = { size, patches, done: Promise.withResolvers<void>() };
    this.#waiting.push(job);
    if (!this.#busy) void this.#work();
    return job.done.promise;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const jobs = this.#waiting;
      this.#waiting = [];
      const drawn = jobs.filter((job) => this.#draw(job));
      this.#target.show(drawn.flatMap(({ patches }) => patches.map(({ rect }) => rect)));
      await this.#target.synced();
      for (const { done } of drawn) done.resolve();
    }
    this.#busy = false;
  }

  #draw({ size, patches, done }: Job): boolean {
    try {
      this.#target.draw(size, patches);
      return true;
    } catch (error) {
      done.reject(error);
      return false;
    }
  }
}
