import type { Notification } from './notification-rules.ts';

/** Tells the user something beside the panel. Never throws: a desktop without notifications is no failure. */
export interface Notifier {
  /** `onClick`: the user clicked it; only for those with `click`, and where the desktop tells. */
  notify(notification: Notification, onClick?: () => void): void;
  /** Takes away what waits for a click. */
  close(): void;
  /** Resolves when what was asked for before has been handed over or has failed, or after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
}
