import { within } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';
import type { LaunchOutcome } from './guest-model.ts';
import { ProtocolViolation } from './protocol/violation.ts';

export interface LaunchResult {
  readonly outcome: LaunchOutcome;
  /** Guest process id; 0 unless started. */
  readonly processId: number;
  /** Win32 error code; 0 if none. */
  readonly systemError: number;
}

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

interface Waiting {
  resolve(result: LaunchResult): void;
  reject(reason: XPaneError): void;
}

/** Launches, and files and links to be opened, that wait for the guest's answer. */
export class PendingLaunches {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** Asks by `send` (which gives false without a connection) and waits. Rejects with XPaneError `bridge.*`. */
  async ask(options: WaitOptions, send: (requestId: number) => boolean): Promise<LaunchResult> {
    options.signal?.throwIfAborted();
    const requestId = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<LaunchResult>();
    if (!send(requestId)) throw notConnected();
    this.#waiting.set(requestId, { resolve, reject });
    try {
      return await within(options.timeoutMs, promise, tooLate, options.signal);
    } finally {
      this.#waiting.delete(requestId);
    }
  }

  /** An answer that comes too late is dropped. Throws ProtocolViolation for one to nothing ever asked. */
  answer(untrustedRequestId: number, result: LaunchResult): void {
    if (untrustedRequestId > this.#lastId) {
      throw new ProtocolViolation('bridge.wrong-order', 'an answer to a launch that was never asked for');
    }
    this.#waiting.get(untrustedRequestId)?.resolve(result);
  }

  /** The connection is gone: no answer can come. */
  abandon(reason: XPaneError): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

export const notConnected = () =>
  new XPaneError('bridge.not-connected', 'The guest is not connected.', 'Wait until the workspace is ready.');

const tooLate = () =>
  new XPaneError(
    'bridge.launch-timeout',
    'The guest did not say in time whether the application started.',
    'Look whether its window appears; if not, try again or restart the workspace.',
  );
