import { pause } from '../shared/deadline.ts';
import { reportOf, XPaneError } from '../shared/errors.ts';
import type { ServiceState } from './api/state.ts';
import type { ServiceClient } from './client.ts';

export interface WatchOptions {
  /** `connectService`, or `startService` for a watcher that wants the service to be there. */
  connect(signal: AbortSignal): Promise<ServiceClient>;
  /** The whole state, now and at each change; calls go through `client` until `onLost`. */
  onState(state: ServiceState, client: ServiceClient): void;
  /** The service is not there (any more); called once until it is there again. */
  onLost(error: XPaneError): void;
  /** Pause before the next attempt. Default: 1000. */
  readonly retryMs?: number;
}

export interface ServiceWatch {
  close(): void;
}

/** Follows the service for as long as the watcher lives, through every restart of it. */
export function keepWatching(options: WatchOptions): ServiceWatch {
  const ended = new AbortController();
  let client: ServiceClient | undefined;
  let reportedLost = false;

  const follow = async () => {
    client = await options.connect(ended.signal);
    const current = client;
    try {
      ended.signal.throwIfAborted();
      await current.watch(
        (state) => {
          reportedLost = false;
          if (!ended.signal.aborted) options.onState(state, current);
        },
        { signal: ended.signal },
      );
      throw await current.closed;
    } finally {
      current.close();
    }
  };

  const run = async () => {
    while (!ended.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        if (ended.signal.aborted) return;
        if (!reportedLost) options.onLost(asXPaneError(error));
        reportedLost = true;
      }
      await pause(options.retryMs ?? 1000, ended.signal).catch(() => {});
    }
  };
  void run();
  return {
    close() {
      ended.abort();
      client?.close();
    },
  };
}

function asXPaneError(error: unknown): XPaneError {
  if (error instanceof XPaneError) return error;
  const { code, message, hint } = reportOf(error);
  return new XPaneError(code, message, hint, error);
}
