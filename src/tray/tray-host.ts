import x11 from 'x11';
import { runChild } from '../shared/child-process.ts';
import { pause, within } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';
import { hasSessionBus } from '../shared/session-bus.ts';

/**
 * What shows tray icons on this desktop: `status-notifier` (a panel on the session bus, which also draws the
 * menu), `xembed` (a panel that takes windows), `none`.
 */
export type TrayHost = 'status-notifier' | 'xembed' | 'none';

const askTimeoutMs = 3000;
const pollMs = 500;

/** Asks the session bus, then the X server. What cannot be asked is not there; throws only `signal.reason`. */
export async function findTrayHost(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<TrayHost> {
  if (hasSessionBus(env) && (await statusNotifierHost(env, signal))) return 'status-notifier';
  if (env.DISPLAY && (await xembedHost(env.DISPLAY))) return 'xembed';
  return 'none';
}

/** The tray often starts before the panel at log-in: so waits for one, and says `none` after `timeoutMs`. */
export async function awaitTrayHost(
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<TrayHost> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const host = await findTrayHost(env, signal);
    if (host !== 'none' || performance.now() >= deadlineMs) return host;
    await pause(pollMs, signal);
  }
}

/** What to tell the user when there is none. */
export function noTrayHost(): XPaneError {
  return new XPaneError(
    'tray.no-host',
    'This desktop has no place for tray icons, so XPane’s icon cannot be seen.',
    'On GNOME install the extension "AppIndicator and KStatusNotifierItem Support"; elsewhere add a system tray ' +
      'to the panel. Meanwhile "xpane apps" and "xpane launch NAME" do the same.',
  );
}

async function statusNotifierHost(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<boolean> {
  const property = 'IsStatusNotifierHostRegistered';
  const watcher = 'org.kde.StatusNotifierWatcher';
  try {
    const { stdout } = await runChild({
      command: 'gdbus',
      args: [
        ...[
          'call',
          '--session',
          '--timeout',
          '2',
          '--dest',
          watcher,
          '--object-path',
          '/StatusNotifierWatcher',
        ],
        ...['--method', 'org.freedesktop.DBus.Properties.Get', watcher, property],
      ],
      env,
      timeoutMs: askTimeoutMs,
      ...(signal ? { signal } : {}),
    });
    return /\btrue\b/.test(stdout);
  } catch {
    signal?.throwIfAborted();
    // Not installed or no answer: the X server is asked instead.
    return false;
  }
}

/** The freedesktop System Tray protocol: the tray of screen 0 owns the selection _NET_SYSTEM_TRAY_S0. */
async function xembedHost(display: string): Promise<boolean> {
  let end: (() => void) | undefined;
  const owner = new Promise<number>((resolve, reject) => {
    const client = x11.createClient({ display, shm: false }, (error) => {
      if (error) return reject(error);
      // npm x11 remembers atoms for all connections together: wrong after another X server.
      client.atoms = {};
      client.InternAtom(false, '_NET_SYSTEM_TRAY_S0', (failed, atom) => {
        if (failed) reject(failed);
        else client.GetSelectionOwner(atom, (_, found) => resolve(found ?? 0));
      });
    });
    client.on('error', reject);
    end = () => client.terminate();
  });
  try {
    return (await within(askTimeoutMs, owner, noTrayHost)) !== 0;
  } catch {
    return false;
  } finally {
    end?.();
  }
}
