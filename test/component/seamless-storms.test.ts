import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { SeamlessDesktop } from '../../src/seamless/seamless-desktop.ts';
import type { Log } from '../../src/shared/log.ts';
import { silentLog } from '../../src/shared/log.ts';
import { fakeSecret } from './fixtures/fake-agent.ts';
import { SeamlessRig } from './fixtures/seamless-rig.ts';
import { type StormingGuest, startStormingGuest } from './fixtures/storming-guest.ts';
import { stormNames } from './fixtures/storms.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

/** Nobody takes a desktop for frozen that answers within this; the machine may be busy with other things, too. */
const answerMs = 4_000;
const MIB = 1024 * 1024;
const wildLook = { workspaceId: 'wild', titlePrefix: '[WILD] ', frame: 'host' } as const;

/** One guest goes wild, while the user wants to go on working with another one, in the same service. */
describe.each(['openbox', 'xfwm4'] as const)('a guest that storms, under %s', (windowManager) => {
  let desktop: XDesktop;
  let calm: SeamlessRig;
  let calmWindow: XWindow;
  let wild: StormingGuest;
  let bridge: GuestBridge;
  let seamless: SeamlessDesktop;
  let told: string[];
  let colour = 0;

  beforeAll(async () => {
    desktop = await startXDesktop({ windowManager });
  });
  beforeEach(async () => {
    told = [];
    calm = await SeamlessRig.start(desktop);
    calmWindow = await calm.open(1, 'Calm', { surface: { x: 620, y: 500, width: 300, height: 200 } });
    wild = await startStormingGuest();
    const note = (_: object, text: string) => void told.push(text);
    const log: Log = { ...silentLog, warn: note, error: note, child: () => log };
    bridge = new GuestBridge({ endpoint: wild.endpoint, secret: fakeSecret, log });
    seamless = new SeamlessDesktop({ guest: bridge, presenter: calm.presenter, look: wildLook, log });
    await bridge.ready({ timeoutMs: 10_000 });
  });
  afterEach(async () => {
    await wild.stop();
    seamless.close();
    await bridge.close();
    await calm.stop();
    await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0, 30_000);
  });
  afterAll(() => desktop.stop());

  const activateCalm = () => desktop.tool('xdotool', 'windowactivate', String(calmWindow.id));

  /** A key pressed in the calm guest's window, and its answer on the screen. */
  async function keyToPixel(): Promise<void> {
    const keys = calm.sent('key').length;
    const pressed = async () => {
      // What the storming guest asked of the window manager before the focus left it may still be under way.
      if ((await calm.active()) !== calmWindow.id) await activateCalm();
      await desktop.key('a');
      return calm.sent('key').length > keys;
    };
    await waitFor('the key', pressed, answerMs);
    colour = (colour + 0x102030) & 0xff_ffff;
    calm.agent.sendFill(1, { width: 300, height: 200 }, colour);
    const { x, y } = await desktop.contentOf(calmWindow.id);
    await waitFor('the pixel', async () => (await calm.colourAt(x + 150, y + 190)) === colour, answerMs);
  }

  it.each(stormNames)('of %s leaves the host’s desktop to the user', async (storm) => {
    const window = await desktop.waitForWindow(({ title }) => title === '[WILD] Wild');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
    const before = process.memoryUsage().rss;
    wild.send({ storm });
    await waitFor('a storm', () => wild.sent > 2_000, 20_000);
    await waitFor(
      'the user’s own window to have the focus',
      async () => {
        await activateCalm();
        return (await calm.active()) === calmWindow.id;
      },
      answerMs,
    );
    await keyToPixel();
    // It stays so: nothing piles up.
    const sent = wild.sent;
    await waitFor('more of it', () => wild.sent > sent + 2_000, 20_000);
    await keyToPixel();
    expect(await calm.active()).toBe(calmWindow.id);
    expect(bridge.state).toBe('ready');
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * MIB);
    expect(told.filter((text, index) => told.indexOf(text) !== index)).toEqual([]);
  });
});
