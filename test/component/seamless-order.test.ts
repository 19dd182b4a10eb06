import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

/** All three cover this point. */
const shared = { x: 330, y: 300 };
const colours = [0x000011, 0x000022, 0x000033] as const;

describe.each(['openbox', 'xfwm4'] as const)('the order of windows, under %s', (windowManager) => {
  let desktop: XDesktop;
  let rig: SeamlessRig;
  let windows: XWindow[];

  beforeAll(async () => {
    desktop = await startXDesktop({ windowManager });
  });
  beforeEach(async () => {
    rig = await SeamlessRig.start(desktop);
    windows = [];
    for (const id of [1, 2, 3]) {
      const surface = { x: 100 + 60 * id, y: 100 + 50 * id, width: 320, height: 220 };
      const window = await rig.open(id, `Window ${id}`, { surface });
      rig.agent.sendFill(id, { width: 320, height: 220 }, colours[id - 1] ?? 0);
      windows.push(window);
    }
    rig.agent.arrange({ zOrder: [3, 2, 1] });
    // Activating one raises it, so that the third ends on top on both sides.
    for (const id of [1, 2, 3]) await rig.focus(windows[id - 1] ?? expect.fail(), id);
  });
  afterEach(async () => {
    await rig.stop();
    await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
  });
  afterAll(() => desktop.stop());

  /** Ids of the guest's windows as the window manager stacks them, topmost first. */
  async function order(): Promise<number[]> {
    const text = await desktop.tool('xprop', '-root', '-notype', '_NET_CLIENT_LIST_STACKING');
    const stacking = (text.match(/0x[0-9a-f]+/g) ?? []).map(Number).reverse();
    return stacking.map((id) => windows.findIndex((window) => window.id === id) + 1).filter((id) => id > 0);
  }
  const ordered = (...wanted: number[]) =>
    waitFor(`the order ${wanted}`, async () => JSON.stringify(await order()) === JSON.stringify(wanted));

  it('a click raises on both sides, with one question to the guest', async () => {
    await ordered(3, 2, 1);
    expect(await rig.colourAt(shared.x, shared.y)).toBe(colours[2]);
    rig.agent.received.length = 0;
    const { x, y } = windows[0]?.content ?? expect.fail();
    await desktop.click({ x: x + 10, y: y + 10 });
    await waitFor('activation in the guest', () => rig.agent.activeId === 1);
    rig.agent.arrange({ zOrder: [1, 3, 2] });
    await ordered(1, 3, 2);
    await waitFor('its pixels', async () => (await rig.colourAt(shared.x, shared.y)) === colours[0]);
    await rig.passed(1);
    expect(rig.sent('window-activate')).toHaveLength(1);
    expect(await rig.active()).toBe(windows[0]?.id);
  });

  it('what the guest raises or lowers without activating it is raised and lowered', async () => {
    rig.agent.arrange({ zOrder: [1, 3, 2] });
    await ordered(1, 3, 2);
    rig.agent.arrange({ zOrder: [3, 2, 1] });
    await ordered(3, 2, 1);
    rig.agent.arrange({ zOrder: [3, 1, 2] });
    await ordered(3, 1, 2);
    rig.agent.arrange({ zOrder: [2, 3, 1] });
    await ordered(2, 3, 1);
    expect(await rig.active()).toBe(windows[2]?.id);
    await rig.passed(1);
    // Nothing of that is the guest's to hear again.
    expect(rig.sent('window-activate').length).toBeLessThanOrEqual(3);
  });

  it('the guest’s order changes nothing between its windows and a program of the host', async () => {
    const other = desktop.start('xmessage', ['-geometry', '500x400+100+100', 'a window of the host']);
    const host = await desktop.waitForWindow(({ wmClass }) => wmClass[1] === 'Xmessage');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(host.id));
    await waitFor('the focus to leave', () => rig.sent('deactivate').length > 0);
    const covered = await rig.colourAt(shared.x, shared.y);
    rig.agent.arrange({ zOrder: [1, 3, 2], activeId: 1 });
    await rig.passed(1);
    expect(await rig.colourAt(shared.x, shared.y)).toBe(covered);
    expect(await rig.active()).toBe(host.id);
    // The user comes back to one of the guest's windows, and finds the others as the guest has them.
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(windows[1]?.id));
    await ordered(2, 1, 3);
    other.kill();
  });

  it('Alt-Tab on the host is the guest’s active window, and keys go there', async () => {
    await desktop.keyHold('alt', true);
    await desktop.key('Tab');
    await desktop.keyHold('alt', false);
    await waitFor('another to have the focus', async () => {
      const active = await rig.active();
      return active !== 0 && active !== windows[2]?.id;
    });
    await waitFor(
      'the guest to agree',
      async () => windows[rig.agent.activeId - 1]?.id === (await rig.active()),
    );
    rig.agent.received.length = 0;
    await desktop.type('x');
    await waitFor('the key', () => rig.sent('key').some(({ scancode, down }) => scancode === 0x2d && down));
    // The Tab was the window manager's.
    expect(rig.sent('key').some(({ scancode }) => scancode === 0x0f)).toBe(false);
  });

  it('the focus is where the user went last, though the guest is slow to agree, and it stays', async () => {
    for (const id of [1, 2, 1, 3, 2]) {
      await desktop.tool('xdotool', 'windowactivate', '--sync', String(windows[id - 1]?.id));
    }
    await waitFor('the guest to agree', () => rig.agent.activeId === 2);
    // Late news of windows that were active on the way.
    rig.agent.arrange({ activeId: 2 });
    await rig.passed(2);
    expect(await rig.active()).toBe(windows[1]?.id);
    const asked = rig.sent('window-activate').length;
    for (let round = 0; round < 5; round++) await rig.passed(1);
    expect(rig.sent('window-activate').length).toBe(asked);
    expect(asked).toBeLessThanOrEqual(8);
  });
});
