import { join } from 'node:path';
import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import { openInHostBrowser, rememberedBrowsersFile } from '../integration/browser/host-browser.ts';
import { exitCodes } from '../launcher/exit-codes.ts';
import { type IpcServer, startIpcServer } from '../launcher/ipc-server.ts';
import { takeLock } from '../launcher/service-lock.ts';
import { reportOf } from '../shared/errors.ts';
import { openLog } from '../shared/log.ts';
import { privateFolder, type XPanePaths, xpanePaths } from '../shared/paths.ts';
import { selfCommand } from '../shared/self-command.ts';
import { whySlow } from '../vm/backends.ts';
import { hostMemory } from '../vm/host-memory.ts';
import { openSettings } from '../workspace/settings-store.ts';
import { DesktopIntegration } from './desktop-integration.ts';
import { Display } from './display.ts';
import { builtInBase } from './guest-source.ts';
import { HostSleep } from './host-sleep.ts';
import type { LiveWorkspace } from './live-workspace.ts';
import { MemoryGate } from './memory-gate.ts';
import { openWorkspace } from './open-workspace.ts';
import { PrintingCare } from './printing/printing-care.ts';
import { Service } from './service.ts';
import { UrlCare } from './urls/url-care.ts';
import { WorkspaceCare } from './workspace-care.ts';
import { WorkspaceShelf } from './workspace-shelf.ts';

/**
 * `xpane service`: the composition root. Runs until `quit`, SIGTERM, SIGHUP or SIGINT; guests are suspended or shut
 * down in order before it ends. Resolves to the exit code; `alreadyRunning` when another service of this user has the lock.
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
  const settings = openSettings(paths.config);
  const logFile = join(privateFolder(paths.state), 'service.log');
  const log = openLog({ file: logFile, level: settings.read().logLevel });
  const stop = Promise.withResolvers<void>();
  // The end of a session may tell it twice: whatever comes later must not end this while guests are suspended.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, stop.resolve);
  process.once('SIGINT', stop.resolve);
  // What nobody caught ends the service, as it must; the log is where somebody will look for why.
  process.on('uncaughtExceptionMonitor', (error) => log.error({ error: error.stack }, 'the service broke'));

  let shelf: WorkspaceShelf | undefined;
  const display = new Display({
    log,
    onScreenChanged: () => shelf?.live.all.forEach((each) => void each.screenChanged()),
  });
  const memory = new MemoryGate({ host: hostMemory(), workspaces: () => shelf?.live.all ?? [], log });
  const live = () => {
    if (!shelf) throw new Error('there are no workspaces yet');
    return shelf.live;
  };
  /** As the user's desktop would: on the display that he works on. */
  const openOnHost = (url: string) => {
    const env = display.name === undefined ? process.env : { ...process.env, DISPLAY: display.name };
    return openInHostBrowser(url, { env, remembered: rememberedBrowsersFile(paths.config) });
  };
  const urls = new UrlCare({
    ...{ settings, configFolder: paths.config, dataFolder: paths.data },
    ...{ workspaces: live, display, openOnHost, log },
  });
  const onLink = (from: LiveWorkspace, url: string, bridge: GuestBridge) =>
    void urls.openFromGuest(from, url, bridge);
  const printing = new PrintingCare(process.env);
  shelf = await WorkspaceShelf.open({
    dataFolder: paths.data,
    log,
    open: (definition) =>
      openWorkspace(definition, { paths, settings, display, memory, log, onLink, printing }),
  });
  await shelf.resumeSetUps();
  const care = new WorkspaceCare({
    ...{ shelf, settings, builtInBase: (disk) => builtInBase(paths.cache, disk) },
    whySlow: () => whySlow({ cache: paths.cache, log }),
  });
  const shelved = shelf;
  const desktop = new DesktopIntegration({
    place: { self: selfCommand(), env: process.env, home: paths.data },
    workspaces: () => shelved.live.all,
    settingsOf: (each) => settings.read(shelved.definitionOf(each).settings),
    setIntegration: (to) => settings.set('integration', to),
    log,
  });
  shelf.live.changes.listen(() => desktop.look());
  const parts = { workspaces: shelf.live, care, urls, display, desktop, logFile };
  const service = new Service({ ...parts, onQuit: stop.resolve });
  const each = async (work: (live: LiveWorkspace) => Promise<void>) => {
    await Promise.all(shelf?.live.all.map(work) ?? []);
  };
  const sleep = new HostSleep({
    onSleep: () => each(({ session }) => session.pause()),
    onWake: () => each(({ session }) => session.goOn()),
    log,
  });
  let server: IpcServer | undefined;
  try {
    if (process.env.DISPLAY) {
      await display
        .open(process.env.DISPLAY)
        .catch((error: unknown) => log.warn({ error: reportOf(error) }, 'the display could not be opened'));
    }
    urls.begin();
    desktop.look();
    server = await startIpcServer({ runtime: paths.runtime, api: service, log });
    log.info({ processId: process.pid }, 'service ready');
    await stop.promise;
  } finally {
    // Alongside the end of the guests; what it takes longer than that is bounded below.
    void printing.stopDelivering();
    await urls.close();
    await desktop.close();
    await sleep.close();
    try {
      await service.end();
    } finally {
      await printing.close();
      await server?.close();
    }
  }
  log.info({}, 'service ended');
}
