import { unlessAborted, within } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';
import { notConnected, type WaitOptions } from './pending-launches.ts';
import type { FromGuest } from './protocol/from-guest.ts';
import { limits } from './protocol/limits.ts';
import type { guestLogs, ToGuest } from './protocol/to-guest.ts';
import { ProtocolViolation } from './protocol/violation.ts';

export type GuestLogName = (typeof guestLogs)[number];
type UntrustedPart = Extract<FromGuest, { type: 'log-part' }>;

/** The end of a log, safe to show line by line. */
export interface GuestLogText {
  readonly lines: readonly string[];
  /** There is more before it in the guest. */
  readonly cut: boolean;
}

interface Waiting {
  readonly requestId: number;
  untrustedText: string;
  resolve(text: GuestLogText | undefined): void;
  reject(reason: XPaneError): void;
}

/** The longest line that is kept; what is longer is cut. */
const lineLength = 2000;

/** The log that waits for the guest's parts; one at a time, so that what is kept has a bound. */
export class PendingLog {
  #waiting: Waiting | undefined;
  /** What comes of it too late is dropped. */
  #lastId = 0;
  /** Whoever asks waits for who asked before. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Asks by `send` (which gives false without a connection) and waits. Rejects with XPaneError `bridge.*`. */
  async ask(
    log: GuestLogName,
    options: WaitOptions,
    send: (message: ToGuest) => boolean,
  ): Promise<GuestLogText | undefined> {
    const before = this.#turn;
    const asked = before.then(() => this.#askNow(log, options, send));
    this.#turn = asked.catch(() => undefined);
    return await unlessAborted(asked, options.signal);
  }

  /** Throws ProtocolViolation for a part of what was never asked for, and for more than a log's end. */
  take({ requestId, text: untrustedText, end }: UntrustedPart): void {
    if (requestId > this.#lastId) {
      throw new ProtocolViolation('bridge.wrong-order', 'a part of a log that was never asked for');
    }
    const waiting = this.#waiting;
    if (waiting?.requestId !== requestId) return;
    waiting.untrustedText += untrustedText;
    if (waiting.untrustedText.length > limits.logTailLength) {
      throw new ProtocolViolation('bridge.bad-message', 'more of a log than its end');
    }
    if (end === undefined) return;
    this.#waiting = undefined;
    const lines = end === 'missing' ? undefined : linesOf(waiting.untrustedText);
    waiting.resolve(lines && { lines, cut: end === 'cut' });
  }

  /** The connection is gone: no part can come. */
  abandon(reason: XPaneError): void {
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }

  async #askNow(log: GuestLogName, options: WaitOptions, send: (message: ToGuest) => boolean) {
    options.signal?.throwIfAborted();
    const requestId = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<GuestLogText | undefined>();
    if (!send({ type: 'log-request', requestId, log })) throw notConnected();
    this.#waiting = { requestId, untrustedText: '', resolve, reject };
    try {
      return await within(options.timeoutMs, promise, tooLate, options.signal);
    } finally {
      this.#waiting = undefined;
    }
  }
}

function linesOf(untrusted: string): string[] {
  const lines = untrusted.split(/\r?\n/).map((line) => displayText(line, lineLength));
  return lines.filter((line) => line !== '');
}

export const noLogs = () =>
  new XPaneError(
    'bridge.no-logs',
    'The agent in this guest is an older one and does not hand its logs over.',
    'Set the guest up again; until then they are in the folder XPane of all users’ application data, in the guest.',
  );

const tooLate = () =>
  new XPaneError('bridge.log-timeout', 'The guest did not hand its log over in time.', 'Try again.');
