import type { Params, Result, ServiceApi } from '../launcher/api/methods.ts';
import type { ServiceState } from '../launcher/api/state.ts';
import { displayText } from '../shared/text.ts';
import { version } from '../shared/version.ts';
import { ChangeSignal } from './change-signal.ts';
import type { DesktopIntegration } from './desktop-integration.ts';
import type { Display } from './display.ts';
import { cannotPostpone, nothingToSetUp } from './first-time/set-up-errors.ts';
import { launchFailure } from './launch-outcome.ts';
import type { LiveWorkspace } from './live-workspace.ts';
import type { LiveWorkspaces } from './live-workspaces.ts';
import { cancelTransfers, folderQuestions, openFiles } from './open-files.ts';
import type { UrlCare } from './urls/url-care.ts';
import { fulfil, userWish } from './user-wish.ts';
import type { WorkspaceCare } from './workspace-care.ts';

/** A published application starts within this, or the guest hangs. */
const launchTimeoutMs = 30_000;

export interface ServiceParts {
  readonly workspaces: LiveWorkspaces;
  readonly care: WorkspaceCare;
  readonly urls: UrlCare;
  readonly display: Display;
  readonly desktop: Pick<DesktopIntegration, 'switchTo'>;
  readonly logFile: string;
  /** Ends the process; called once, after the reply to `quit` is on its way. */
  readonly onQuit: () => void;
}

/** The use cases of the service: what tray and command line ask for. */
export class Service implements ServiceApi {
  readonly #parts: ServiceParts;
  readonly #changes = new ChangeSignal();

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    parts.workspaces.changes.listen(() => this.#changes.emit());
    parts.care.changes.listen(() => this.#changes.emit());
    parts.urls.changes.listen(() => this.#changes.emit());
    parts.display.changes.listen(() => this.#changes.emit());
  }

  state(): ServiceState {
    const { display, logFile, workspaces, care, urls } = this.#parts;
    const { broken: brokenUrlLists, refused: refusedLinks } = urls;
    return {
      version,
      processId: process.pid,
      logFile,
      ...(display.name === undefined ? {} : { display: display.name }),
      ...(display.failure === undefined ? {} : { displayFailure: display.failure }),
      workspaces: workspaces.all.map((workspace) => workspace.state()),
      ...(care.broken.length > 0 ? { broken: [...care.broken] } : {}),
      ...(refusedLinks.length > 0 ? { refusedLinks } : {}),
      ...(brokenUrlLists.length > 0 ? { brokenUrlLists } : {}),
      ...(care.work.length > 0 ? { work: [...care.work] } : {}),
    };
  }

  onChange(listener: () => void): () => void {
    return this.#changes.listen(listener);
  }

  readonly start = async (params: Params<'start'>, signal: AbortSignal): Promise<Result<'start'>> => {
    await this.#workspace(params.workspace).ensureReady(signal);
    return {};
  };

  readonly stop = async (params: Params<'stop'>): Promise<Result<'stop'>> => {
    await this.#workspace(params.workspace).stop({ force: params.force ?? false });
    return {};
  };

  readonly suspend = async (params: Params<'suspend'>): Promise<Result<'suspend'>> => {
    const workspace = this.#workspace(params.workspace);
    await workspace.suspend();
    return { phase: workspace.session.phase.name };
  };

  readonly restart = async (params: Params<'restart'>, signal: AbortSignal): Promise<Result<'restart'>> => {
    const workspace = this.#workspace(params.workspace);
    await workspace.stop();
    await workspace.ensureReady(signal);
    return {};
  };

  /**
   * Does not wait for the guests: their state tells how it goes. One that is to be set up is set up when that is due, as
   * the user may have put it off.
   */
  readonly logOn: ServiceApi['logOn'] = async () => {
    const wanted = this.#parts.workspaces.all.filter(
      ({ workspace, setUp }) => workspace.start === 'log-on' && !setUp?.needed,
    );
    for (const each of wanted) each.ensureReady().catch(() => undefined);
    return { workspaces: wanted.map(({ id }) => id) };
  };

  /**
   * Shows an application: opens the display, starts the guest if need be, starts the program. What the catalogue
   * of the last run does not know is refused at once, without a boot to find out.
   */
  readonly launch = async (params: Params<'launch'>, signal: AbortSignal): Promise<Result<'launch'>> => {
    const workspace = this.#workspace(params.workspace);
    const presenter = await this.#parts.display.open(params.display, params.authority);
    if (workspace.catalogue.known) workspace.catalogue.find(params.application);
    const { startupId } = params;
    const wish = userWish(presenter, { name: displayText(params.application, 64), startupId });
    return await fulfil(workspace, wish, signal, async (bridge) => {
      const application = workspace.catalogue.find(params.application);
      const result = await bridge.launch(application.id, { timeoutMs: launchTimeoutMs, signal });
      const failure = launchFailure(result, application.name);
      if (failure) throw failure;
      return { applicationId: application.id, name: application.name, processId: result.processId };
    });
  };

  readonly open = async (params: Params<'open'>, signal: AbortSignal): Promise<Result<'open'>> =>
    await openFiles(this.#parts.display, this.#workspace(params.workspace), params, signal);

  readonly cancelTransfers: ServiceApi['cancelTransfers'] = async ({ transfer }) => ({
    cancelled: cancelTransfers(this.#parts.workspaces.all, transfer),
  });

  readonly folderQuestions: ServiceApi['folderQuestions'] = async ({ workspace, files }) => ({
    questions: await folderQuestions(this.#workspace(workspace), files),
  });

  readonly answerFolderQuestion: ServiceApi['answerFolderQuestion'] = async (answer) => {
    await this.#workspace(answer.workspace).files.companions.answer(answer.kind, answer.takesFolder);
    return {};
  };

  readonly balloonClicked = async (params: Params<'balloonClicked'>): Promise<Result<'balloonClicked'>> => {
    this.#workspace(params.workspace).balloonClicked(params.balloon);
    return {};
  };

  readonly desktop = async (params: Params<'desktop'>, signal: AbortSignal): Promise<Result<'desktop'>> => {
    await this.#workspace(params.workspace).screen.open(params, signal);
    return {};
  };

  readonly startSetUp = async (
    { workspace, keepDisk, ...where }: Params<'startSetUp'>,
    signal: AbortSignal,
  ): Promise<Result<'startSetUp'>> => {
    await this.#workspace(workspace).runSetUp(where, signal, keepDisk);
    return {};
  };

  readonly postponeSetUp = async (params: Params<'postponeSetUp'>): Promise<Result<'postponeSetUp'>> => {
    const { setUp } = this.#workspace(params.workspace);
    if (!setUp) throw cannotPostpone();
    await setUp.postpone(params.minutes * 60_000);
    return { askAgainUtc: setUp.report?.askAgainUtc ?? new Date().toISOString() };
  };

  readonly collectGuestLogs: ServiceApi['collectGuestLogs'] = async ({ workspace }, signal) => {
    const live = this.#workspace(workspace);
    if (!live.setUp) throw nothingToSetUp(live.name);
    return await live.setUp.collectLogs(signal);
  };

  readonly createWorkspace: ServiceApi['createWorkspace'] = (params) => this.#parts.care.create(params);
  readonly importImage: ServiceApi['importImage'] = (...asked) => this.#parts.care.importImage(...asked);
  readonly installWindows: ServiceApi['installWindows'] = (...asked) =>
    this.#parts.care.installWindows(...asked);
  readonly showWorkspace: ServiceApi['showWorkspace'] = (params) => this.#parts.care.show(params);
  readonly renameWorkspace: ServiceApi['renameWorkspace'] = (params) => this.#parts.care.rename(params);
  readonly setWorkspace: ServiceApi['setWorkspace'] = (params) => this.#parts.care.set(params);
  readonly addDevice: ServiceApi['addDevice'] = (params) => this.#parts.care.addDevice(params);
  readonly removeDevice: ServiceApi['removeDevice'] = (params) => this.#parts.care.removeDevice(params);
  readonly cloneWorkspace: ServiceApi['cloneWorkspace'] = (...asked) => this.#parts.care.clone(...asked);
  readonly exportWorkspace: ServiceApi['exportWorkspace'] = (...asked) => this.#parts.care.export(...asked);
  readonly resetWorkspace: ServiceApi['resetWorkspace'] = (params) => this.#parts.care.reset(params);
  readonly compactWorkspace: ServiceApi['compactWorkspace'] = (...asked) =>
    this.#parts.care.compact(...asked);
  readonly removeWorkspace: ServiceApi['removeWorkspace'] = (params) => this.#parts.care.remove(params);
  readonly openUrl: ServiceApi['openUrl'] = (...asked) => this.#parts.urls.open(...asked);
  readonly linkFailed: ServiceApi['linkFailed'] = async ({ failure }) => {
    this.#parts.urls.failed(failure);
    return {};
  };
  readonly testUrl: ServiceApi['testUrl'] = (params) => this.#parts.urls.test(params);
  readonly listUrlRules: ServiceApi['listUrlRules'] = () => this.#parts.urls.list();
  readonly browserRules: ServiceApi['browserRules'] = (params) => this.#parts.urls.browserRules(params);
  readonly testNavigation: ServiceApi['testNavigation'] = (params) => this.#parts.urls.testNavigation(params);
  readonly listShares: ServiceApi['listShares'] = async ({ workspace }) => this.#shares(workspace);
  readonly addShare: ServiceApi['addShare'] = async ({ workspace, ...asked }) => {
    await this.#parts.care.addShare(this.#workspace(workspace), asked);
    return this.#shares(workspace);
  };
  readonly removeShare: ServiceApi['removeShare'] = async ({ workspace, share }) => {
    await this.#parts.care.removeShare(this.#workspace(workspace), share);
    return this.#shares(workspace);
  };
  readonly acceptShare: ServiceApi['acceptShare'] = async ({ workspace, share }) => {
    this.#workspace(workspace).shares?.accept(share);
    return this.#shares(workspace);
  };
  readonly integrate: ServiceApi['integrate'] = ({ to }) => this.#parts.desktop.switchTo(to);
  readonly cancelWork: ServiceApi['cancelWork'] = async ({ work }) => {
    this.#parts.care.cancel(work);
    return {};
  };

  /**
   * An application that does not close holds this up as it holds up a stop: then the service goes on. Suspended guests
   * stay as they are, and what is being set up goes on with the next service.
   */
  readonly quit = async ({ force = false }: Params<'quit'>): Promise<Result<'quit'>> => {
    const { all } = this.#parts.workspaces;
    await Promise.all(all.map(({ setUp }) => setUp?.end()));
    const awake = all.filter(({ session }) => !session.keepsGuest);
    try {
      await Promise.all(awake.map(({ session }) => session.stop({ force })));
    } catch (error) {
      await Promise.all(all.map(({ setUp }) => setUp?.resume()));
      throw error;
    }
    this.#parts.onQuit();
    return {};
  };

  /** For the end of the process, which waits for nobody: no guest runs any more and every window is closed. */
  async end(): Promise<void> {
    try {
      const { workspaces, care } = this.#parts;
      await Promise.all([...workspaces.all.map(endOf), care.end()]);
    } finally {
      await this.#parts.display.close();
    }
  }

  #shares(workspace: string | undefined): Result<'listShares'> {
    const live = this.#workspace(workspace);
    const running = new Map((live.shares?.progress ?? []).map((each) => [each.name, each]));
    const shares = this.#parts.care.sharesOf(live).map((share) => {
      const progress = running.get(share.name);
      return { ...share, ...(progress ? { progress } : {}) };
    });
    return { shares };
  }

  #workspace(id: string | undefined): LiveWorkspace {
    return this.#parts.workspaces.find(id);
  }
}

async function endOf({ setUp, session }: LiveWorkspace): Promise<void> {
  await setUp?.end();
  await session.end();
}
