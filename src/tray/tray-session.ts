import { lost, type ServiceClient } from '../launcher/client.ts';
import { keepWatching } from '../launcher/watch.ts';
import { reportOf, type XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { itemWithKey, type MenuItem, menuModel, type ServiceView } from './menu-model.ts';
import {
  about,
  actionFailed,
  askReset,
  type FolderQuestionRef,
  type Notification,
  notificationsFor,
} from './notification-rules.ts';
import type { Notifier } from './notifications.ts';
import type { TrayIcon } from './tray-icon.ts';

export interface TrayParts {
  /** Connects to the service if it runs. */
  connect(signal: AbortSignal): Promise<ServiceClient>;
  /** Connects to the service, and starts it if need be. */
  start(signal: AbortSignal): Promise<ServiceClient>;
  readonly icon: TrayIcon;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly version: string;
  /** Where windows of launched applications are to appear. */
  readonly display: string | undefined;
  /** The file with the display's key, if the environment names one. */
  readonly authority?: string | undefined;
}

export interface TraySession {
  /** A click in the icon's menu. */
  click(key: string): void;
  /** Resolves when the user chose Exit and the service has ended. */
  readonly exited: Promise<void>;
  close(): void;
}

const retryMs = 500;
/** What "later" means where the user cannot say it. */
const laterMinutes = 60;
/** Who does not say that a reset is meant does not mean it. */
const resetAnswerMs = 30_000;

/**
 * The tray's life: follows the service, shows its state and passes clicks on to it. It keeps nothing that it
 * could not learn again. The first connection starts the service; afterwards a service that was ended stays
 * ended until the user asks for it.
 */
export function openTraySession(parts: TrayParts): TraySession {
  const ended = new AbortController();
  const exited = Promise.withResolvers<void>();
  let view: ServiceView = 'connecting';
  let client: ServiceClient | undefined;
  let startOnConnect = true;
  let exiting = false;
  /** The workspace that the user is asked about, see `menuModel`. */
  let resetAsked: string | undefined;
  let resetTimer: NodeJS.Timeout | undefined;

  const show = (next: ServiceView) => {
    view = next;
    parts.icon.show(menuModel(next, resetAsked));
  };
  const setResetAsked = (workspace: string | undefined) => {
    clearTimeout(resetTimer);
    resetAsked = workspace;
    if (workspace !== undefined) resetTimer = setTimeout(() => setResetAsked(undefined), resetAnswerMs);
    show(view);
  };
  const tellFailure = (title: string, error: unknown) => {
    if (exiting || ended.signal.aborted) return;
    const report = reportOf(error);
    parts.log.warn(report, title);
    parts.notifier.notify(actionFailed(title, report));
  };
  const service = () => {
    if (client === undefined) throw lost();
    return client;
  };

  const clicked = ({ title, click }: Notification) => {
    if (!click || exiting || ended.signal.aborted) return;
    if ('kind' in click) {
      takeFolder(click).catch((error) => tellFailure('The folder was not taken', error));
      return;
    }
    // No failure of the user's: the guest that said it may be gone.
    client
      ?.call('balloonClicked', click, { signal: ended.signal })
      .catch((error) => parts.log.info(reportOf(error), `a click on “${title}” led nowhere`));
  };

  const takeFolder = async ({ workspace, kind, file }: FolderQuestionRef) => {
    const { signal } = ended;
    await service().call('answerFolderQuestion', { workspace, kind, takesFolder: true }, { signal });
    await service().call('open', { workspace, files: [file], ...display }, { signal });
  };

  const watch = keepWatching({
    retryMs,
    connect(signal) {
      if (!startOnConnect) return parts.connect(signal);
      startOnConnect = false;
      return parts.start(signal);
    },
    onState(state, current) {
      client = current;
      const before = typeof view === 'object' ? view : undefined;
      for (const told of notificationsFor(before, state)) parts.notifier.notify(told, () => clicked(told));
      show(state);
    },
    onLost(error: XPaneError) {
      client = undefined;
      parts.log.info(reportOf(error), 'the service is not there');
      if (error.code === 'service.not-started') tellFailure('XPane could not start', error);
      show('absent');
    },
  });

  const startService = async () => {
    show('connecting');
    try {
      // The watch makes a connection of its own within `retryMs`.
      const started = await parts.start(ended.signal);
      started.close();
    } catch (error) {
      show('absent');
      throw error;
    }
  };

  const exit = async () => {
    exiting = true;
    try {
      await client?.call('quit', {}, { signal: ended.signal });
    } catch (error) {
      if (reportOf(error).code === 'workspace.stop-held') {
        exiting = false;
        throw error;
      }
      // A service that goes away instead of answering has done what it was asked.
      parts.log.warn(reportOf(error), 'the service did not confirm its end');
    }
    exited.resolve();
  };

  const display = {
    ...(parts.display === undefined ? {} : { display: parts.display }),
    ...(parts.authority === undefined ? {} : { authority: parts.authority }),
  };

  const act = async ({ action }: MenuItem): Promise<unknown> => {
    const { signal } = ended;
    switch (action?.kind) {
      case 'launch': {
        const { workspace, application } = action;
        return service().call('launch', { workspace, application, ...display }, { signal });
      }
      case 'desktop':
        return service().call('desktop', { workspace: action.workspace, ...display }, { signal });
      case 'start':
      case 'suspend':
      case 'stop':
      case 'restart':
        return service().call(action.kind, { workspace: action.workspace }, { signal });
      case 'turn-off':
        return service().call('stop', { workspace: action.workspace, force: true }, { signal });
      case 'set-up':
        return service()
          .call('startSetUp', { workspace: action.workspace, ...display }, { signal })
          .catch(unlessToldByState);
      case 'set-up-later':
        return service().call(
          'postponeSetUp',
          { workspace: action.workspace, minutes: laterMinutes },
          { signal },
        );
      case 'reset': {
        const { workspace } = action;
        setResetAsked(workspace);
        const asked =
          typeof view === 'object' ? view.workspaces.find(({ id }) => id === workspace) : undefined;
        return parts.notifier.notify(askReset(workspace, asked?.name ?? workspace));
      }
      case 'reset-surely':
        setResetAsked(undefined);
        return service().call('resetWorkspace', { workspace: action.workspace }, { signal });
      case 'start-service':
        return startService();
      case 'about':
        return parts.notifier.notify(about(parts.version));
      case 'exit':
        return exit();
      case undefined:
        return undefined;
    }
  };

  return {
    click(key) {
      const item = itemWithKey(menuModel(view, resetAsked).groups, key);
      if (item === undefined || exiting) return;
      act(item).catch((error) => tellFailure(`“${item.label}” did not work`, error));
    },
    exited: exited.promise,
    close() {
      ended.abort();
      clearTimeout(resetTimer);
      watch.close();
    },
  };
}

/** What set-up itself fails with is in the state, and told from there. */
function unlessToldByState(error: unknown): void {
  if (/^(service|workspace|policy)\./.test(reportOf(error).code)) throw error;
}
