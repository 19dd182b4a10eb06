import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blue, SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

describe('the window manager is replaced while windows are open', () => {
  let desktop: XDesktop;
  let rig: SeamlessRig;
  const states = (id: number) => desktop.property(id, '_NET_WM_STATE');

  /** The one before keeps its word until the new one has taken over. */
  async function replaceBy(name: 'openbox' | 'xfwm4'): Promise<void> {
    await desktop.startWindowManager(name);
    await waitFor(`${name} to rule`, async () => {
      const check = await desktop.tool('xprop', '-root', '-notype', '_NET_SUPPORTING_WM_CHECK');
      const id = Number(/0x[0-9a-f]+/.exec(check)?.[0]);
      const found = await desktop.property(id, '_NET_WM_NAME').catch(() => '');
      return found.toLowerCase().includes(name);
    });
  }

  beforeEach(async () => {
    desktop = await startXDesktop({ windowManager: 'openbox', sessionBus: true });
    rig = await SeamlessRig.start(desktop);
  });
  afterEach(async () => {
    await rig.stop();
    await desktop.stop();
  });

  it.each([
    ['openbox', 'xfwm4'],
    ['xfwm4', 'openbox'],
  ] as const)('from %s to %s: they keep title, state, place and pixels', async (from, to) => {
    if (from !== 'openbox') await replaceBy(from);
    const plain = await rig.open(1, 'Plain', { surface: { x: 150, y: 140, width: 300, height: 200 } });
    const place = await rig.focus(plain, 1);
    const large = await rig.open(2, 'Large');
    rig.agent.changeWindow(2, { state: 'maximised' });
    await waitFor('maximised', async () => (await states(large.id)).includes('MAXIMIZED_VERT'));
    const tools = await rig.open(3, 'Tools', { kind: 'utility', ownerId: 1 });
    const hidden = await rig.open(4, 'Hidden', { surface: { x: 500, y: 400, width: 200, height: 150 } });
    rig.agent.changeWindow(4, { state: 'minimised' });
    const iconic = async () => (await desktop.property(hidden.id, 'WM_STATE')).includes('Iconic');
    await waitFor('minimised', iconic);
    await replaceBy(to);
    await waitFor('all four under the new one', async () => {
      const titles = (await desktop.windows()).map(({ title }) => title).sort();
      return titles.join() === '[XP] Hidden,[XP] Large,[XP] Plain,[XP] Tools';
    });
    await waitFor('the place of before, on both', async () => {
      const content = JSON.stringify(await desktop.contentOf(plain.id));
      return (
        content === JSON.stringify(place) && content === JSON.stringify(rig.agent.windows.get(1)?.surface)
      );
    });
    await waitFor('maximised', async () => (await states(large.id)).includes('MAXIMIZED_VERT'));
    await waitFor('no taskbar entry', async () => (await states(tools.id)).includes('SKIP_TASKBAR'));
    await waitFor('minimised', iconic);
    await rig.focus(plain, 1);
    expect(await rig.colourAt(place.x + 250, place.y + 180)).toBe(blue);
    expect(rig.sent('window-state')).toEqual([]);
  });
});
