import type { HelperItem, HelperMenu } from './helper-process.ts';
import { escapeLabel, type MenuDrawnBy } from './label-escape.ts';
import type { Placement, Slot, SlotContent, SlotGroup } from './slots.ts';

/** One slot in the helper's words; without content it is hidden. */
export function helperItem(id: number, content: SlotContent | undefined, drawnBy: MenuDrawnBy): HelperItem {
  return {
    id,
    title: escapeLabel(content?.label ?? '', drawnBy),
    enabled: content?.enabled ?? false,
    hidden: content === undefined,
  };
}

/** The whole menu in the order of the slots' ids. The helper knows separators on the top level only. */
export function helperMenu(
  slots: readonly SlotGroup[],
  placement: Placement,
  drawnBy: MenuDrawnBy,
): (HelperMenu | 'separator')[] {
  const menuOf = (slot: Slot): HelperMenu => ({
    ...helperItem(slot.id, placement.get(slot.id), drawnBy),
    items: (slot.groups ?? []).flatMap(itemsOf),
  });
  const itemsOf = ({ submenus, items }: SlotGroup): HelperMenu[] => [...submenus, ...items].map(menuOf);
  return slots.flatMap((group) => [
    ...(group.separatorId === undefined ? [] : ['separator' as const]),
    ...itemsOf(group),
  ]);
}
