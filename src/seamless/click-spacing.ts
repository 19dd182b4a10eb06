import { limits } from '../guest-bridge/protocol/limits.ts';

/** Times between button events, as the user made them, whichever windows they hit. */
export class ClickSpacing {
  #lastMs: number | undefined;

  /** `timeMs`: of this event, by the display's clock, which wraps at 2^32. Milliseconds since the one before. */
  since(timeMs: number): number | undefined {
    const last = this.#lastMs;
    this.#lastMs = timeMs;
    if (last === undefined) return undefined;
    return Math.min((timeMs - last) >>> 0, limits.buttonGapMs);
  }
}
