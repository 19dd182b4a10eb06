import { XPaneError } from '../shared/errors.ts';
import { isFinal } from './connection/end-reasons.ts';
import { ProtocolViolation } from './protocol/violation.ts';
import type { BridgeTiming } from './timing.ts';

const VIOLATIONS_AT_MOST = 3;

/** What to do after a connection ended: dial again after a pause, or give up. */
export type Verdict =
  | { readonly kind: 'dial'; readonly afterMs: number; readonly attemptMs: number }
  | { readonly kind: 'give-up'; readonly reason: XPaneError };

/** Decides how a bridge goes on after every end of a connection. */
export class RedialPolicy {
  readonly #timing: BridgeTiming;
  readonly #now: () => number;
  readonly #agentToCome: boolean;
  #violationsAt: number[] = [];
  #failures = 0;

  /** `agentToCome`: see `GuestBridgeOptions`. */
  constructor(
    timing: BridgeTiming,
    {
      agentToCome = false,
      now = () => performance.now(),
    }: { agentToCome?: boolean; now?: () => number } = {},
  ) {
    this.#timing = timing;
    this.#now = now;
    this.#agentToCome = agentToCome;
  }

  /** A connection became ready: the next loss starts with the shortest pause again. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** How long the first attempt may take. */
  firstAttemptMs(): number {
    return this.#timing.dialAttemptMs;
  }

  ended(reason: XPaneError): Verdict {
    const mended = this.#agentToCome && ['bridge.not-proven', 'bridge.version'].includes(reason.code);
    if (isFinal(reason) && !mended) return { kind: 'give-up', reason };
    if (reason instanceof ProtocolViolation && this.#violatedTooOften()) {
      return { kind: 'give-up', reason: gaveUp(reason) };
    }
    const { dialPauseMs, dialPauseMaxMs, dialAttemptMs, dialAttemptMaxMs } = this.#timing;
    const growth = 1.5 ** Math.min(this.#failures, 20);
    this.#failures++;
    return {
      kind: 'dial',
      afterMs: Math.min(dialPauseMs * growth, dialPauseMaxMs),
      attemptMs: Math.min(dialAttemptMs * growth, dialAttemptMaxMs),
    };
  }

  #violatedTooOften(): boolean {
    const now = this.#now();
    this.#violationsAt = this.#violationsAt.filter((at) => now - at < this.#timing.violationMemoryMs);
    this.#violationsAt.push(now);
    return this.#violationsAt.length >= VIOLATIONS_AT_MOST;
  }
}

function gaveUp(last: ProtocolViolation): XPaneError {
  return new XPaneError(
    'bridge.gave-up',
    `The guest broke the protocol ${VIOLATIONS_AT_MOST} times within a short while, so XPane no longer listens to it. Last: ${last.message}`,
    last.hint,
    last,
  );
}
