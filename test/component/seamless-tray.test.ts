import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Point, Rect } from '../../src/shared/geometry.ts';
import { green, SeamlessRig } from './fixtures/seamless-rig.ts';
import { startTrayDesktop, type TrayDesktop } from './fixtures/tray-desktop.ts';
import { waitFor } from './fixtures/x-desktop.ts';

/** Icons of a scripted guest in a real panel, clicked by real clicks. */

const iconId = '00000000000000aa';
const red = 0xd02030;
let tray: TrayDesktop;
let rig: SeamlessRig;

async function start(panel: 'tint2' | 'xfce4-panel'): Promise<void> {
  tray = await startTrayDesktop({ panel, notifications: false });
  rig = await SeamlessRig.start(tray.desktop);
  const bgra = Buffer.alloc(16 * 16 * 4);
  for (let at = 0; at < bgra.length; at += 4) bgra.writeUInt32LE((0xff000000 | red) >>> 0, at);
  rig.agent.addIcon(iconId, { width: 16, height: 16 }, bgra);
}
afterEach(async () => {
  await rig?.stop();
  await tray?.stop();
});

/** The red square of the icon on the screen. */
async function findIcon(): Promise<Point> {
  return waitFor('the icon in the panel', async () => {
    const { bgrx, width } = await tray.desktop.screenshot();
    for (let at = 0; at < bgrx.length; at += 4) {
      if (bgrx.readUIntLE(at, 3) !== red) continue;
      const first = { x: (at / 4) % width, y: Math.floor(at / 4 / width) };
      return { x: first.x + 8, y: first.y + 8 };
    }
    return undefined;
  });
}

const addIcon = (trayId = 1, tooltip = 'Tool') =>
  rig.agent.send({ type: 'tray-icon', trayId, iconId, tooltip });
const menuAt = (at: Point): Rect => ({ x: at.x - 90, y: at.y - 120, width: 90, height: 120 });
const menuShown = async () => (await rig.greenShare()) > 0;

describe.each(['tint2', 'xfce4-panel'] as const)('a tray icon of the guest in %s', (panel) => {
  beforeEach(() => start(panel));

  it('comes, tells its clicks with the place, doubles too, and goes', async () => {
    addIcon();
    const at = await findIcon();
    await tray.desktop.click(at, 3);
    await waitFor('the click', () => rig.sent('tray-click').length === 2);
    expect(rig.sent('tray-click')).toEqual([
      { type: 'tray-click', trayId: 1, button: 2, action: 'down', ...at },
      { type: 'tray-click', trayId: 1, button: 2, action: 'up', ...at },
    ]);
    await tray.desktop.click(at);
    await tray.desktop.click(at);
    await waitFor('the double click', () => rig.sent('tray-click').length === 6);
    const actions = rig.sent('tray-click').map(({ action }) => action);
    expect(actions.slice(2)).toEqual(['down', 'up', 'double', 'up']);
    rig.agent.send({ type: 'tray-icon-removed', trayId: 1 });
    await waitFor('it to go', async () => {
      const { bgrx } = await tray.desktop.screenshot();
      return !bgrx.includes(Buffer.from([0x30, 0x20, 0xd0]));
    });
  });
});

describe('a tray icon', () => {
  beforeEach(() => start('tint2'));

  it('is marked as the guest’s', async () => {
    addIcon(1, 'Update\u202e ready');
    await findIcon();
    const names = await tray.desktop.tool('xdotool', 'search', '--name', '^\\[XP\\] Update ready$');
    expect(names.trim()).not.toBe('');
  });

  it('opens its menu, with a submenu, though no window of the guest is there', async () => {
    addIcon();
    const at = await findIcon();
    await tray.desktop.click(at, 3);
    await waitFor('the click', () => rig.sent('tray-click').length === 2);
    rig.popup(2, menuAt(at));
    await waitFor('the menu', menuShown);
    expect(await tray.desktop.pointerIsFree()).toBe(false);
    const share = await rig.greenShare();
    rig.popup(3, { x: at.x - 180, y: at.y - 120, width: 90, height: 60 }, { ownerId: 2 });
    await waitFor('the submenu', async () => (await rig.greenShare()) > share);
    await tray.desktop.click({ x: 300, y: 300 });
    await waitFor('the request', () => rig.sent('dismiss-menus').length > 0);
    await waitFor('all to go', async () => !(await menuShown()), 3_000);
    await waitFor('a free pointer', () => tray.desktop.pointerIsFree());
  });

  it('lets only one menu come of a click, near the click, and none after another click', async () => {
    await rig.open(8, 'not in use');
    addIcon();
    const at = await findIcon();
    await tray.desktop.click(at, 3);
    await waitFor('the click', () => rig.sent('tray-click').length === 2);
    rig.popup(2, { x: 10, y: 10, width: 90, height: 120 });
    // Larger: it would show beside the first one.
    rig.popup(3, { x: 300, y: 10, width: 180, height: 200 });
    await waitFor('the menu', menuShown);
    await rig.passed(8);
    const { width, height } = tray.desktop.size;
    expect(await rig.greenShare()).toBeCloseTo((90 * 120) / (width * height), 5);
    // Where the guest wanted it, and it is small: it went to the click.
    expect(await rig.colourAt(50, 60)).not.toBe(green);
    await tray.desktop.click({ x: 600, y: 500 });
    await waitFor('all to go', async () => !(await menuShown()), 3_000);
    rig.popup(4, menuAt(at));
    rig.agent.addWindow({ windowId: 9, title: 'later' });
    await tray.desktop.waitForWindow(({ title }) => title === '[XP] later');
    expect(await menuShown()).toBe(false);
  });

  it('without a click opens no menu', async () => {
    addIcon();
    const at = await findIcon();
    rig.popup(2, menuAt(at));
    rig.agent.addWindow({ windowId: 9, title: 'later' });
    await tray.desktop.waitForWindow(({ title }) => title === '[XP] later');
    expect(await menuShown()).toBe(false);
  });

  it('that was clicked lets its window take the focus, once', async () => {
    const host = await rig.typeElsewhere();
    addIcon();
    await tray.desktop.click(await findIcon());
    await waitFor('the click', () => rig.sent('tray-click').length === 2);
    const answer = await rig.open(5, 'Answer');
    await waitFor('the focus', async () => (await rig.active()) === answer.id);
    await tray.desktop.tool('xdotool', 'windowactivate', '--sync', String(host.id));
    await tray.desktop.type('x');
    await rig.open(6, 'Second');
    await rig.passed(6);
    expect(await rig.active()).toBe(host.id);
    host.close();
  });

  it('cannot be one of a thousand', async () => {
    const lost: string[] = [];
    rig.bridge.on('lost', ({ code }) => lost.push(code));
    for (let trayId = 1; trayId <= 1000; trayId++) addIcon(trayId);
    await waitFor('the end', () => lost.length > 0);
    expect(lost[0]).toBe('bridge.too-many');
  });
});
