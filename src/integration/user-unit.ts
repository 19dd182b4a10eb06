import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface HostCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Guests are suspended in this; less than systemd grants the user's manager itself (120 s). */
const stopSeconds = 100;

/** What systemd sets for each unit anew. */
const ofAnotherUnit =
  /^(INVOCATION_ID|JOURNAL_STREAM|LISTEN_\w+|MANAGERPID|NOTIFY_SOCKET|SYSTEMD_EXEC_PID|WATCHDOG_\w+)$/;
/**
 * What another session may have left with the user's service manager, to no good here: where windows, input methods and
 * sound are, and XPane's own settings.
 */
const ofASession = [
  ...['DISPLAY', 'XAUTHORITY', 'WAYLAND_DISPLAY', 'XMODIFIERS', 'PULSE_SERVER'],
  ...[
    'XPANE_HOME',
    'XPANE_CACHE',
    'XPANE_LINK_GUARD',
    'XPANE_LOG_LEVEL',
    'XPANE_BACKEND',
    'XPANE_MEMORY_MIB',
  ],
  ...['XPANE_SOUND', 'XPANE_DEVICES', 'XPANE_NETWORK', 'XPANE_NETWORK_BRIDGE', 'XPANE_IDLE_MINUTES'],
  ...['XPANE_CLOSE_ACTION', 'XPANE_START', 'XPANE_WARM_START', 'XPANE_REVERTIBLE', 'XPANE_FRAME'],
  ...['XPANE_SCALE', 'XPANE_TRUST_EDGE', 'XPANE_TRUST_EDGE_PX', 'XPANE_TITLE_PREFIX'],
  ...['XPANE_URLS_FROM_GUEST', 'XPANE_URL_RULES', 'XPANE_FILES_TO_GUEST', 'XPANE_FILES_FROM_GUEST'],
  'XPANE_COMPANIONS',
  'XPANE_HOST_OPENS',
  'XPANE_PRINTING',
  'XPANE_SHARE_FOLDERS',
  'XPANE_INTEGRATION',
  'XPANE_UNPUBLISHED',
  'XPANE_SCAN_FROM_GUEST',
  'XPANE_CLIPBOARD_TO_GUEST',
  'XPANE_CLIPBOARD_FROM_GUEST',
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: systemd refuses those but tab and line feed
const refused = /[\x00-\x08\x0b-\x1f\x7f]/;

/**
 * The command that runs `program` in a unit of its own of the user's service manager (systemd.service(5)), with this
 * environment, and ends with its exit code; undefined where none runs. There the end of the terminal, of the application
 * or of the session that happened to start it signals nothing to it: systemd asks it to end at log-out and at shutdown,
 * and waits. Needs systemd 249; older ones refuse, and the command fails before it starts anything.
 */
export function unitCommand(program: HostCommand, env: NodeJS.ProcessEnv): HostCommand | undefined {
  const { XDG_RUNTIME_DIR: runtime } = env;
  if (!runtime || !existsSync(join(runtime, 'systemd/private'))) return undefined;
  const names = Object.entries(env).flatMap(([name, value]) =>
    /^[A-Za-z_]\w*$/.test(name) && value !== undefined && !ofAnotherUnit.test(name) && !refused.test(value)
      ? [name]
      : [],
  );
  const others = ofASession.filter((name) => !names.includes(name));
  return {
    command: 'systemd-run',
    args: [
      ...['--user', '--quiet', '--collect', '--wait', '--pipe', '--service-type=exec'],
      ...[`--unit=xpane-service-${randomBytes(4).toString('hex')}`, '--description=XPane'],
      // The service itself ends its guests. What VirtualBox has started meanwhile is the user's.
      ...['--property=KillMode=process', `--property=TimeoutStopSec=${stopSeconds}`],
      // A program of a guest that is killed for want of memory is no reason to end all guests.
      '--property=OOMPolicy=continue',
      // Where the desktop tells systemd of the session's end, that is when guests are suspended.
      '--property=PartOf=graphical-session.target',
      '--working-directory=/',
      // Names only: other users may read command lines.
      ...names.map((name) => `--setenv=${name}`),
      // Else those of the service manager hold.
      ...(others.length > 0 ? [`--property=UnsetEnvironment=${others.join(' ')}`] : []),
      ...['--', program.command, ...program.args],
    ],
  };
}
