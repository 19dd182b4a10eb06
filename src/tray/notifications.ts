import type { Notification } from './notification-rules.ts';

/** Tells the user something beside the panel. Never throws: a desktop without notifications is no failure. */
export interface Notifier {
  notify(notification: Notification): void;
  /** Resolves when what was asked for before has been handed over or has failed, or after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
}
