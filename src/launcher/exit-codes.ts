/**
 * The exit codes of every command; documented in its `--help`, stable for scripts.
 * Each error code (`room.what`) leads to one of them, see {@link exitCodeOf}.
 */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  serviceUnavailable: 3,
  guestFailed: 4,
  applicationUnknown: 5,
  accessDenied: 6,
  timedOut: 7,
  alreadyRunning: 8,
  imageUnusable: 9,
  cancelled: 10,
  linkNotOpened: 11,
  fileRefused: 12,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For `--help`. */
export const exitCodeMeanings: Record<ExitCode, string> = {
  0: 'done',
  1: 'something went wrong inside XPane',
  2: 'the command line was not understood',
  3: 'the XPane service does not run or cannot be reached',
  4: 'the guest could not be started, or failed',
  5: 'no such application, or more than one',
  6: 'the guest denied access to the application',
  7: 'it took too long',
  8: 'it runs already (only "service" and "tray")',
  9: 'the disk image, or that of a CD, could not be read or written',
  10: 'it was cancelled',
  11: 'the link was not opened, by a rule or as none can be',
  12: 'the file could not be opened in the guest, or could not be brought back',
};

const byCode: Record<string, ExitCode> = {
  'service.unknown-workspace': exitCodes.usage,
  'workspace.bad-name': exitCodes.usage,
  'workspace.name-taken': exitCodes.usage,
  'workspace.unknown-base': exitCodes.usage,
  'settings.invalid': exitCodes.usage,
  'settings.unknown': exitCodes.usage,
  'image.unknown-target': exitCodes.usage,
  'device.invalid': exitCodes.usage,
  'device.taken': exitCodes.usage,
  'device.unknown': exitCodes.usage,
  'share.invalid': exitCodes.usage,
  'share.taken': exitCodes.usage,
  'share.unknown': exitCodes.usage,
  'guest-setup.bad-product-key': exitCodes.usage,
  'work.cancelled': exitCodes.cancelled,
  'guest-setup.cd-missing': exitCodes.imageUnusable,
  'guest-setup.cd-not-readable': exitCodes.imageUnusable,
  'guest-setup.not-a-cd': exitCodes.imageUnusable,
  'guest-setup.cd-incomplete': exitCodes.imageUnusable,
  'guest-setup.cd-not-bootable': exitCodes.imageUnusable,
  'guest-setup.not-windows-cd': exitCodes.imageUnusable,
  'setup.stopped': exitCodes.cancelled,
  'launch.not-published': exitCodes.applicationUnknown,
  'launch.not-found': exitCodes.applicationUnknown,
  'launch.access-denied': exitCodes.accessDenied,
};

const byRoom: Record<string, ExitCode> = {
  autostart: exitCodes.usage,
  usage: exitCodes.usage,
  service: exitCodes.serviceUnavailable,
  application: exitCodes.applicationUnknown,
  appliance: exitCodes.guestFailed,
  bridge: exitCodes.guestFailed,
  desktop: exitCodes.guestFailed,
  files: exitCodes.fileRefused,
  device: exitCodes.guestFailed,
  guest: exitCodes.guestFailed,
  'guest-setup': exitCodes.guestFailed,
  image: exitCodes.imageUnusable,
  launch: exitCodes.guestFailed,
  printing: exitCodes.fileRefused,
  session: exitCodes.guestFailed,
  share: exitCodes.fileRefused,
  setup: exitCodes.guestFailed,
  browser: exitCodes.linkNotOpened,
  url: exitCodes.linkNotOpened,
  vm: exitCodes.guestFailed,
  workspace: exitCodes.guestFailed,
};

export function exitCodeOf(errorCode: string): ExitCode {
  const [room = '', what = ''] = errorCode.split('.');
  if (/(^|-)timeout$/.test(what)) return exitCodes.timedOut;
  return byCode[errorCode] ?? byRoom[room] ?? exitCodes.internal;
}
