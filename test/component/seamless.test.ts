import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ToGuest } from '../../src/guest-bridge/protocol/to-guest.ts';
import type { Size } from '../../src/shared/geometry.ts';
import type { FakeAgent } from './fixtures/fake-agent.ts';
import { blue, SeamlessRig } from './fixtures/seamless-rig.ts';
import { pixelAt, startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

let desktop: XDesktop;
let rig: SeamlessRig;
let agent: FakeAgent;

beforeAll(async () => {
  desktop = await startXDesktop();
});

afterAll(() => desktop.stop());

beforeEach(async () => {
  rig = await SeamlessRig.start(desktop);
  agent = rig.agent;
});

afterEach(() => rig.stop());

const open: SeamlessRig['open'] = (...window) => rig.open(...window);
const sizeOf = ({ width, height }: Size): Size => ({ width, height });
const sent = <T extends ToGuest['type']>(type: T) => rig.sent(type);

async function colourAt(window: XWindow, x: number, y: number): Promise<number> {
  const content = await desktop.contentOf(window.id);
  return pixelAt(await desktop.screenshot({ x: content.x + x, y: content.y + y, width: 1, height: 1 }), {
    x: 0,
    y: 0,
  });
}

describe('a guest window', () => {
  it('is a window of the host, with its title, class, size and pixels', async () => {
    const window = await open(1, 'Report', {
      executable: 'C:\\Program Files\\Acme\\Report.exe',
    });
    expect(window.wmClass).toContain('xpane-test-report');
    expect(window.content).toMatchObject({ width: 320, height: 200 });
    await waitFor('the pixels', async () => (await colourAt(window, 160, 100)) === blue);
    await waitFor('the acknowledgement', () => sent('frame-ack').some(({ windowId }) => windowId === 1));
  });

  it('is where the host put it, in the guest too', async () => {
    const window = await open(1, 'Placed');
    await desktop.tool('xdotool', 'windowmove', String(window.id), '321', '234');
    await waitFor('the guest to follow', async () => {
      const content = await desktop.contentOf(window.id);
      const surface = agent.windows.get(1)?.surface;
      return content.x > 300 && surface?.x === content.x && surface.y === content.y;
    });
  });

  it('grows with the host’s window, and the host’s with its own', async () => {
    const window = await open(1, 'Sized');
    await desktop.tool('xdotool', 'windowsize', String(window.id), '400', '300');
    await waitFor('the guest to follow', () => agent.windows.get(1)?.surface.width === 400);
    const { surface, geometrySerial } = agent.windows.get(1) ?? expect.fail();
    agent.changeWindow(1, { surface: { ...surface, width: 500 }, geometrySerial });
    await waitFor('the host to follow', async () => (await desktop.contentOf(window.id)).width === 500);
  });

  it('goes when it goes in the guest', async () => {
    const window = await open(1, 'Brief');
    agent.destroyWindow(1);
    await waitFor(
      'the window to go',
      async () => !(await desktop.windows()).some(({ id }) => id === window.id),
    );
    expect(rig.seamless.windowCount).toBe(0);
  });

  it('is asked to close, not closed, by the host’s close button', async () => {
    const window = await open(1, 'Asked');
    await desktop.tool('xdotool', 'windowclose', String(window.id)).catch(() => undefined);
    agent.received.length = 0;
    const again = await open(2, 'Asked again');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(again.id));
    await desktop.key('alt+F4');
    await waitFor('the request', () => sent('window-close').some(({ windowId }) => windowId === 2));
    expect((await desktop.windows()).some(({ id }) => id === again.id)).toBe(true);
  });

  it('cannot pose as the host’s by its title', async () => {
    agent.addWindow({ windowId: 1, title: '\u202eetoN\u0000pad' });
    agent.sendFill(1, { width: 64, height: 48 }, blue);
    const window = await desktop.waitForWindow(({ title }) => title.startsWith('[XP]'));
    expect(window.title).toBe('[XP] etoN pad');
  });
});

describe('input on a host window', () => {
  it('reaches the guest as keys, pointer and wheel in the surface’s coordinates', async () => {
    const window = await open(1, 'Typed');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
    await waitFor('activation', () => agent.activeId === 1);
    const content = await desktop.contentOf(window.id);
    await waitFor('the guest to follow', () => agent.windows.get(1)?.surface.x === content.x);
    agent.received.length = 0;
    await desktop.type('aB');
    await desktop.click({ x: content.x + 10, y: content.y + 20 });
    await desktop.click({ x: content.x + 10, y: content.y + 20 }, 5);
    await waitFor('the wheel', () => sent('wheel').length > 0);
    expect(
      sent('key')
        .filter(({ down }) => down)
        .map(({ scancode }) => scancode),
    ).toEqual([0x1e, 0x2a, 0x30]);
    const at = { windowId: 1, x: 10, y: 20, button: 1 };
    const [press, release] = sent('pointer-button');
    expect(press).toEqual({ type: 'pointer-button', ...at, down: true });
    expect(release).toEqual({ type: 'pointer-button', ...at, down: false, sinceMs: expect.any(Number) });
    expect(release?.sinceMs).toBeLessThan(200);
    expect(sent('lock-state')).toEqual([{ type: 'lock-state', caps: false, num: false, scroll: false }]);
    expect(sent('wheel')[0]).toMatchObject({ windowId: 1, vertical: -120 });
  });

  it('is let go when the focus leaves for a window of the host', async () => {
    const window = await open(1, 'Left');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
    await waitFor('activation', () => agent.activeId === 1);
    const other = desktop.start('xmessage', ['a window of the host']);
    const host = await desktop.waitForWindow(({ wmClass }) => wmClass[1] === 'Xmessage');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(host.id));
    await waitFor('release', () => sent('release-all').length > 0 && sent('deactivate').length > 0);
    other.kill();
  });
});

describe('a menu', () => {
  it('appears where the guest has it, seen from its owner, and goes on a click elsewhere', async () => {
    const window = await open(1, 'Owner');
    await rig.focus(window, 1);
    await desktop.tool('xdotool', 'windowmove', String(window.id), '100', '120');
    const content = await waitFor('the guest to follow', async () => {
      const now = await desktop.contentOf(window.id);
      return now.x >= 100 && now.x < 130 && agent.windows.get(1)?.surface.x === now.x ? now : undefined;
    });
    const menu = { x: content.x + 15, y: content.y + 25, width: 90, height: 120 };
    agent.addWindow({
      windowId: 2,
      ownerId: 1,
      kind: 'menu',
      title: '',
      decorated: false,
      surface: menu,
      frame: menu,
    });
    agent.sendFill(2, sizeOf(menu), 0x00ff00);
    const corner = { x: menu.x, y: menu.y, width: 1, height: 1 };
    await waitFor(
      'the menu',
      async () => pixelAt(await desktop.screenshot(corner), { x: 0, y: 0 }) === 0x00ff00,
    );
    await desktop.click({ x: 900, y: 700 });
    await waitFor('the request', () => sent('dismiss-menus').length > 0);
    agent.destroyWindow(2);
    await waitFor(
      'the menu to go',
      async () => pixelAt(await desktop.screenshot(corner), { x: 0, y: 0 }) === blue,
    );
  });
});

it('a menu told before its owner’s move still ends at its owner', async () => {
  const window = await open(1, 'Mover');
  const before = await rig.focus(window, 1);
  // The guest moved the owner by 50, opened the menu, and tells of the menu first.
  const menu = { x: before.x + 50 + 15, y: before.y + 25, width: 60, height: 40 };
  agent.addWindow({ windowId: 2, ownerId: 1, kind: 'menu', title: '', surface: menu, frame: menu });
  agent.sendFill(2, sizeOf(menu), 0x00ff00);
  const { surface } = agent.windows.get(1) ?? expect.fail();
  agent.changeWindow(1, { surface: { ...surface, x: surface.x + 50 } });
  await waitFor('the menu at its owner', async () => {
    const owner = await desktop.contentOf(window.id);
    const beside = await desktop.screenshot({ x: owner.x + 14, y: owner.y + 25, width: 2, height: 1 });
    return (
      owner.x === before.x + 50 &&
      pixelAt(beside, { x: 0, y: 0 }) === blue &&
      pixelAt(beside, { x: 1, y: 0 }) === 0x00ff00
    );
  });
});

describe('a guest that connects again', () => {
  it('keeps its host windows when it is the same agent', async () => {
    const window = await open(1, 'Kept');
    agent.drop();
    await waitFor('the loss', () => rig.bridge.state !== 'ready');
    await rig.bridge.ready({ timeoutMs: 5_000 });
    expect((await desktop.windows()).map(({ id }) => id)).toContain(window.id);
  });

  it('loses them when the agent is another', async () => {
    const window = await open(1, 'Lost');
    agent.restart();
    await waitFor(
      'the window to go',
      async () => !(await desktop.windows()).some(({ id }) => id === window.id),
    );
  });
});

describe('the guest’s own will', () => {
  it('moves a dialog the application puts elsewhere', async () => {
    const window = await open(1, 'Mover');
    const before = await waitFor('both to agree', async () => {
      const now = await desktop.contentOf(window.id);
      return now.x === agent.windows.get(1)?.surface.x ? now : undefined;
    });
    const { surface } = agent.windows.get(1) ?? expect.fail();
    agent.changeWindow(1, { surface: { ...surface, x: surface.x + 40, y: surface.y + 30 } });
    await waitFor('the host to follow', async () => {
      const now = await desktop.contentOf(window.id);
      return now.x === before.x + 40 && now.y === before.y + 30;
    });
  });

  it('minimises and restores', async () => {
    const window = await open(1, 'Hider');
    const state = () => desktop.property(window.id, 'WM_STATE');
    agent.changeWindow(1, { state: 'minimised' });
    await waitFor('the icon', async () => (await state()).includes('Iconic'));
    agent.changeWindow(1, { state: 'normal' });
    await waitFor('the window', async () => (await state()).includes('Normal'));
  });

  it('takes the focus from its own windows only', async () => {
    const first = await open(1, 'First');
    const second = await open(2, 'Second');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(first.id));
    await waitFor('activation', () => agent.activeId === 1);
    // Between two windows there may be none, which xdotool takes for an error.
    const active = async () => Number(await desktop.tool('xdotool', 'getactivewindow').catch(() => '0'));
    await waitFor('the guest’s activation to count', async () => {
      agent.arrange({ activeId: 2 });
      return (await active()) === second.id;
    });
    const other = desktop.start('xmessage', ['a window of the host']);
    const host = await desktop.waitForWindow(({ wmClass }) => wmClass[1] === 'Xmessage');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(host.id));
    await waitFor('the focus to leave', () => sent('deactivate').length > 0);
    agent.arrange({ activeId: 1 });
    agent.changeWindow(1, { title: 'First, told' });
    await desktop.waitForWindow(({ title }) => title === '[XP] First, told');
    expect(await active()).toBe(host.id);
    other.kill();
  });
});
