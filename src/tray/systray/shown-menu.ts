import type { XPaneError } from '../../shared/errors.ts';
import { iconPng } from '../icon-files.ts';
import type { MenuModel } from '../menu-model.ts';
import { type HelperProcess, startHelper } from './helper-process.ts';
import { escapeLabel, type MenuDrawnBy } from './label-escape.ts';
import { helperItem, helperMenu } from './slot-items.ts';
import { allocateSlots, type Placement, placeInSlots, slotChanges } from './slots.ts';

export interface ShowOptions {
  readonly copyDir: string;
  readonly drawnBy: MenuDrawnBy;
  onClick(key: string): void;
  readonly signal?: AbortSignal;
}

/** One helper process and the menu it shows. Its owner calls `stop`. */
export interface ShownMenu {
  readonly pid: number;
  readonly exited: Promise<XPaneError>;
  /** Whether the menu was changed: false if this helper has no room for it. */
  update(model: MenuModel): boolean;
  stop(): Promise<void>;
}

/** systray2 draws at the panel's size; twice the usual 22 keeps it sharp on dense screens. */
const iconSizePx = 44;
const readyTimeoutMs = 10_000;

/** Throws what `startHelper` throws, and `tray.file-missing`. */
export async function showMenu(model: MenuModel, options: ShowOptions): Promise<ShownMenu> {
  const { drawnBy } = options;
  const slots = allocateSlots(model);
  let placement: Placement = placeInSlots(model, slots) ?? new Map();
  let { icon, tooltip } = model;

  /**
   * Parents of submenus fire too when they open; and a click may be older than what its slot means now, which
   * the title tells: then it is dropped, as nobody asked for the new entry.
   */
  const click = (id: number, title: string) => {
    const content = placement.get(id);
    if (!content?.enabled || content.submenu || escapeLabel(content.label, drawnBy) !== title) return;
    options.onClick(content.key);
  };
  const helper: HelperProcess = await startHelper({
    copyDir: options.copyDir,
    icon: iconPng(icon, iconSizePx),
    tooltip,
    items: helperMenu(slots, placement, drawnBy),
    onClick: click,
    readyTimeoutMs,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return {
    pid: helper.pid,
    exited: helper.exited,
    stop: () => helper.stop(),
    update(next) {
      const after = placeInSlots(next, slots);
      if (after === undefined) return false;
      for (const [id, content] of slotChanges(placement, after)) {
        helper.setItem(helperItem(id, content, drawnBy));
      }
      placement = after;
      if (next.icon !== icon || next.tooltip !== tooltip) {
        ({ icon, tooltip } = next);
        helper.setIcon(iconPng(icon, iconSizePx), tooltip);
      }
      return true;
    },
  };
}
