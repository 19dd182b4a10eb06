import { afterAll, beforeAll, expect, it } from 'vitest';
import { GuestScreen } from '../component/fixtures/guest-screen.ts';
import { startXDesktop, waitFor, type XDesktop } from '../component/fixtures/x-desktop.ts';
import { XPaneRun } from './fixtures/xpane-run.ts';

/** The settings of the look, from the environment to the screen: Notepad of the sandboxed guest, started by command. */
let desktop: XDesktop;
let run: XPaneRun;
let guest: GuestScreen;

beforeAll(async () => {
  desktop = await startXDesktop({ size: { width: 1281, height: 961 } });
  const env = { ...desktop.env, XPANE_SCALE: '2', XPANE_FRAME: 'guest' };
  run = await XPaneRun.prepare({ backend: 'sandbox', env });
  await run.ok('start');
  guest = await GuestScreen.open((await run.state()).processId);
});

afterAll(async () => {
  await guest?.close();
  await run?.stop();
  await desktop?.stop();
});

it('large pixels, the guest’s own frame, and the edge that comes with it', async () => {
  await run.ok('launch', 'Notepad');
  const window = await desktop.waitForWindow(({ title }) => title === '[XP] Untitled - Notepad', 20_000);
  expect(await desktop.property(window.id, '_MOTIF_WM_HINTS')).toMatch(/^0x2, 0x0, 0x0/);
  await waitFor('the guest’s pixels, four times each', async () => {
    const content = await desktop.contentOf(window.id);
    const host = await desktop.screenshot(content);
    const inGuest = (await guest.windows()).find(({ title }) => title === 'Untitled - Notepad');
    if (!inGuest) return false;
    const pixels = await guest.pixels(inGuest);
    if (host.width !== 2 * pixels.width + 8 || host.height !== 2 * pixels.height + 8) return false;
    const pixel = (shot: typeof host, x: number, y: number) =>
      shot.bgrx.readUIntLE((y * shot.width + x) * 4, 3);
    let wrong = 0;
    for (let y = 0; y < host.height; y++) {
      for (let x = 0; x < host.width; x++) {
        const fromEnd = Math.min(x, y, host.width - 1 - x, host.height - 1 - y);
        const wanted = fromEnd < 4 ? 0xe8590c : pixel(pixels, (x - 4) >> 1, (y - 4) >> 1);
        if (pixel(host, x, y) !== wanted) wrong++;
      }
    }
    return wrong === 0;
  });
});
