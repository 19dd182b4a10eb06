import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blue, green, SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

let desktop: XDesktop;
let rig: SeamlessRig;
/** Where the owner's content is on the host, and by now in the guest. */
let owner: { x: number; y: number };

beforeAll(async () => {
  desktop = await startXDesktop();
});
beforeEach(async () => {
  rig = await SeamlessRig.start(desktop);
  const window = await rig.open(1, 'Owner');
  owner = await rig.focus(window, 1);
  rig.agent.received.length = 0;
});
afterEach(async () => {
  await rig.stop();
  await desktop.moveTo({ x: 1000, y: 750 });
});
afterAll(() => desktop.stop());

const menuPlace = () => ({ x: owner.x + 20, y: owner.y + 20, width: 90, height: 120 });
const menuColour = () => rig.colourAt(owner.x + 60, owner.y + 60);
const openMenu = async (windowId = 2) => {
  rig.popup(windowId, menuPlace(), { ownerId: 1 });
  await waitFor('the menu', async () => (await menuColour()) === green);
  expect(await pointerIsFree()).toBe(false);
};
const pointerIsFree = () => desktop.pointerIsFree();

describe('a menu that the guest keeps', () => {
  it('goes after a click elsewhere, with the pointer, and with its submenu', async () => {
    await openMenu();
    rig.popup(3, { ...menuPlace(), x: owner.x + 110 }, { ownerId: 2 });
    await waitFor('the submenu', async () => (await rig.colourAt(owner.x + 150, owner.y + 60)) === green);
    await desktop.click({ x: 900, y: 700 });
    await waitFor('the request', () => rig.sent('dismiss-menus').length > 0);
    await waitFor('both to go', async () => (await rig.greenShare()) === 0, 3_000);
    await waitFor('a free pointer', pointerIsFree);
    rig.agent.changeWindow(2, { title: 'still there' });
    await rig.passed(1);
    expect(await menuColour()).toBe(blue);
  });

  it('goes at once when the focus does', async () => {
    await openMenu();
    const host = await rig.typeElsewhere();
    await waitFor('it to go', async () => (await menuColour()) !== green, 500);
    await waitFor('a free pointer', pointerIsFree);
    expect(rig.sent('dismiss-menus').length).toBeGreaterThan(0);
    host.close();
  });

  it('cannot be replaced by another one before the user is back', async () => {
    await openMenu();
    await desktop.click({ x: 900, y: 700 });
    await waitFor('the request', () => rig.sent('dismiss-menus').length > 0);
    rig.agent.destroyWindow(2);
    rig.popup(3, menuPlace(), { ownerId: 1 });
    await rig.passed(1);
    await waitFor('it to go', async () => (await menuColour()) === blue);
    await waitFor('a free pointer', pointerIsFree);
    await desktop.click({ x: owner.x + 200, y: owner.y + 180 });
    await waitFor('the click', () => rig.sent('pointer-button').length === 2);
    await openMenu(4);
  });

  it('never comes up while the user is elsewhere, but when he is back', async () => {
    const host = await rig.typeElsewhere();
    await waitFor('the focus to leave', () => rig.sent('deactivate').length > 0);
    rig.popup(2, menuPlace(), { ownerId: 1 });
    rig.popup(3, menuPlace(), { ownerId: 1, kind: 'tooltip' });
    await rig.passed(1);
    expect(await rig.greenShare()).toBe(0);
    expect(await pointerIsFree()).toBe(true);
    await desktop.click({ x: owner.x + 200, y: owner.y + 180 });
    await waitFor('the pixels to be asked for', () => rig.sent('refresh').length > 0);
    for (const windowId of [2, 3]) rig.agent.sendFill(windowId, { width: 90, height: 120 }, green);
    await waitFor('the menu', async () => (await menuColour()) === green);
    host.close();
  });

  it('goes with its owner into the icon', async () => {
    await openMenu();
    rig.agent.changeWindow(1, { state: 'minimised' });
    await waitFor('it to go', async () => (await rig.greenShare()) === 0);
  });
});

describe('the screen', () => {
  it('cannot be covered by a menu, nor by many', async () => {
    const whole = { x: 0, y: 0, ...desktop.size };
    rig.popup(2, whole, { ownerId: 1 });
    await waitFor('half of it', async () => (await rig.greenShare()) > 0.4);
    for (let windowId = 3; windowId < 30; windowId++) rig.popup(windowId, whole, { ownerId: 1 });
    rig.popup(30, { x: 0, y: 400, width: 1024, height: 368 }, { ownerId: 1, kind: 'tooltip' });
    await rig.passed(1);
    expect(await rig.greenShare()).toBeLessThanOrEqual(0.5);
  });

  it('shows no menu without a window that it belongs to', async () => {
    rig.agent.arrange({ activeId: 0 });
    rig.popup(2, menuPlace());
    await rig.passed(1);
    expect(await rig.greenShare()).toBe(0);
    rig.agent.arrange({ activeId: 1 });
    await waitFor('the pixels to be asked for', () => rig.sent('refresh').length > 0);
  });

  it('is not overrun by so many menus', async () => {
    for (let i = 0; i < 40; i++) {
      rig.popup(2 + i, { x: owner.x + i * 8, y: owner.y + 10, width: 4, height: 4 }, { ownerId: 1 });
    }
    await rig.passed(1);
    const text = await desktop.tool('xdotool', 'search', '--onlyvisible', '--class', '^xpane-');
    // The owner is one of them; those that are not mapped yet count for nothing.
    await waitFor('some', async () => (await rig.greenShare()) > 0);
    expect(text.split('\n').filter(Boolean).length).toBeLessThanOrEqual(13);
  });

  it('is held by the rules for menus against a window that turns into one', async () => {
    const surface = { x: 0, y: 0, ...desktop.size };
    const window = await rig.open(2, 'Changeling', { surface });
    const owner = await desktop.waitForWindow(({ title }) => title === '[XP] Owner');
    await rig.focus(owner, 1);
    rig.agent.changeWindow(2, { kind: 'menu', ownerId: 1, surface });
    await waitFor('its pixels to be asked for', () => rig.sent('refresh').length > 0);
    rig.agent.sendFill(2, desktop.size, green);
    await waitFor('the menu', async () => (await rig.greenShare()) > 0.4);
    expect(await rig.greenShare()).toBeLessThanOrEqual(0.5);
    expect((await desktop.windows()).map(({ id }) => id)).not.toContain(window.id);
  });
});
