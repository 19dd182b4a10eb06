import { within } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';
import { privateFolder } from '../shared/paths.ts';
import { version } from '../shared/version.ts';
import { type Answer, answerIn } from './answer.ts';
import type { MethodName, Params, Result } from './api/methods.ts';
import type { ServiceState } from './api/state.ts';
import { type Channel, dial, notRunning } from './ipc-channel.ts';
import { otherVersion } from './other-version.ts';
import { socketPathIn } from './socket-path.ts';
import { readToken } from './token.ts';

export type CallableMethod = Exclude<MethodName, 'watch'>;

export interface CallOptions {
  /** Default: what the method usually needs at most, see `defaultTimeoutMs`. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The one way to the service, for commands and the tray. Its owner closes it. */
export interface ServiceClient {
  /**
   * Rejects with the service's own error (`service.other-version` when it is not of this program's), `service.timeout`,
   * `service.lost` when the service goes away, or `signal.reason`. Leaving
   * does not undo: what was asked for goes on in the service.
   */
  call<M extends CallableMethod>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>>;
  /** `onState` gets the whole state now and at each change. Once per client. Rejects like `call`. */
  watch(onState: (state: ServiceState) => void, options?: CallOptions): Promise<void>;
  /** Resolves once, when the connection has ended, with the reason. */
  readonly closed: Promise<XPaneError>;
  close(): void;
}

const minuteMs = 60_000;
/** A large disk from a slow medium. */
const wholeDiskMs = 12 * 60 * minuteMs;
/** The first start of a guest may prepare its disk; a user's own image has ten minutes to boot. */
export const defaultTimeoutMs: Record<MethodName, number> = {
  status: 5000,
  watch: 5000,
  start: 12 * minuteMs,
  restart: 13 * minuteMs,
  balloonClicked: 10_000,
  logOn: 10_000,
  launch: 12 * minuteMs,
  open: 12 * minuteMs,
  folderQuestions: 10_000,
  answerFolderQuestion: 10_000,
  cancelTransfers: 10_000,
  desktop: 12 * minuteMs,
  stop: 2 * minuteMs,
  suspend: 2 * minuteMs,
  quit: 2 * minuteMs,
  createWorkspace: minuteMs,
  importImage: wholeDiskMs,
  installWindows: minuteMs,
  showWorkspace: 10_000,
  renameWorkspace: minuteMs,
  setWorkspace: minuteMs,
  addDevice: minuteMs,
  removeDevice: minuteMs,
  cloneWorkspace: wholeDiskMs,
  exportWorkspace: wholeDiskMs,
  resetWorkspace: 2 * minuteMs,
  openUrl: 12 * minuteMs,
  linkFailed: 5_000,
  testUrl: 20_000,
  listUrlRules: 20_000,
  browserRules: 20_000,
  testNavigation: 20_000,
  compactWorkspace: wholeDiskMs,
  removeWorkspace: 2 * minuteMs,
  listShares: 10_000,
  addShare: minuteMs,
  removeShare: minuteMs,
  acceptShare: 10_000,
  cancelWork: minuteMs,
  /** Attempts have limits of their own, which the policy sets. */
  startSetUp: 7 * 24 * 60 * minuteMs,
  postponeSetUp: minuteMs,
  collectGuestLogs: minuteMs,
  integrate: 2 * minuteMs,
};

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  onEvent?: (state: ServiceState) => void;
}

/**
 * Connects to the service of this user; does not start one. `runtime` is XPanePaths.runtime.
 * Throws `service.not-running`, `service.timeout`, `paths.not-private`, or `signal.reason`.
 */
export async function connectService(runtime: string, options: CallOptions = {}): Promise<ServiceClient> {
  // A folder of somebody else's could hold somebody else's service.
  const token = await readToken(privateFolder(runtime));
  if (token === undefined) throw notRunning();
  const waiting = new Map<number, Waiting>();
  const closed = Promise.withResolvers<XPaneError>();
  let lostBecause: XPaneError | undefined;
  const end = (reason: XPaneError) => {
    lostBecause ??= reason;
    for (const { reject } of waiting.values()) reject(lostBecause);
    waiting.clear();
    closed.resolve(lostBecause);
  };
  const breakOff = (reason: XPaneError) => {
    end(reason);
    channel?.close();
  };
  let channel: Channel | undefined;
  channel = await dial(
    socketPathIn(runtime),
    {
      message(message) {
        const answer = answerIn(message);
        if (!answer) return breakOff(otherVersion());
        deliver(answer, waiting, breakOff);
      },
      violation: () => breakOff(otherVersion()),
      closed: () => end(lost()),
    },
    { timeoutMs: options.timeoutMs ?? 5000, ...(options.signal ? { signal: options.signal } : {}) },
  );
  const open = channel;
  let lastId = 0;

  /**
   * Token and version go with the first request of the connection, and only with it; no version with what a service of
   * any version takes: one that knows no versions yet refuses a request that has one.
   */
  const ask = async (
    method: MethodName,
    params: unknown,
    { timeoutMs, signal }: CallOptions,
    onEvent?: (state: ServiceState) => void,
  ): Promise<unknown> => {
    signal?.throwIfAborted();
    if (lostBecause) throw lostBecause;
    const id = ++lastId;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, { ...answer, ...(onEvent ? { onEvent } : {}) });
    const ours = method === 'quit' ? {} : { version };
    open.send({ id, method, params, ...(id === 1 ? { token, ...ours } : {}) });
    const late = () => answerLate(method);
    try {
      const answered = await within(timeoutMs ?? defaultTimeoutMs[method], answer.promise, late, signal);
      return answered;
    } catch (error) {
      waiting.delete(id);
      throw error;
    } finally {
      if (!onEvent) waiting.delete(id);
    }
  };

  return {
    async call<M extends CallableMethod>(method: M, params: Params<M>, callOptions: CallOptions = {}) {
      return (await ask(method, params, callOptions)) as Result<M>;
    },
    async watch(onState, watchOptions = {}) {
      await ask('watch', {}, watchOptions, onState);
    },
    closed: closed.promise,
    close() {
      end(lost());
      open.close();
    },
  };
}

function deliver(
  message: Answer,
  waiting: Map<number, Waiting>,
  breakOff: (reason: XPaneError) => void,
): void {
  if ('error' in message) {
    const error = new XPaneError(message.error.code, message.error.message, message.error.hint);
    // 0: about the connection, which the service is closing.
    if (message.id === 0) breakOff(error);
    else waiting.get(message.id)?.reject(error);
    return;
  }
  const request = waiting.get(message.id);
  if ('event' in message) {
    request?.resolve(undefined);
    request?.onEvent?.(message.event);
  } else {
    request?.resolve(message.result);
  }
}

function answerLate(method: MethodName): XPaneError {
  return new XPaneError(
    'service.timeout',
    `XPane did not finish "${method}" in time.`,
    'It may still be at work: see "xpane status". If it hangs, end it with "xpane quit".',
  );
}

export function lost(): XPaneError {
  return new XPaneError(
    'service.lost',
    'The connection to XPane was lost.',
    'Try again: XPane starts by itself. The reason is in the log in XPane’s state folder.',
  );
}
