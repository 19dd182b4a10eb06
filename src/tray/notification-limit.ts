import type { Notification } from './notification-rules.ts';

/** At most this many in a window of time, whatever the guest or a restart loop does; answers to the user's clicks come beyond them. */
const maxPerWindow = 8;
const windowMs = 60_000;
/** The same words are not repeated sooner; nor is a failure under another title: a click and a state both tell it. */
const repeatMs = 30_000;

/** Decides which notifications are shown. `nowMs` is a monotonic clock. */
export function notificationLimit(nowMs: () => number): (notification: Notification) => boolean {
  let shown: { readonly words: string; readonly atMs: number }[] = [];
  return ({ title, text, icon, asked }) => {
    const now = nowMs();
    const words = icon === 'failed' ? text : JSON.stringify([title, text]);
    shown = shown.filter(({ atMs }) => now - atMs < windowMs);
    const repeated = shown.some((earlier) => earlier.words === words && now - earlier.atMs < repeatMs);
    if (repeated || (!asked && shown.length >= maxPerWindow)) return false;
    shown.push({ words, atMs: now });
    return true;
  };
}
