import { XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { RateMeter } from './connection/rate-meter.ts';
import { limits } from './protocol/limits.ts';

/** What an agent says that knows `open-url` and `link-handling`. */
export const linksCapability = 'links';

const overMs = 10_000;

/** Links that the guest opens: as many as a user could click, no more. */
export class GuestLinks {
  readonly #log: Log;
  readonly #meter: RateMeter;
  #dropping = false;

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#meter = new RateMeter(limits.linksPerSecond, overMs, now);
  }

  /** False for one too many. */
  take(): boolean {
    const few = this.#meter.count(1);
    if (!few && !this.#dropping) this.#log.warn({}, 'the guest opens too many links; some are dropped');
    this.#dropping = !few;
    return few;
  }
}

export function noLinks(): XPaneError {
  return new XPaneError(
    'bridge.no-links',
    'XPane’s agent in the guest is too old to open links.',
    'Restart the workspace, which brings a new one into the built-in guest; into an image set-up does.',
  );
}
