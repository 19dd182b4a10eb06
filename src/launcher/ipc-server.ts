import { pause } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { privateFolder } from '../shared/paths.ts';
import type { ServiceApi } from './api/methods.ts';
import { listenOn, type Peer } from './ipc-channel.ts';
import { openSession, type SessionContext } from './ipc-session.ts';
import { socketPathIn } from './socket-path.ts';
import { makeToken } from './token.ts';

export interface IpcServer {
  readonly socketPath: string;
  /**
   * Aborts the signal that every method got, gives what is in flight a second to be answered, then cuts all
   * connections and removes socket and token. Not to be awaited within a method.
   */
  close(): Promise<void>;
}

const closingMs = 1000;

/**
 * Serves `api` to this user's clients. The caller holds the service's lock (service-lock.ts): a socket and a
 * token left by a dead service are replaced. Throws `service.not-listening`, `service.path-too-long`,
 * `paths.not-private`.
 */
export async function startIpcServer(options: {
  readonly runtime: string;
  readonly api: ServiceApi;
  readonly log: Log;
}): Promise<IpcServer> {
  const { api, log } = options;
  const runtime = privateFolder(options.runtime);
  const socketPath = socketPathIn(runtime);
  // Before the socket, so that whoever can connect can also read the right token.
  const token = await makeToken(runtime);
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  /** Every connection, with the promise of its end. */
  const peers = new Map<Peer, Promise<void>>();
  const context: SessionContext = {
    api,
    token,
    log,
    stopping: stopping.signal,
    track(answered) {
      inFlight.add(answered);
      void answered.finally(() => inFlight.delete(answered));
    },
  };
  const channel = await listenOn(socketPath, (peer) => {
    const ended = Promise.withResolvers<void>();
    peers.set(peer, ended.promise);
    const session = openSession(peer, context);
    return {
      ...session,
      closed() {
        peers.delete(peer);
        ended.resolve();
        session.closed();
      },
    };
  });
  return {
    socketPath,
    async close() {
      stopping.abort(
        new XPaneError('service.stopping', 'XPane is being closed.', 'Start it again, then try again.'),
      );
      await atMost(closingMs, Promise.allSettled(inFlight));
      // An ended connection has sent its last reply, a cut one would lose it.
      for (const peer of peers.keys()) peer.end();
      await atMost(closingMs, Promise.all(peers.values()));
      await Promise.all([channel.close(), token.revoke()]);
    },
  };
}

async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  await Promise.race([work, pause(limitMs, limit.signal).catch(() => {})]);
  limit.abort();
}
