import type { z } from 'zod';
import { reportOf, XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { version } from '../shared/version.ts';
import { type MethodName, methods, request, type ServiceApi } from './api/methods.ts';
import type { ChannelEvents, Peer } from './ipc-channel.ts';
import { startWatch } from './ipc-watch.ts';
import { otherVersion } from './other-version.ts';
import type { Token } from './token.ts';

export const sessionLimits = {
  /** A stranger holds a place no longer than this. */
  proofMs: 2000,
  requestsInFlight: 32,
} as const;

export interface SessionContext {
  readonly api: ServiceApi;
  readonly token: Token;
  readonly log: Log;
  /** Aborts when the service ends. A client's leaving aborts nothing: what it asked for goes on. */
  readonly stopping: AbortSignal;
  /** Tells the server that a request came in, and when it was answered. */
  track(answered: Promise<void>): void;
}

interface Request {
  readonly id: number;
  readonly method: MethodName;
  readonly params?: unknown;
}

/** One client's connection: proof first, then requests, and at most one watch. */
export function openSession(peer: Peer, context: SessionContext): ChannelEvents {
  const { api, token, log } = context;
  const inFlight = new Set<number>();
  let proven = false;
  let stopWatch: (() => void) | undefined;
  const refuse = (id: number, error: XPaneError) => {
    log.warn({ code: error.code }, 'a client was refused');
    end();
    peer.end({ id, error: reportOf(error) });
  };
  const proofDue = setTimeout(() => refuse(0, notAllowed()), sessionLimits.proofMs);
  const end = () => {
    clearTimeout(proofDue);
    stopWatch?.();
  };
  const fail = (id: number, error: unknown) => peer.send({ id, error: reportOf(error) });

  const answer = async ({ id, method, params }: Request) => {
    inFlight.add(id);
    try {
      peer.send({ id, result: await call(context, method, params) });
    } catch (error) {
      log.info({ method, error: reportOf(error) }, 'a request failed');
      fail(id, error);
    } finally {
      inFlight.delete(id);
    }
  };

  const watch = (id: number, params: unknown) => {
    try {
      checked(methods.watch.params, params);
      if (stopWatch) throw badRequest('this connection watches already');
      stopWatch = startWatch(api, peer, (state) => peer.send({ id, event: state }));
    } catch (error) {
      fail(id, error);
    }
  };

  return {
    message(untrusted) {
      const parsed = request.safeParse(untrusted);
      if (!parsed.success) return refuse(0, badRequest('it is none of the known requests'));
      const { id, method, params, token: untrustedToken } = parsed.data;
      if (!proven && !token.matches(untrustedToken)) return refuse(id, notAllowed());
      if (proven && untrustedToken !== undefined) return refuse(id, badRequest('the token came twice'));
      const isFirst = !proven;
      proven = true;
      clearTimeout(proofDue);
      // Whoever updated XPane has to get rid of this service.
      const fits = parsed.data.version === version || method === 'quit' || (!isFirst && !parsed.data.version);
      if (!fits) return refuse(id, otherVersion());
      if (inFlight.has(id)) return refuse(id, badRequest('its number is in use'));
      if (inFlight.size >= sessionLimits.requestsInFlight) return fail(id, busy());
      if (method === 'watch') watch(id, params);
      else context.track(answer({ id, method, params }));
    },
    violation(reason) {
      refuse(0, badRequest(reason));
    },
    closed: end,
  };
}

async function call({ api, stopping }: SessionContext, method: MethodName, params: unknown): Promise<object> {
  switch (method) {
    case 'status':
      checked(methods.status.params, params);
      return api.state();
    case 'start':
      return api.start(checked(methods.start.params, params), stopping);
    case 'stop':
      return api.stop(checked(methods.stop.params, params), stopping);
    case 'restart':
      return api.restart(checked(methods.restart.params, params), stopping);
    case 'suspend':
      return api.suspend(checked(methods.suspend.params, params), stopping);
    case 'logOn':
      return api.logOn(checked(methods.logOn.params, params), stopping);
    case 'launch':
      return api.launch(checked(methods.launch.params, params), stopping);
    case 'open':
      return api.open(checked(methods.open.params, params), stopping);
    case 'folderQuestions':
      return api.folderQuestions(checked(methods.folderQuestions.params, params), stopping);
    case 'answerFolderQuestion':
      return api.answerFolderQuestion(checked(methods.answerFolderQuestion.params, params), stopping);
    case 'cancelTransfers':
      return api.cancelTransfers(checked(methods.cancelTransfers.params, params), stopping);
    case 'desktop':
      return api.desktop(checked(methods.desktop.params, params), stopping);
    case 'balloonClicked':
      return api.balloonClicked(checked(methods.balloonClicked.params, params), stopping);
    case 'quit':
      return api.quit(checked(methods.quit.params, params), stopping);
    case 'createWorkspace':
      return api.createWorkspace(checked(methods.createWorkspace.params, params), stopping);
    case 'importImage':
      return api.importImage(checked(methods.importImage.params, params), stopping);
    case 'installWindows':
      return api.installWindows(checked(methods.installWindows.params, params), stopping);
    case 'showWorkspace':
      return api.showWorkspace(checked(methods.showWorkspace.params, params), stopping);
    case 'renameWorkspace':
      return api.renameWorkspace(checked(methods.renameWorkspace.params, params), stopping);
    case 'setWorkspace':
      return api.setWorkspace(checked(methods.setWorkspace.params, params), stopping);
    case 'addDevice':
      return api.addDevice(checked(methods.addDevice.params, params), stopping);
    case 'removeDevice':
      return api.removeDevice(checked(methods.removeDevice.params, params), stopping);
    case 'cloneWorkspace':
      return api.cloneWorkspace(checked(methods.cloneWorkspace.params, params), stopping);
    case 'exportWorkspace':
      return api.exportWorkspace(checked(methods.exportWorkspace.params, params), stopping);
    case 'resetWorkspace':
      return api.resetWorkspace(checked(methods.resetWorkspace.params, params), stopping);
    case 'openUrl':
      return api.openUrl(checked(methods.openUrl.params, params), stopping);
    case 'linkFailed':
      return api.linkFailed(checked(methods.linkFailed.params, params), stopping);
    case 'testUrl':
      return api.testUrl(checked(methods.testUrl.params, params), stopping);
    case 'listUrlRules':
      return api.listUrlRules(checked(methods.listUrlRules.params, params), stopping);
    case 'browserRules':
      return api.browserRules(checked(methods.browserRules.params, params), stopping);
    case 'testNavigation':
      return api.testNavigation(checked(methods.testNavigation.params, params), stopping);
    case 'compactWorkspace':
      return api.compactWorkspace(checked(methods.compactWorkspace.params, params), stopping);
    case 'removeWorkspace':
      return api.removeWorkspace(checked(methods.removeWorkspace.params, params), stopping);
    case 'startSetUp':
      return api.startSetUp(checked(methods.startSetUp.params, params), stopping);
    case 'collectGuestLogs':
      return api.collectGuestLogs(checked(methods.collectGuestLogs.params, params), stopping);
    case 'postponeSetUp':
      return api.postponeSetUp(checked(methods.postponeSetUp.params, params), stopping);
    case 'listShares':
      return api.listShares(checked(methods.listShares.params, params), stopping);
    case 'addShare':
      return api.addShare(checked(methods.addShare.params, params), stopping);
    case 'removeShare':
      return api.removeShare(checked(methods.removeShare.params, params), stopping);
    case 'acceptShare':
      return api.acceptShare(checked(methods.acceptShare.params, params), stopping);
    case 'cancelWork':
      return api.cancelWork(checked(methods.cancelWork.params, params), stopping);
    case 'integrate':
      return api.integrate(checked(methods.integrate.params, params), stopping);
    case 'watch':
      throw badRequest('watch has no single answer');
  }
}

function checked<T>(schema: z.ZodType<T>, untrustedParams: unknown): T {
  const parsed = schema.safeParse(untrustedParams);
  if (parsed.success) return parsed.data;
  throw badRequest('its parameters are not what the method takes');
}

function notAllowed(): XPaneError {
  return new XPaneError(
    'service.not-allowed',
    'This program may not use XPane.',
    'Only programs of the same user may, with the token in the folder of XPane’s socket.',
  );
}

function badRequest(why: string): XPaneError {
  return new XPaneError(
    'service.bad-request',
    `XPane did not understand a request: ${why}.`,
    'If you updated XPane while it was running, end it with "xpane quit" and start it again.',
  );
}

function busy(): XPaneError {
  return new XPaneError('service.busy', 'XPane has too much to do.', 'Try again in a moment.');
}
