import type { MenuModel } from './menu-model.ts';

/**
 * An icon in the panel with a menu. The owner calls `close`. Whoever implements it keeps it visible: what shows
 * the icon may crash and come back without the owner's help.
 */
export interface TrayIcon {
  /** Shows this menu and icon from now on, within a second. The newest wins; may be called at any rate. */
  show(model: MenuModel): void;
  /** Resolves after `close`; rejects when the icon is gone for good, with what to tell the user. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}
