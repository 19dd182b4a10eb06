import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Point } from '../../src/shared/geometry.ts';
import { toggleState } from '../component/fixtures/pager.ts';
import type { XWindow } from '../component/fixtures/x-desktop.ts';
import { ForeignDesktop } from './fixtures/foreign-desktop.ts';
import { driveC, innoSetup } from './fixtures/foreign-programs.ts';

/** Its file dialogs have no title: they show the program's name. */
const untitled = /^\[XP\] Compil32$/;

/** A Delphi program under openbox. What each test does goes on from where the one before left the program. */
describe('Inno Setup’s compiler, a program nobody here wrote', () => {
  let foreign: ForeignDesktop;
  let main: XWindow;
  const keys = (...names: string[]) => foreign.desktop.key(...names);

  beforeAll(async () => {
    foreign = await ForeignDesktop.start('openbox', innoSetup());
  });

  afterAll(() => foreign?.stop());

  it('opens with its title, class and icon, and its first dialog blocks it', async () => {
    main = await foreign.launch(/^\[XP\] Untitled - Inno Setup Compiler 5\.6\.1/);
    expect(main.wmClass[1]).toBe('xpane-builtin-compil32');
    const welcome = await foreign.window(/^\[XP\] Welcome$/);
    await foreign.untilHas(welcome, 'WM_TRANSIENT_FOR', new RegExp(`${main.id.toString(16)}$`));
    await foreign.untilHas(welcome, '_NET_WM_STATE', /_NET_WM_STATE_MODAL/);
    await foreign.untilHas(main, '_NET_WM_ICON', /Icon \(\d+ x \d+\)/);
    // The user launched it: it has the keyboard without a click.
    await foreign.untilActive(welcome);
    await foreign.samePixels(welcome);
    await foreign.desktop.click(await foreign.at(main, 40, 400));
    await foreign.untilActive(welcome);
    expect(await foreign.isOpen(welcome)).toBe(true);
    await keys('Escape');
    await foreign.untilGone(welcome);
    await foreign.untilActive(main);
    await foreign.samePixels(main);
  });

  it('has menus and menus of menus in their place', async () => {
    const origin = await foreign.samePixels(main);
    await keys('alt+v');
    const [menu] = await foreign.popups(main, origin, 1);
    expect(menu?.y).toBeGreaterThan((await foreign.content(main)).y);
    await keys('Right');
    await foreign.popups(main, origin, 2);
    await keys('Escape');
    await foreign.popups(main, origin, 1);
    await foreign.desktop.click({ x: 1270, y: 950 });
    await foreign.untilNoPopups();
    await foreign.focus(main);
  });

  it('tells of a button under the pointer', async () => {
    const origin = await foreign.samePixels(main);
    const hint = await foreign.hint(main, origin, 38, 32);
    expect(hint.height).toBeLessThan(40);
    // It holds no pointer: a click goes where the user clicks.
    expect(await foreign.desktop.pointerIsFree()).toBe(true);
    await foreign.desktop.moveTo(await foreign.at(main, 400, 400));
    await foreign.untilNoPopups();
  });

  it('takes what is typed, and saves it letter for letter', async () => {
    const text = '; Pack my box with FIVE dozen liquor jugs: 0123456789 !#%&(){}';
    await foreign.focus(main);
    await foreign.desktop.type(text);
    await foreign.samePixels(main);
    await keys('ctrl+s');
    const dialog = await foreign.window(untitled);
    await foreign.untilActive(dialog);
    await foreign.desktop.type('C:\\typed.iss');
    await foreign.samePixels(dialog);
    await keys('Return');
    await foreign.untilGone(dialog);
    main = await foreign.window(/^\[XP\] typed\.iss - Inno Setup Compiler/);
    expect((await readFile(join(driveC(foreign.run), 'typed.iss'), 'latin1')).trimEnd()).toBe(text);
  });

  it('drops down lists of a dialog where they belong', async () => {
    await foreign.focus(main);
    await keys('ctrl+o');
    const dialog = await foreign.window(untitled);
    await foreign.untilActive(dialog);
    const origin = await foreign.samePixels(dialog);
    await keys('alt+t', 'alt+Down');
    const [list] = await foreign.popups(dialog, origin, 1);
    expect(list?.y).toBeGreaterThan((await foreign.content(dialog)).y);
    await keys('Escape');
    await foreign.untilNoPopups();
    await keys('Escape');
    await foreign.untilGone(dialog);
  });

  it('follows the host in size, place and state', async () => {
    const { desktop } = foreign;
    await desktop.tool('xdotool', 'windowsize', String(main.id), '700', '500');
    await foreign.until('the size', async () => (await foreign.content(main)).width === 700);
    await foreign.samePixels(main);
    const before = await foreign.content(main);
    const caption: Point = { x: before.x + 300, y: before.y - 8 };
    await desktop.drag(caption, { x: caption.x - 90, y: caption.y + 70 });
    await foreign.until('the place', async () => {
      const { x, y } = await foreign.content(main);
      return x === before.x - 90 && y === before.y + 70;
    });
    await foreign.until('the guest to have it there', async () => {
      const { x, y } = await foreign.content(main);
      const there = await foreign.samePixels(main);
      return there.x === x && there.y === y;
    });
    await toggleState(desktop, main.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await foreign.until('it to fill the screen', async () => (await foreign.content(main)).width === 1280);
    await foreign.samePixels(main);
    await toggleState(desktop, main.id, 'MAXIMIZED_VERT', 'MAXIMIZED_HORZ');
    await foreign.until('its size again', async () => (await foreign.content(main)).width === 700);
    await foreign.samePixels(main);
  });

  it('asks before it closes, and closes', async () => {
    await foreign.focus(main);
    await foreign.desktop.type('x');
    await foreign.samePixels(main);
    await keys('alt+F4');
    const question = await foreign.window(/^\[XP\] Inno Setup Compiler$/);
    await foreign.untilActive(question);
    await foreign.samePixels(question);
    await keys('Escape');
    await foreign.untilGone(question);
    expect(await foreign.isOpen(main)).toBe(true);
    await foreign.focus(main);
    await keys('alt+F4');
    await foreign.untilActive(await foreign.window(/^\[XP\] Inno Setup Compiler$/));
    await keys('alt+n');
    await foreign.untilGone(main);
  });

  it('is minimised to one icon, and comes back from it', async () => {
    const { desktop } = foreign;
    main = await foreign.launch(/^\[XP\] Untitled - Inno Setup Compiler/);
    const welcome = await foreign.window(/^\[XP\] Welcome$/);
    await foreign.untilActive(welcome);
    await keys('Escape');
    await foreign.untilGone(welcome);
    await foreign.focus(main);
    const title = main.title;
    await desktop.tool('xdotool', 'windowminimize', String(main.id));
    // Delphi's programs then hide their window, and minimise the one that owns it.
    await foreign.untilGone(main);
    const icon = await foreign.window(/^\[XP\] .*Inno Setup Compiler/);
    await foreign.untilHas(icon, 'WM_STATE', /Iconic/);
    await desktop.tool('xdotool', 'windowactivate', String(icon.id));
    await foreign.untilGone(icon);
    main = await desktop.waitForWindow((window) => window.title === title, 40_000);
    await foreign.focus(main);
    await foreign.samePixels(main);
    expect(await desktop.windows()).toHaveLength(1);
  });
});
