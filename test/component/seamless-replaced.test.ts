import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blue, SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const whole = { x: 0, y: 0, width: 1024, height: 768 };
const small = { width: 220, height: 140 };

describe('the window manager is replaced while windows are open', () => {
  let desktop: XDesktop;
  let rig: SeamlessRig;
  let manager: ChildProcess | undefined;
  let colour = 0;
  const states = (id: number) => desktop.property(id, '_NET_WM_STATE');

  async function replaceBy(name: 'openbox' | 'xfwm4'): Promise<void> {
    manager = await desktop.startWindowManager(name);
  }

  /** Ends the one that `replaceBy` started last. */
  async function endWindowManager(): Promise<void> {
    manager?.kill('SIGTERM');
    await waitFor('its end', () => manager?.exitCode !== null || manager?.signalCode !== null);
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

  it('by xfwm4, by none, and by openbox again: all are where they were, with owner, state and pixels', async () => {
    const plain = await rig.open(1, 'Plain', { surface: { x: 120, y: 120, width: 420, height: 300 } });
    const place = await rig.focus(plain, 1);
    const [tools, game] = [
      await rig.open(3, 'Tools', { kind: 'utility', ownerId: 1, surface: { x: 600, y: 120, ...small } }),
      await rig.open(4, 'Game', { surface: { x: 300, y: 300, ...small } }),
    ];
    await rig.focus(game, 4);
    rig.agent.changeWindow(4, { state: 'full-screen', decorated: false, surface: whole, frame: whole });
    const isFull = async () => {
      const { width, height } = await desktop.contentOf(game.id);
      return (await states(game.id)).includes('FULLSCREEN') && width === 1024 && height === 768;
    };
    await waitFor('full screen', isFull);
    const dialog = await rig.open(2, 'Dialog', {
      kind: 'dialog',
      ownerId: 1,
      surface: { x: 180, y: 200, ...small },
    });

    const untilAllIsThere = async (managed: boolean) => {
      if (managed) {
        await waitFor('all four to be managed', async () => (await desktop.windows()).length === 4);
        await waitFor('full screen', isFull);
      }
      await waitFor('the place of before', async () => {
        const content = await desktop.contentOf(plain.id);
        return JSON.stringify(content) === JSON.stringify(place);
      });
      expect(await desktop.property(dialog.id, 'WM_TRANSIENT_FOR')).toContain(plain.id.toString(16));
      for (const { id } of [tools, dialog]) expect(await desktop.contentOf(id)).toMatchObject(small);
      for (const { id } of [plain, tools, game, dialog]) {
        expect(await desktop.tool('xwininfo', '-id', String(id))).toContain('IsViewable');
      }
      // New pixels come through: the full-screen window's lie at the screen's corner, over everything or below nothing.
      const { x, y } = await desktop.contentOf(game.id);
      colour = (colour + 0x123456) & 0xff_ffff;
      rig.agent.sendFill(4, { width: 1024, height: 768 }, colour);
      await waitFor('new pixels', async () => (await rig.colourAt(x + 1, y + 1)) === colour);
    };
    await untilAllIsThere(true);
    await replaceBy('xfwm4');
    await untilAllIsThere(true);
    await endWindowManager();
    await untilAllIsThere(false);
    await replaceBy('openbox');
    await untilAllIsThere(true);
    await rig.focus(plain, 1);
    await desktop.type('a');
    await waitFor('a key', () => rig.sent('key').length > 0);
    expect(rig.sent('window-state')).toEqual([]);
  });
});
