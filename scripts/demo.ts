import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { XPaneError } from '../src/shared/errors.ts';
import { startTrayDesktop, type TrayDesktop } from '../test/component/fixtures/tray-desktop.ts';
import { pixelAt, waitFor, type XDesktop } from '../test/component/fixtures/x-desktop.ts';
import { XPaneRun } from '../test/e2e/fixtures/xpane-run.ts';
import { asScript } from './setup/report-failure.ts';

/**
 * `npm start -- --demo OUT.png [--backend qemu|sandbox]`: what a user sees, on a desktop of its own: a private X
 * server with a window manager and a panel; the tray icon; the guest started headless; Notepad chosen from the
 * tray's menu; text typed; the menu opened again; a picture of it all.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string', default: 'qemu' } },
});
const picture = resolve(positionals[0] ?? 'xpane-demo.png');
const backend = values.backend === 'sandbox' ? 'sandbox' : 'qemu';

const text = 'Hello from Windows, on a modern desktop.';
/** A letter's mean width in Notepad's font, for this text, rounded down. */
const letterPx = 6;

await asScript(async () => {
  console.log('Demo: a desktop of its own …');
  const desktop = await startTrayDesktop({ size: { width: 1280, height: 800 } });
  const run = await XPaneRun.prepare({ backend, env: desktop.env });
  try {
    await show(desktop, run);
  } finally {
    await run.stop();
    await desktop.stop();
  }
  return 0;
});

async function show(tray: TrayDesktop, run: XPaneRun): Promise<void> {
  const { desktop } = tray;
  await run.ok('open-tray');
  console.log(`Demo: starting the guest (${backend}) …`);
  await run.ok('start');
  console.log('Demo: Notepad, from the tray’s menu …');
  await tray.choose('Accessories', 'Notepad');
  const notepad = await desktop.waitForWindow(({ title }) => title.includes('Notepad'), 60_000);
  await desktop.tool('xdotool', 'windowactivate', '--sync', String(notepad.id));
  await desktop.type(text);
  await waitFor('the text to be drawn', () => isDrawn(desktop, notepad.id), 180_000).catch(async (error) => {
    await desktop.savePng(picture);
    throw new XPaneError(
      'demo.text-missing',
      'The text that was typed did not show up in Notepad.',
      `See ${picture}, and try again when the computer has less to do.`,
      error,
    );
  });
  await tray.openPath(['Accessories']);
  await desktop.savePng(picture);
  console.log(`Demo: ${picture}`);
}

/**
 * The text is there when the first line has black points all along, up to where so many letters end, and none
 * behind: a window that is not painted yet may be black or white all over. A notification may lie on the right.
 */
async function isDrawn(desktop: XDesktop, windowId: number): Promise<boolean> {
  const content = await desktop.contentOf(windowId);
  const line = { ...content, y: content.y + 24, width: Math.min(content.width, 350), height: 14 };
  const strip = await desktop.screenshot(line);
  const blackPoints = (from: number, to: number) => {
    let count = 0;
    for (let x = from; x < to; x++) {
      for (let y = 0; y < strip.height; y++) if ((pixelAt(strip, { x, y }) & 0xc0c0c0) === 0) count++;
    }
    return count;
  };
  const end = text.length * letterPx;
  const caretPx = 20;
  return (
    blackPoints(0, end) > text.length * 8 &&
    blackPoints(end, end + caretPx) > 0 &&
    blackPoints(end + caretPx, strip.width) === 0
  );
}
