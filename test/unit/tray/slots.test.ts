import { expect, test } from 'vitest';
import { menuModel, type ServiceView } from '../../../src/tray/menu-model.ts';
import type { HelperMenu } from '../../../src/tray/systray/helper-process.ts';
import { escapeLabel } from '../../../src/tray/systray/label-escape.ts';
import { helperMenu } from '../../../src/tray/systray/slot-items.ts';
import { allocateSlots, placeInSlots, slotChanges } from '../../../src/tray/systray/slots.ts';
import { application, serviceState, workspace } from './state.ts';

const running = serviceState(
  workspace({ applications: [application('Notepad', 'Accessories'), application('Zoo')] }),
);

/** What the user would see of the helper's menu. */
function visible(items: readonly (HelperMenu | 'separator')[]): unknown[] {
  return items.flatMap((item): unknown[] => {
    if (item === 'separator') return ['---'];
    if (item.hidden) return [];
    return item.items.length > 0 ? [[item.title, ...visible(item.items)]] : [item.title];
  });
}

const menuOf = (view: ServiceView) => {
  const slots = allocateSlots(menuModel(view));
  return helperMenu(slots, placeInSlots(menuModel(view), slots) ?? new Map(), 'panel');
};

test('ids are what systray2 counts: pre-order from 1 with separators', () => {
  let count = 0;
  const check = (items: readonly (HelperMenu | 'separator')[]) => {
    for (const item of items) {
      count++;
      if (item === 'separator') continue;
      expect(item.id).toBe(count);
      check(item.items);
    }
  };
  check(menuOf(running));
  expect(count).toBeGreaterThan(100);
});

test('the helper shows the model and nothing of the spare slots', () => {
  expect(visible(menuOf(running))).toEqual([
    'Windows XP: running',
    'Start',
    'Stop',
    'Restart',
    'Reset…',
    '---',
    ['Accessories', 'Notepad'],
    'Zoo',
    '---',
    'About XPane',
    'Exit',
  ]);
});

test('the first start fits without a new helper, a second workspace does not', () => {
  const slots = allocateSlots(menuModel('connecting'));
  const failure = { code: 'a.b', message: 'm', hint: 'h' };
  const deep = workspace({ applications: [application('Calculator', 'Accessories', 'System')] });
  const views: ServiceView[] = ['absent', running, serviceState(workspace({ phase: 'failed', failure }))];
  for (const view of [...views, serviceState(deep)]) {
    expect(placeInSlots(menuModel(view), slots)).toBeDefined();
  }
  expect(placeInSlots(menuModel(serviceState(workspace(), workspace({ id: 'b' }))), slots)).toBeUndefined();
  const many = Array.from({ length: 60 }, (_, i) => application(`App ${i}`));
  expect(placeInSlots(menuModel(serviceState(workspace({ applications: many }))), slots)).toBeUndefined();
});

test('only what differs is sent', () => {
  const slots = allocateSlots(menuModel(running));
  const place = (view: ServiceView) => placeInSlots(menuModel(view), slots) ?? new Map();
  expect(slotChanges(place(running), place(running))).toEqual([]);
  const stopped = serviceState({ ...workspace({ phase: 'stopped' }), applications: [application('Zoo')] });
  const changed = slotChanges(place(running), place(stopped)).map(
    ([, content]) => content?.label ?? 'hidden',
  );
  expect(changed.sort()).toEqual([
    'Reset…',
    'Restart',
    'Start',
    'Stop',
    'Windows XP: stopped',
    'hidden',
    'hidden',
  ]);
});

test.each([
  ['panel', 'a_b & c', 'a__b & c'],
  ['windows', 'a_b & c', 'a_b && c'],
  ['helper', 'a_b & c', 'a_b & c'],
  ['panel', '<SEPARATOR>', '<SEPARATOR> '],
  ['helper', '', ' '],
] as const)('%s shows %j when sent %j', (drawnBy, label, sent) => {
  expect(escapeLabel(label, drawnBy)).toBe(sent);
});
