import { describe, expect, it } from 'vitest';
import type { SeamlessRig } from './fixtures/seamless-rig.ts';
import { useSeamlessRig } from './fixtures/seamless-suite.ts';
import { waitFor, type XDesktop } from './fixtures/x-desktop.ts';

describe.each(['openbox', 'xfwm4'] as const)(
  'what a guest’s application is up to, under %s',
  (windowManager) => {
    let desktop: XDesktop;
    let rig: SeamlessRig;
    const title = async (id: number) => (await desktop.describe(id)).title;
    const attention = async (id: number) =>
      (await desktop.property(id, '_NET_WM_STATE')).includes('DEMANDS_ATTENTION');

    useSeamlessRig({ windowManager }, (...made) => {
      [desktop, rig] = made;
    });

    it('one that hangs says so; the second click on its close button ends it', async () => {
      const window = await rig.open(1, 'Stuck');
      await rig.focus(window, 1);
      rig.agent.changeWindow(1, { responding: false });
      await waitFor('the title', async () => (await title(window.id)) === '[XP] Stuck (not responding)');
      await desktop.key('alt+F4');
      await waitFor('the warning', async () => (await title(window.id)).endsWith('close again to end it)'));
      // An impatient second click comes before anybody has read that.
      await desktop.key('alt+F4');
      await waitFor('another request', () => rig.sent('window-close').length === 2);
      expect(rig.sent('window-end')).toEqual([]);
      await waitFor('the end', async () => {
        await desktop.key('alt+F4');
        return rig.sent('window-end').length > 0;
      });
      expect(rig.sent('window-end')[0]).toEqual({ type: 'window-end', windowId: 1 });
    });

    it('one that answers is asked each time and never ended', async () => {
      const window = await rig.open(1, 'Asks');
      await rig.focus(window, 1);
      await waitFor('five requests', async () => {
        await desktop.key('alt+F4');
        return rig.sent('window-close').length >= 5;
      });
      expect(rig.sent('window-end')).toEqual([]);
      rig.agent.changeWindow(1, { responding: false });
      await waitFor('the title', async () => (await title(window.id)).includes('not responding'));
      rig.agent.changeWindow(1, { responding: true });
      await waitFor('the title', async () => (await title(window.id)) === '[XP] Asks');
    });

    it('one that flashes asks for attention until it has the focus, or the guest takes it back', async () => {
      const window = await rig.open(1, 'Mail');
      const host = await rig.typeElsewhere();
      rig.agent.changeWindow(1, { attention: true });
      await waitFor('the mark', () => attention(window.id));
      expect(await rig.active()).toBe(host.id);
      rig.agent.changeWindow(1, { attention: false });
      await waitFor('no mark', async () => !(await attention(window.id)));
      rig.agent.changeWindow(1, { attention: true });
      await waitFor('the mark', () => attention(window.id));
      await rig.focus(window, 1);
      await waitFor('no mark', async () => !(await attention(window.id)));
      rig.agent.changeWindow(1, { attention: false });
      rig.agent.changeWindow(1, { attention: true });
      await rig.passed(1);
      expect(await attention(window.id)).toBe(false);
      host.close();
    });

    it('one that flashes from its first moment on has the mark, too', async () => {
      const host = await rig.typeElsewhere();
      const window = await rig.open(1, 'Early', { attention: true });
      await waitFor('the mark', () => attention(window.id));
      expect(await rig.active()).toBe(host.id);
      host.close();
    });
  },
);
