import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Rect, sameRect } from '../../src/shared/geometry.ts';
import { openPanel, setMonitors, setScreen } from './fixtures/host-screen.ts';
import { toggleState } from './fixtures/pager.ts';
import { blue, green, SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const large = { width: 1600, height: 900 };
const small = { width: 1024, height: 700 };

describe.each(['openbox', 'xfwm4'] as const)('the host’s screen changes, under %s', (windowManager) => {
  let desktop: XDesktop;
  let rig: SeamlessRig;
  const surface = (windowId: number) => rig.agent.windows.get(windowId)?.surface;
  const agree = (id: number, windowId: number, fits: (content: Rect) => boolean) =>
    waitFor('host and guest to agree', async () => {
      const content = await desktop.contentOf(id);
      const guest = surface(windowId);
      return guest && sameRect(content, guest) && fits(content) ? content : undefined;
    });
  const configured = () => rig.sent('desktop-configure').at(-1);
  const isSized = ({ width, height }: typeof small) =>
    waitFor('the guest to know the size', () => {
      const screen = configured()?.screen;
      return screen?.width === width && screen.height === height;
    });
  beforeAll(async () => {
    desktop = await startXDesktop({ windowManager, size: large });
  });
  beforeEach(async () => {
    await setMonitors(desktop, []);
    await setScreen(desktop, large);
    rig = await SeamlessRig.start(desktop);
    // A guest that follows, as the built-in one does.
    rig.agent.onMessage((message) => {
      if (message.type === 'desktop-configure' && message.screen)
        rig.agent.arrange({ desktop: message.screen });
      if (message.type === 'window-state') rig.agent.changeWindow(message.windowId, { state: message.state });
    });
    await waitFor('the whole screen', () => rig.presenter.screen.size.width === large.width);
  });
  afterEach(async () => {
    await rig.stop();
    await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
  });
  afterAll(() => desktop.stop());

  it('a window that lay where no screen is any more comes back, on both sides', async () => {
    const window = await rig.open(1, 'Right', { surface: { x: 1250, y: 500, width: 320, height: 200 } });
    await rig.focus(window, 1);
    await setScreen(desktop, small);
    await isSized(small);
    expect(configured()?.workArea).toEqual({ x: 0, y: 0, ...small });
    const back = await agree(window.id, 1, ({ x, y }) => x < small.width - 40 && y < small.height - 20);
    await desktop.click({ x: back.x + 10, y: back.y + 5 });
    await waitFor('a click in it', () => rig.sent('pointer-button').some(({ x, y }) => x === 10 && y === 5));
  });

  it('what is maximised fits again, and so does what fills the screen', async () => {
    const window = await rig.open(1, 'Maximised');
    const before = await rig.focus(window, 1);
    await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await agree(window.id, 1, ({ width }) => width > 1580);
    await setScreen(desktop, small);
    await agree(window.id, 1, ({ width, height }) => width > 1000 && width <= 1024 && height <= 700);
    await setScreen(desktop, large);
    await agree(window.id, 1, ({ width }) => width > 1580);
    await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await agree(window.id, 1, ({ width, height }) => width === before.width && height === before.height);
    await toggleState(desktop, window.id, 'FULLSCREEN');
    await agree(window.id, 1, (content) => sameRect(content, { x: 0, y: 0, ...large }));
    await setScreen(desktop, small);
    await agree(window.id, 1, (content) => sameRect(content, { x: 0, y: 0, ...small }));
  });

  it('a panel takes its part: what is maximised leaves it free, and the guest knows', async () => {
    const window = await rig.open(1, 'Beside the panel');
    await rig.focus(window, 1);
    await toggleState(desktop, window.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await agree(window.id, 1, ({ width }) => width > 1580);
    const takeAway = await openPanel(desktop, 'top', 60);
    await waitFor('the work area', () => configured()?.workArea.y === 60);
    expect(configured()?.workArea).toEqual({ x: 0, y: 60, width: 1600, height: 840 });
    await agree(window.id, 1, ({ y, height }) => y > 60 && y + height <= 900 && height < 840);
    takeAway();
    await waitFor('the whole screen', () => configured()?.workArea.y === 0);
    await agree(window.id, 1, ({ y }) => y < 60);
  });

  it('menus stay on the monitor of their window, to the pixel', async () => {
    const [left, right] = [
      { x: 0, y: 0, width: 800, height: 900 },
      { x: 800, y: 0, width: 800, height: 600 },
    ] as const;
    await setMonitors(desktop, [left, right]);
    await waitFor('two monitors', () => rig.presenter.screen.monitors.length === 2);
    const menuAt = async (windowId: number, wanted: Rect, shown: Rect, ownerId: number) => {
      rig.popup(windowId, wanted, { ownerId });
      const corners = [
        [shown.x, shown.y],
        [shown.x + shown.width - 1, shown.y],
        [shown.x, shown.y + shown.height - 1],
        [shown.x + shown.width - 1, shown.y + shown.height - 1],
      ] as const;
      await waitFor('the menu in its place', async () => {
        for (const [x, y] of corners) if ((await rig.colourAt(x, y)) !== green) return false;
        const outside = [
          [shown.x - 1, shown.y],
          [shown.x, shown.y - 1],
        ] as const;
        for (const [x, y] of outside) if ((await rig.colourAt(x, y)) === green) return false;
        return true;
      });
      rig.agent.destroyWindow(windowId);
    };
    const owner = await rig.open(1, 'Owner', { surface: { x: 1200, y: 200, width: 320, height: 200 } });
    const at = await rig.focus(owner, 1);
    const size = { width: 120, height: 90 };
    // Where a guest whose desktop is the host's puts it at the far edge, and beyond that edge.
    await menuAt(2, { x: 1480, y: at.y + 20, ...size }, { x: 1480, y: at.y + 20, ...size }, 1);
    await menuAt(3, { x: 1560, y: at.y + 20, ...size }, { x: 1480, y: at.y + 20, ...size }, 1);
    // Below the second monitor there is none.
    await menuAt(4, { x: at.x + 10, y: 560, ...size }, { x: at.x + 10, y: 510, ...size }, 1);
    const other = await rig.open(5, 'Other', { surface: { x: 400, y: 200, width: 320, height: 200 } });
    const otherAt = await rig.focus(other, 5);
    await menuAt(6, { x: 750, y: otherAt.y + 30, ...size }, { x: 680, y: otherAt.y + 30, ...size }, 5);
  });

  it('a window larger than the screen and one at negative coordinates are hit where they are', async () => {
    const window = await rig.open(1, 'Huge', { surface: { x: 100, y: 120, width: 500, height: 300 } });
    await rig.focus(window, 1);
    const huge = { x: -150, y: -90, width: 2200, height: 1300 };
    rig.agent.changeWindow(1, { surface: huge, frame: huge, decorated: false });
    rig.agent.sendFill(1, { width: 2200, height: 1300 }, blue);
    const content = await agree(window.id, 1, ({ width }) => width === 2200);
    await waitFor('its pixels', async () => (await rig.colourAt(1590, 890)) === blue);
    await desktop.click({ x: 1590, y: 890 });
    await waitFor('the click', () =>
      rig.sent('pointer-button').some(({ x, y }) => x === 1590 - content.x && y === 890 - content.y),
    );
    const left = { x: -200, y: 150, width: 320, height: 200 };
    rig.agent.changeWindow(1, { surface: left, frame: left });
    rig.agent.sendFill(1, { width: 320, height: 200 }, blue);
    const at = await agree(window.id, 1, ({ width }) => width === 320);
    expect(at.x).toBe(-200);
    await desktop.click({ x: 50, y: at.y + 70 });
    await waitFor('the click', () => rig.sent('pointer-button').some(({ x, y }) => x === 250 && y === 70));
  });
});
