import type { MenuGroup, MenuModel } from '../menu-model.ts';

/**
 * The helper's menu is fixed once it is shown: entries can be relabelled, hidden and shown, but not added, moved
 * or turned into submenus. So it is given more entries than needed, hidden, and a menu that changed is placed
 * into these slots. The icon stays where it is and an open menu stays open.
 */
export interface Slot {
  /** Counted in pre-order from 1, separators included: the numbers systray2 gives. */
  readonly id: number;
  /** Set for a submenu. */
  readonly groups?: readonly SlotGroup[];
}

/** A separator's id comes before every top-level group but the first. */
export interface SlotGroup {
  readonly separatorId?: number;
  readonly submenus: readonly Slot[];
  readonly items: readonly Slot[];
}

/** What a slot shows. */
export interface SlotContent {
  readonly label: string;
  readonly enabled: boolean;
  /** The menu entry's. */
  readonly key: string;
  readonly submenu: boolean;
}

/** By slot id; hidden slots are not in it. */
export type Placement = ReadonlyMap<number, SlotContent>;

/** Room for every state, and for what a first start and an installation usually bring; more makes a new helper. */
const spare = { items: 8, submenus: [6, 3], itemsOfSubmenu: [16, 8] } as const;
/** A failed workspace has the most: three lines to read and six to click. */
const fixedItems = 9;

/** Slots for this menu and for what may come to it. */
export function allocateSlots(model: MenuModel): readonly SlotGroup[] {
  let lastId = 0;
  const slots = (count: number): Slot[] => Array.from({ length: count }, () => ({ id: ++lastId }));
  const submenu = (groups: readonly MenuGroup[]): Slot => {
    const id = ++lastId;
    return { id, groups: groups.map((child) => slotGroup(child, 1)) };
  };
  const spareSubmenus = (depth: 0 | 1): Slot[] =>
    Array.from({ length: spare.submenus[depth] }, () => {
      const id = ++lastId;
      const below = depth === 0 ? spareSubmenus(1) : [];
      return { id, groups: [{ submenus: below, items: slots(spare.itemsOfSubmenu[depth]) }] };
    });
  const slotGroup = (group: MenuGroup, depth: 0 | 1): SlotGroup => {
    const { length } = group.items;
    return {
      submenus: [
        ...group.submenus.map((child) => submenu(child.groups)),
        ...(group.growing && depth === 0 ? spareSubmenus(0) : []),
      ],
      items: slots(group.growing ? length + spare.items : Math.max(length, fixedItems)),
    };
  };
  return model.groups.map((group, index) => {
    if (index === 0) return slotGroup(group, 0);
    const separatorId = ++lastId;
    return { separatorId, ...slotGroup(group, 0) };
  });
}

/** The menu in these slots, or undefined when they do not hold it. */
export function placeInSlots(model: MenuModel, slots: readonly SlotGroup[]): Placement | undefined {
  const placement = new Map<number, SlotContent>();
  return placeGroups(model.groups, slots, placement) ? placement : undefined;
}

function placeGroups(
  groups: readonly MenuGroup[],
  slots: readonly SlotGroup[],
  placement: Map<number, SlotContent>,
): boolean {
  if (groups.length !== slots.length) return false;
  return groups.every((group, index) => {
    const room = slots[index];
    return (
      room !== undefined &&
      group.items.every(({ key, label, action }, i) => {
        const slot = room.items[i];
        if (slot) placement.set(slot.id, { key, label, enabled: action !== undefined, submenu: false });
        return slot !== undefined;
      }) &&
      group.submenus.every(({ key, label, groups: children }, i) => {
        const slot = room.submenus[i];
        if (!slot?.groups) return false;
        placement.set(slot.id, { key, label, enabled: true, submenu: true });
        return placeGroups(children, slot.groups, placement);
      })
    );
  });
}

/** What must be sent to turn one placement into the other: slot id and new content, undefined to hide it. */
export function slotChanges(
  before: Placement,
  after: Placement,
): readonly (readonly [number, SlotContent | undefined])[] {
  const changes: [number, SlotContent | undefined][] = [];
  for (const id of before.keys()) if (!after.has(id)) changes.push([id, undefined]);
  for (const [id, content] of after) {
    const old = before.get(id);
    if (old?.label !== content.label || old.enabled !== content.enabled) changes.push([id, content]);
  }
  return changes;
}
