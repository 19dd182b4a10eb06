import { promisify } from 'node:util';
import nodeNotifier from 'node-notifier';
import { pause } from '../shared/deadline.ts';
import { reportOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { hasSessionBus } from '../shared/session-bus.ts';
import { displayText } from '../shared/text.ts';
import { showClickable } from './clickable-notification.ts';
import { iconOnDisk } from './icon-files.ts';
import { notificationLimit } from './notification-limit.ts';
import type { Notification } from './notification-rules.ts';
import type { Notifier } from './notifications.ts';

/** The only importer of node-notifier. */

const titleLength = 100;
const lineLength = 400;
/** A failure says what to do: it stays longer. */
const secondsShown = { running: 8, starting: 8, stopped: 8, failed: 25 } as const;
/** Names of the freedesktop.org Icon Naming Specification, for what the guest says. */
const themeIcons = {
  information: 'dialog-information',
  warning: 'dialog-warning',
  error: 'dialog-error',
} as const;

export interface DesktopNotifierOptions {
  /** XPanePaths.cache. */
  readonly cacheFolder: string;
  readonly log: Log;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Shows notifications by the desktop's own daemon. Where there is none, that is logged once and the rest is
 * dropped. Repetitions and storms are held back.
 */
export function openDesktopNotifier({
  cacheFolder,
  log,
  env = process.env,
}: DesktopNotifierOptions): Notifier {
  const send = sender();
  const mayShow = notificationLimit(() => performance.now());
  // Of its own: whatever the guest says, what XPane says is not held back.
  const mayShowGuest = notificationLimit(() => performance.now());
  const ending = new AbortController();
  let complained = false;
  let work: Promise<void> = Promise.resolve();
  const complain = (error: unknown) => {
    if (complained || ending.signal.aborted) return;
    complained = true;
    log.warn(reportOf(error), 'this desktop shows no notifications');
  };
  const give = (notification: OwnNotification) =>
    iconOnDisk(notification.icon, cacheFolder)
      .then(async (icon) => {
        await send(notification, icon);
      })
      .catch(complain);
  const offer = async (notification: GuestNotification, onClick: () => void) => {
    const { subject, title, text, icon } = notification;
    const shown = {
      subject,
      title: line(title, titleLength),
      body: asMarkup(lines(text)),
      icon: themeIcons[icon],
    };
    if (await showClickable(shown, env, ending.signal)) onClick();
  };
  return {
    notify(notification, onClick = () => undefined) {
      // Without a bus notify-send would start one, which nobody would ever end.
      if (!hasSessionBus(env)) return;
      if (isGuests(notification)) {
        if (mayShowGuest(notification)) offer(notification, onClick).catch(complain);
        return;
      }
      if (!isOwn(notification) || !mayShow(notification)) return;
      work = work.then(() => give(notification));
    },
    async settled(timeoutMs) {
      const waited = new AbortController();
      await Promise.race([work, pause(timeoutMs, waited.signal).catch(() => undefined)]);
      waited.abort();
    },
    close: () => ending.abort(new Error('the tray ends')),
  };
}

type OwnNotification = Notification & { readonly icon: keyof typeof secondsShown };
type GuestNotification = Notification & { readonly icon: keyof typeof themeIcons };

function isOwn(notification: Notification): notification is OwnNotification {
  return notification.icon in secondsShown;
}

function isGuests(notification: Notification): notification is GuestNotification {
  return notification.icon in themeIcons;
}

type Send = (notification: OwnNotification, iconFile: string) => Promise<unknown>;

/**
 * The package's own default would fall back to Growl, a network protocol, where notify-send is not installed: so
 * the notifier is named.
 */
function sender(): Send {
  if (process.platform === 'win32') {
    const toaster = new nodeNotifier.WindowsToaster();
    return ({ title, text }, icon) =>
      handedOver((done) =>
        toaster.notify({ title: line(title, titleLength), message: lines(text), icon }, done),
      );
  }
  const notifySend = new nodeNotifier.NotifySend();
  return ({ subject, title, text, icon: state }, icon) => {
    const options = {
      // A leading dash would be an option to notify-send.
      title: line(title, titleLength).replace(/^-/, ' -'),
      message: asMarkup(lines(text)).replace(/^-/, ' -'),
      icon,
      timeout: secondsShown[state],
      'app-name': 'XPane',
      // dunst, xfce4-notifyd and others replace what they show of the same subject.
      hint: `string:x-canonical-private-synchronous:xpane/${subject}`,
    };
    return handedOver((done) => notifySend.notify(options, done));
  };
}

type Done = (error: Error | null) => void;

const handedOver = (start: (done: Done) => unknown) => promisify<void>((done) => start(done))();

function line(text: string, maxLength: number): string {
  return displayText(text, maxLength);
}

function lines(text: string): string {
  return text
    .split('\n')
    .map((part) => line(part, lineLength))
    .filter((part) => part !== '')
    .join('\n');
}

/** The body is read as markup and, by notify-send, for backslash escapes. */
function asMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\\', '\\\\');
}
