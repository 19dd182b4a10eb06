import type { Log } from '../shared/log.ts';
import { displayText } from '../shared/text.ts';
import type { FromGuest } from './protocol/from-guest.ts';
import { limits } from './protocol/limits.ts';

type UntrustedEntry = Extract<FromGuest, { type: 'log' }>;

export interface AgentLogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

const BURST = 100;
const REFILL_PER_SECOND = 10;

/** Takes the agent's log lines into the host's log: cleaned, and so few that they cannot fill a disk quickly. */
export class GuestLog {
  readonly #log: Log;
  readonly #now: () => number;
  #tokens = BURST;
  #refilledAt: number;
  #dropped = 0;

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
    this.#refilledAt = now();
  }

  /** The entry as it was logged, or undefined when it was one too many. */
  take(untrusted: UntrustedEntry): AgentLogEntry | undefined {
    const now = this.#now();
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#refilledAt) / 1000) * REFILL_PER_SECOND);
    this.#refilledAt = now;
    if (this.#tokens < 1) {
      this.#dropped++;
      return undefined;
    }
    this.#tokens--;
    if (this.#dropped > 0) {
      this.#log.warn({ dropped: this.#dropped }, 'the agent logged too much; lines were dropped');
      this.#dropped = 0;
    }
    const entry = { level: untrusted.level, text: displayText(untrusted.text, limits.textLength) };
    this.#log[entry.level]({ text: entry.text }, 'agent');
    return entry;
  }
}
