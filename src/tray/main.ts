import { join } from 'node:path';
import { connectService } from '../launcher/client.ts';
import { startService } from '../launcher/start-service.ts';
import { reportOf } from '../shared/errors.ts';
import { type Log, openLog } from '../shared/log.ts';
import { xpanePaths } from '../shared/paths.ts';
import { selfCommand } from '../shared/self-command.ts';
import { hasSessionBus, noSessionBus } from '../shared/session-bus.ts';
import { version } from '../shared/version.ts';
import { openDesktopNotifier } from './desktop-notifier.ts';
import { menuModel } from './menu-model.ts';
import { actionFailed } from './notification-rules.ts';
import type { Notifier } from './notifications.ts';
import { openSystrayIcon } from './systray/systray-icon.ts';
import { awaitTrayHost, findTrayHost, noTrayHost } from './tray-host.ts';
import { openTraySession, type TraySession } from './tray-session.ts';

/** A panel that starts later than the tray at log-in is waited for this long. */
const hostTimeoutMs = 15_000;
/** A notification daemon that hangs does not hold up the end. */
const lastWordsMs = 2000;

/**
 * Shows the tray icon until the user chooses Exit or the process is told to end; resolves to the exit code.
 * Whoever calls holds the lock that makes it the only one. Rejects when no icon can be shown (any more).
 */
export async function runTray(): Promise<number> {
  const ending = endingSignal();
  try {
    await showTray(ending);
  } catch (error) {
    if (!ending.aborted) throw error;
  }
  return 0;
}

async function showTray(ending: AbortSignal): Promise<void> {
  const paths = xpanePaths();
  const { env } = process;
  const log = openLog({ file: join(paths.state, 'tray.log'), level: 'info' });
  // GTK would start a bus of its own, which nobody would ever end.
  if (!hasSessionBus(env)) env.DBUS_SESSION_BUS_ADDRESS = noSessionBus;
  const notifier = openDesktopNotifier({ cacheFolder: paths.cache, log });
  const host = await findTrayHost(env, ending);
  let session: TraySession | undefined;
  const icon = await openSystrayIcon({
    model: menuModel('connecting'),
    onClick: (key) => session?.click(key),
    cacheFolder: paths.cache,
    owner: paths.runtime,
    drawnBy: host === 'xembed' ? 'helper' : 'panel',
    log,
    signal: ending,
  });
  session = openTraySession({
    connect: (signal) => connectService(paths.runtime, { signal }),
    start: (signal) => startService({ self: selfCommand(), paths, signal }),
    icon,
    notifier,
    log,
    version,
    display: env.DISPLAY,
    authority: env.XAUTHORITY,
  });
  if (host === 'none') void tellWithoutHost(notifier, log, ending);
  try {
    await Promise.race([session.exited, icon.closed, aborted(ending)]);
  } catch (error) {
    notifier.notify(actionFailed('The XPane icon is gone', reportOf(error)));
    throw error;
  } finally {
    session.close();
    await icon.close();
    await notifier.settled(lastWordsMs);
    notifier.close();
  }
}

/** The icon is kept: it appears as soon as a panel takes it. */
async function tellWithoutHost(notifier: Notifier, log: Log, signal: AbortSignal): Promise<void> {
  const host = await awaitTrayHost(process.env, hostTimeoutMs, signal).catch(() => undefined);
  if (host !== 'none') return;
  const error = noTrayHost();
  log.warn(reportOf(error), 'no tray host');
  process.stderr.write(`${error.message}\n${error.hint}\n`);
  notifier.notify(actionFailed('The XPane icon cannot be shown', error));
}

function endingSignal(): AbortSignal {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ending.abort());
  return ending.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
