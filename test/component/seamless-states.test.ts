import { describe, expect, it } from 'vitest';
import { toggleState } from './fixtures/pager.ts';
import type { SeamlessRig } from './fixtures/seamless-rig.ts';
import { useSeamlessRig } from './fixtures/seamless-suite.ts';
import { waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const whole = { x: 0, y: 0, width: 1024, height: 768 };
const place = { x: 200, y: 150, width: 320, height: 200 };

describe.each(['openbox', 'xfwm4'] as const)('show states from either side, under %s', (windowManager) => {
  let desktop: XDesktop;
  let rig: SeamlessRig;
  const netState = (id: number) => desktop.property(id, '_NET_WM_STATE');
  const isFull = async (id: number) => (await netState(id)).includes('_NET_WM_STATE_FULLSCREEN');
  const surface = (windowId: number) => rig.agent.windows.get(windowId)?.surface;
  useSeamlessRig({ windowManager }, (...made) => {
    [desktop, rig] = made;
  });

  it('the guest’s full screen is the host’s, and back', async () => {
    const window = await rig.open(1, 'Game');
    const before = await rig.focus(window, 1);
    rig.agent.changeWindow(1, { state: 'full-screen', decorated: false, surface: whole, frame: whole });
    await waitFor('full screen', () => isFull(window.id));
    await waitFor('the whole screen', async () => {
      const { width, height } = await desktop.contentOf(window.id);
      return width === 1024 && height === 768;
    });
    rig.agent.changeWindow(1, { state: 'normal', decorated: true, surface: before });
    await waitFor('no full screen', async () => !(await isFull(window.id)));
    await waitFor('the old place, on both', async () => {
      const content = await desktop.contentOf(window.id);
      return content.width === before.width && JSON.stringify(content) === JSON.stringify(surface(1));
    });
  });

  it('the guest covers the host’s programs only while the user is with the guest', async () => {
    const host = await rig.typeElsewhere();
    const window = await rig.open(1, 'Impostor', {
      state: 'full-screen',
      decorated: false,
      surface: whole,
      frame: whole,
    });
    await rig.passed(1);
    expect(await isFull(window.id)).toBe(false);
    rig.agent.changeWindow(1, { state: 'normal' });
    rig.agent.changeWindow(1, { state: 'full-screen' });
    await rig.passed(1);
    expect(await isFull(window.id)).toBe(false);
    expect(await rig.active()).toBe(host.id);
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
    await waitFor('full screen', () => isFull(window.id));
    await toggleState(desktop, window.id, 'FULLSCREEN');
    await waitFor('the user’s end of it', async () => !(await isFull(window.id)));
    await rig.passed(1);
    expect(await isFull(window.id)).toBe(false);
    host.close();
  });

  it('the user’s full screen is the guest’s place, and back', async () => {
    const window = await rig.open(1, 'Editor');
    const before = await rig.focus(window, 1);
    await toggleState(desktop, window.id, 'FULLSCREEN');
    await waitFor('the guest to fill the screen', () => JSON.stringify(surface(1)) === JSON.stringify(whole));
    expect(rig.sent('window-state')).toEqual([]);
    await toggleState(desktop, window.id, 'FULLSCREEN');
    await waitFor('the guest’s old size', () => surface(1)?.width === before.width);
    await waitFor('both to agree', async () => {
      return JSON.stringify(await desktop.contentOf(window.id)) === JSON.stringify(surface(1));
    });
  });

  it('a window of fixed size is refused full screen', async () => {
    const window = await rig.open(1, 'Fixed', { resizable: false });
    const before = await rig.focus(window, 1);
    await toggleState(desktop, window.id, 'FULLSCREEN');
    await waitFor('no full screen', async () => !(await isFull(window.id)));
    await rig.passed(1);
    await waitFor('its size', async () => {
      const { width, height } = await desktop.contentOf(window.id);
      return width === before.width && height === before.height && surface(1)?.width === width;
    });
  });

  it('a guest that keeps its size in full screen leads to no endless questions', async () => {
    const window = await rig.open(1, 'Stubborn');
    await rig.focus(window, 1);
    rig.agent.onMessage((message) => {
      // Answers every move, after the rig has, with the size it had.
      if (message.type === 'window-move')
        rig.agent.changeWindow(1, { surface: { ...message.surface, ...size } });
    });
    const size = { width: place.width, height: place.height };
    rig.agent.received.length = 0;
    await toggleState(desktop, window.id, 'FULLSCREEN');
    await waitFor('full screen', () => isFull(window.id));
    await waitFor('the question', () => rig.sent('window-move').length > 0);
    for (let round = 0; round < 20; round++) await rig.passed(1);
    expect(rig.sent('window-move').length).toBeLessThan(5);
  });

  it('minimise, maximise and restore by the user reach the guest once each', async () => {
    const window = await rig.open(1, 'States');
    await rig.focus(window, 1);
    rig.agent.onMessage((message) => {
      if (message.type === 'window-state') rig.agent.changeWindow(1, { state: message.state });
    });
    await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await waitFor('maximised', () => rig.agent.windows.get(1)?.state === 'maximised');
    await waitFor('the guest as wide as the host', () => (surface(1)?.width ?? 0) > 1000);
    await desktop.tool('xdotool', 'windowminimize', String(window.id));
    await waitFor('minimised', () => rig.agent.windows.get(1)?.state === 'minimised');
    await desktop.tool('xdotool', 'windowactivate', String(window.id));
    await waitFor('maximised again', () => rig.agent.windows.get(1)?.state === 'maximised');
    await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await waitFor('restored', () => rig.agent.windows.get(1)?.state === 'normal');
    await rig.passed(1);
    expect(rig.sent('window-state').map(({ state }) => state)).toEqual([
      ...['maximised', 'minimised', 'maximised', 'normal'],
    ]);
  });

  it('a late echo of a state undoes nothing', async () => {
    const window = await rig.open(1, 'Late');
    await rig.focus(window, 1);
    const held: string[] = [];
    rig.agent.onMessage((message) => {
      if (message.type === 'window-state') held.push(message.state);
    });
    await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await waitFor('the first question', () => held.length === 1);
    await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await waitFor('the second question', () => held.length === 2);
    rig.agent.changeWindow(1, { state: 'maximised' });
    rig.agent.changeWindow(1, { state: 'normal' });
    await rig.passed(1);
    expect(await netState(window.id)).not.toContain('MAXIMIZED');
    expect(held).toEqual(['maximised', 'normal']);
  });

  it('sizes stay between the guest’s least and greatest', async () => {
    const window = await rig.open(1, 'Limits', {
      minSize: { width: 250, height: 150 },
      maxSize: { width: 400, height: 260 },
    });
    await rig.focus(window, 1);
    const { x, y, width, height } = await desktop.contentOf(window.id);
    const edges = (await desktop.property(window.id, '_NET_FRAME_EXTENTS')).split(', ').map(Number);
    const inset = Math.floor((edges[1] ?? 1) / 2);
    const corner = { x: x + width + inset, y: y + height + inset };
    await desktop.drag(corner, { x: corner.x + 300, y: corner.y + 300 });
    await waitFor('the greatest', () => surface(1)?.width === 400 && surface(1)?.height === 260);
  });
});
