import { join } from 'node:path';
import { exitCodes } from '../launcher/exit-codes.ts';
import { type IpcServer, startIpcServer } from '../launcher/ipc-server.ts';
import { takeLock } from '../launcher/service-lock.ts';
import { reportOf } from '../shared/errors.ts';
import { type Log, openLog } from '../shared/log.ts';
import { privateFolder, type XPanePaths, xpanePaths } from '../shared/paths.ts';
import { snapshotOf } from '../vm/backends.ts';
import { openCatalogue } from '../workspace/catalogue.ts';
import { workspaceSecret } from '../workspace/secret.ts';
import { openSettings } from '../workspace/settings-store.ts';
import { type Workspace, workspaceFiles } from '../workspace/workspace.ts';
import { loadWorkspaces } from '../workspace/workspaces.ts';
import { resolveBackend } from './backend-choice.ts';
import { Display } from './display.ts';
import { guestDesktopSize } from './guest-look.ts';
import { guestSource } from './guest-source.ts';
import { LiveWorkspace } from './live-workspace.ts';
import { Service } from './service.ts';
import { WorkspaceSession } from './workspace-session.ts';

/**
 * `xpane service`: the composition root. Runs until `quit`, SIGTERM or SIGINT; guests are shut down in order
 * before it ends. Resolves to the exit code; `alreadyRunning` when another service of this user has the lock.
 */
export async function runService(): Promise<number> {
  const paths = xpanePaths();
  const lock = await takeLock(paths.runtime, 'service');
  if (!lock) return exitCodes.alreadyRunning;
  try {
    await serve(paths);
    return exitCodes.ok;
  } finally {
    lock.release();
  }
}

/** However this ends, nothing is left that keeps the process alive: no guest, no display, no socket. */
async function serve(paths: XPanePaths): Promise<void> {
  const settings = openSettings(paths.config).read();
  const logFile = join(privateFolder(paths.state), 'service.log');
  const log = openLog({ file: logFile, level: settings.logLevel });
  const stop = Promise.withResolvers<void>();
  // What nobody caught ends the service, as it must; the log is where somebody will look for why.
  process.on('uncaughtExceptionMonitor', (error) => log.error({ error: error.stack }, 'the service broke'));

  const workspaces: LiveWorkspace[] = [];
  const display = new Display({
    log,
    onScreenChanged: () => workspaces.forEach((each) => void each.screenChanged()),
  });
  const backend = resolveBackend(settings.backend);
  for (const workspace of loadWorkspaces(settings, backend)) {
    workspaces.push(await openWorkspace(workspace, { paths, display, log }));
  }
  const service = new Service({ workspaces, display, logFile, onQuit: stop.resolve });
  let server: IpcServer | undefined;
  try {
    if (process.env.DISPLAY) {
      await display
        .open(process.env.DISPLAY)
        .catch((error: unknown) => log.warn({ error: reportOf(error) }, 'the display could not be opened'));
    }
    server = await startIpcServer({ runtime: paths.runtime, api: service, log });
    process.once('SIGTERM', stop.resolve);
    process.once('SIGINT', stop.resolve);
    log.info({ processId: process.pid }, 'service ready');
    await stop.promise;
  } finally {
    try {
      await service.end();
    } finally {
      await server?.close();
    }
  }
  log.info({}, 'service ended');
}

async function openWorkspace(
  workspace: Workspace,
  parts: { readonly paths: XPanePaths; readonly display: Display; readonly log: Log },
): Promise<LiveWorkspace> {
  const { paths, display } = parts;
  const log = parts.log.child({ workspace: workspace.id });
  const files = workspaceFiles(paths.data, workspace.id, workspace.backend);
  privateFolder(files.folder);
  const catalogue = await openCatalogue({ file: files.catalogue, iconFolder: files.icons, log });
  const session = new WorkspaceSession({
    workspaceId: workspace.id,
    guestSource: guestSource(workspace.backend, { cache: paths.cache, log }),
    disk: files.disk,
    secretFile: files.secret,
    secret: await workspaceSecret(files.secret),
    runtimeFolder: join(paths.runtime, workspace.id),
    snapshot: snapshotOf(files.disk),
    memoryMiB: workspace.memoryMiB,
    sound: workspace.sound,
    startDurationFile: files.startDuration,
    desktop: () => guestDesktopSize(workspace, display),
    onBridge: (bridge) => live.adopt(bridge),
    log,
  });
  const live = new LiveWorkspace({ workspace, session, catalogue, display, log });
  return live;
}
