import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blue, type SeamlessRig } from './fixtures/seamless-rig.ts';
import { useSeamlessRig } from './fixtures/seamless-suite.ts';
import { waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const size = { width: 120, height: 80 };
const openFiles = () => readdirSync('/proc/self/fd').length;

describe.each(['openbox', 'xfwm4'] as const)(
  'a guest that is hard on the host, under %s',
  (windowManager) => {
    let desktop: XDesktop;
    let rig: SeamlessRig;

    useSeamlessRig({ windowManager }, (...made) => {
      [desktop, rig] = made;
    });

    /** Windows of any kind that the server has, frames of the window manager included. */
    const serverWindows = async () =>
      (await desktop.tool('xwininfo', '-root', '-tree')).split('\n').filter((line) => /^\s+0x/.test(line))
        .length;

    it('opens and closes three hundred windows, and leaves nothing behind', async () => {
      await rig.open(1, 'Kept');
      await rig.passed(1);
      const before = { files: openFiles(), windows: await serverWindows() };
      const started = performance.now();
      for (let round = 0; round < 6; round++) {
        const ids = Array.from({ length: 50 }, (_, i) => 100 + round * 50 + i);
        for (const windowId of ids) {
          const surface = { x: 20 + (windowId % 50) * 10, y: 60 + (windowId % 50) * 8, ...size };
          rig.agent.addWindow({ windowId, title: `Many ${windowId}`, surface });
          rig.agent.sendFill(windowId, size, blue);
        }
        await waitFor('fifty windows', async () => (await desktop.windows()).length >= 51, 30_000);
        for (const windowId of ids) rig.agent.destroyWindow(windowId);
        await waitFor('one window', async () => (await desktop.windows()).length === 1, 30_000);
      }
      expect(performance.now() - started).toBeLessThan(60_000);
      await rig.passed(1);
      await waitFor('no more windows than before', async () => (await serverWindows()) <= before.windows + 2);
      expect(openFiles()).toBeLessThanOrEqual(before.files + 2);
      expect(rig.seamless.windowCount).toBe(1);
    }, 120_000);

    it('shows no trace of windows that come and go within a frame', async () => {
      await rig.open(1, 'Kept');
      const seen = await serverWindows();
      for (let windowId = 10; windowId < 60; windowId++) {
        rig.agent.addWindow({ windowId, title: 'Flash' });
        if (windowId % 2) rig.agent.sendFill(windowId, { width: 64, height: 48 }, blue);
        rig.agent.destroyWindow(windowId);
      }
      await rig.passed(1);
      await waitFor('the windows of before', async () => (await serverWindows()) <= seen + 2);
      expect((await desktop.windows()).length).toBe(1);
      expect(rig.sent('destroyed-ack').length).toBe(50);
    });

    it('changes a window a thousand times a second: both sides agree in the end, and others are served', async () => {
      const window = await rig.open(1, 'Restless');
      const calm = await rig.open(2, 'Calm', { surface: { x: 600, y: 400, ...size } });
      const { surface } = rig.agent.windows.get(1) ?? expect.fail();
      let changes = 0;
      const storm = setInterval(() => {
        for (let i = 0; i < 10; i++) {
          changes++;
          const x = surface.x + (changes % 200);
          rig.agent.changeWindow(1, { surface: { ...surface, x, width: surface.width + (changes % 50) } });
        }
      }, 10);
      await waitFor('two seconds of it', () => changes > 1500, 30_000);
      const asked = performance.now();
      await rig.passed(2);
      const answeredMs = performance.now() - asked;
      clearInterval(storm);
      expect(answeredMs).toBeLessThan(2_000);
      const last = { ...surface, x: surface.x + 33, width: surface.width + 7 };
      rig.agent.changeWindow(1, { surface: last });
      // A window manager that lags behind may have had the last word: both sides agree all the same, and stay so.
      await waitFor('host and guest to agree', async () => {
        const content = await desktop.contentOf(window.id);
        await rig.passed(1);
        const now = rig.agent.windows.get(1)?.surface;
        return now?.width === content.width && now.height === content.height;
      });
      expect(await desktop.contentOf(calm.id)).toMatchObject(size);
      expect(rig.warnings).toEqual(['the guest changes its windows too often to show every change']);
    });

    it('names owners in a circle', async () => {
      const first = await rig.open(1, 'First');
      await rig.open(2, 'Second', { kind: 'dialog', ownerId: 1 });
      rig.agent.changeWindow(1, { ownerId: 2, kind: 'dialog' });
      rig.agent.changeWindow(2, { ownerId: 2 });
      await rig.passed(1);
      await rig.focus(first, 1);
      expect(rig.bridge.state).toBe('ready');
    });

    it('has windows larger than the screen and beyond its edges', async () => {
      const large = { x: -300, y: -200, width: 2500, height: 1800 };
      const window = await rig.open(1, 'Large', { surface: large });
      await waitFor('its size', async () => {
        const { width, height } = await desktop.contentOf(window.id);
        const now = rig.agent.windows.get(1)?.surface;
        return now?.width === width && now.height === height;
      });
      await waitFor('its pixels', async () => (await rig.colourAt(500, 400)) === blue);
      const beyond = { x: -80, y: 300, width: 300, height: 200 };
      const left = await rig.open(2, 'Beyond', { surface: beyond });
      await waitFor('a place on both', async () => {
        const content = await desktop.contentOf(left.id);
        return (
          content.width === 300 &&
          JSON.stringify(content) === JSON.stringify(rig.agent.windows.get(2)?.surface)
        );
      });
    });
  },
);
