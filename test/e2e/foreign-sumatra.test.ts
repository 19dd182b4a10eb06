import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XWindow } from '../component/fixtures/x-desktop.ts';
import { ForeignDesktop } from './fixtures/foreign-desktop.ts';
import { driveC, sumatraPdf } from './fixtures/foreign-programs.ts';

/** Where its own caption has its buttons: pixels from the right edge, and from the top. */
const minimise = 45;
const maximise = 29;
const close = 13;
const captionY = 13;
/** The button that opens its menu. */
const menuAt = { x: 39, y: 22 };

/** One page with nothing on it. */
const emptyPdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
`;

/** A program that draws its own frame, under xfwm4. What each test does goes on from the one before. */
describe('SumatraPDF, a program nobody here wrote', () => {
  let foreign: ForeignDesktop;
  let main: XWindow;
  const keys = (...names: string[]) => foreign.desktop.key(...names);
  const clickCaption = async (fromRight: number) => {
    const { width } = await foreign.content(main);
    await foreign.desktop.click(await foreign.at(main, width - fromRight, captionY));
  };

  beforeAll(async () => {
    foreign = await ForeignDesktop.start('xfwm4', sumatraPdf());
    await writeFile(join(driveC(foreign.run), 'leaf.pdf'), emptyPdf);
  });

  afterAll(() => foreign?.stop());

  it('opens with its title, class and icon, without a second frame, in front', async () => {
    main = await foreign.launch(/^\[XP\] SumatraPDF$/);
    expect(main.wmClass[1]).toMatch(/^xpane-builtin-sumatrapdf/);
    await foreign.untilHas(main, '_NET_WM_ICON', /Icon \(\d+ x \d+\)/);
    await foreign.untilHas(main, '_MOTIF_WM_HINTS', /^0x2, 0x0, 0x0/);
    await foreign.untilActive(main);
    await foreign.samePixels(main);
  });

  it('is resized by the host, down to its pixels', async () => {
    const place = [String(main.id), '120', '100'];
    await foreign.desktop.tool('xdotool', 'windowsize', String(main.id), '640', '520');
    await foreign.until('the size', async () => (await foreign.content(main)).width === 640);
    await foreign.desktop.tool('xdotool', 'windowmove', ...place);
    await foreign.until('the place', async () => (await foreign.content(main)).x === 120);
    await foreign.samePixels(main);
  });

  it('has menus and menus of menus in their place', async () => {
    const origin = await foreign.samePixels(main);
    await foreign.desktop.click(await foreign.at(main, menuAt.x, menuAt.y));
    await foreign.popups(main, origin, 1);
    await keys('Down', 'Right');
    await foreign.popups(main, origin, 2);
    await foreign.desktop.click({ x: 1270, y: 950 });
    await foreign.untilNoPopups();
    await foreign.focus(main);
  });

  it('tells of a button under the pointer', async () => {
    const origin = await foreign.samePixels(main);
    const hint = await foreign.hint(main, origin, 20, 50);
    expect(hint.height).toBeLessThan(40);
    await foreign.desktop.moveTo(await foreign.at(main, 300, 400));
    await foreign.untilNoPopups();
  });

  it('opens a document that the user names in its dialog', async () => {
    await foreign.focus(main);
    await keys('ctrl+o');
    const dialog = await foreign.window(/^\[XP\] Open$/);
    await foreign.untilActive(dialog);
    await foreign.untilHas(dialog, 'WM_TRANSIENT_FOR', new RegExp(`${main.id.toString(16)}$`));
    await foreign.desktop.type('C:\\leaf.pdf');
    await foreign.samePixels(dialog);
    await keys('Return');
    await foreign.untilGone(dialog);
    main = await foreign.window(/^\[XP\] leaf\.pdf - /);
    await foreign.untilActive(main);
    await foreign.samePixels(main);
  });

  it('is moved by its own caption, and stays where it was let go', async () => {
    const before = await foreign.content(main);
    const from = { x: before.x + 420, y: before.y + 20 };
    await foreign.desktop.drag(from, { x: from.x + 150, y: from.y + 90 }, 1, 20);
    await foreign.until('the place', async () => {
      const { x, y } = await foreign.content(main);
      return Math.abs(x - before.x - 150) < 8 && Math.abs(y - before.y - 90) < 8;
    });
    await foreign.until('both to agree', async () => {
      const there = await foreign.samePixels(main);
      const { x, y } = await foreign.content(main);
      return there.x === x && there.y === y;
    });
  });

  it('maximises, restores and minimises by its own buttons', async () => {
    const before = await foreign.content(main);
    await clickCaption(maximise);
    await foreign.untilHas(main, '_NET_WM_STATE', /MAXIMIZED_VERT/);
    await foreign.until('it to be wide', async () => (await foreign.content(main)).width >= 1270);
    await foreign.samePixels(main);
    await clickCaption(maximise);
    await foreign.until('its size again', async () => (await foreign.content(main)).width === before.width);
    await foreign.samePixels(main);
    await clickCaption(minimise);
    await foreign.untilHas(main, 'WM_STATE', /Iconic/);
    await foreign.focus(main);
    await foreign.samePixels(main);
  });

  it('two of its windows: each has its own menu where the user sees it, whichever was above', async () => {
    await keys('ctrl+n');
    const second = await foreign.window(/^\[XP\] SumatraPDF$/);
    await foreign.untilActive(second);
    for (const window of [main, second, main]) {
      await foreign.focus(window);
      const origin = await foreign.samePixels(window);
      await foreign.desktop.click(await foreign.at(window, menuAt.x, menuAt.y));
      await foreign.popups(window, origin, 1);
      await keys('Escape', 'Escape');
      await foreign.untilNoPopups();
    }
    await foreign.focus(second);
    await keys('alt+F4');
    await foreign.untilGone(second);
  });

  it('closes by its own button', async () => {
    await foreign.focus(main);
    await clickCaption(close);
    await foreign.untilGone(main);
  });
});
