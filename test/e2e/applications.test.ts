import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rect } from '../../src/shared/geometry.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { findWithin, GuestScreen } from '../component/fixtures/guest-screen.ts';
import { shellLink } from '../component/fixtures/shell-link.ts';
import type { Screenshot, XWindow } from '../component/fixtures/x-desktop.ts';
import { startXDesktop, waitFor, type XDesktop } from '../component/fixtures/x-desktop.ts';
import { XPaneRun } from './fixtures/xpane-run.ts';

/**
 * Applications of the sandboxed guest on a host desktop, byte for byte: what the host shows is what the guest's own
 * X server holds.
 */

let desktop: XDesktop;
let run: XPaneRun;
let guest: GuestScreen;

beforeAll(async () => {
  desktop = await startXDesktop({ size: { width: 1280, height: 960 } });
  run = await XPaneRun.prepare({ backend: 'sandbox', env: desktop.env });
  await run.ok('start');
  const state = await run.state();
  guest = await GuestScreen.open(state.processId);
});

afterAll(async () => {
  await guest?.close();
  await run?.stop();
  await desktop?.stop();
});

/** Waits until host content and guest window show the same; carets blink, so both are looked at together. */
async function expectSamePixels(
  content: () => Promise<Screenshot>,
  title: string | undefined,
): Promise<void> {
  await waitFor(
    `the host to show the guest's pixels of ${title ?? 'a menu'}`,
    async () => {
      const host = await content();
      for (const window of await guest.windows()) {
        if (title !== undefined && window.title !== title) continue;
        if (findWithin(host, await guest.pixels(window))) return true;
      }
      return false;
    },
    15_000,
  );
}

async function shot(window: XWindow): Promise<Screenshot> {
  return desktop.screenshot(await desktop.contentOf(window.id));
}

/** Launches an application and gives its host window. */
async function open(name: string, title: RegExp): Promise<XWindow> {
  await run.ok('launch', name);
  return desktop.waitForWindow((window) => title.test(window.title), 20_000);
}

/** Menus on the host: windows of the guest that no window manager manages. */
async function menus(): Promise<Rect[]> {
  const text = await desktop.tool('xdotool', 'search', '--onlyvisible', '--class', '^xpane-').catch(() => '');
  const managed = new Set((await desktop.windows()).map(({ id }) => id));
  const ids = text.split('\n').filter(Boolean).map(Number);
  const found = await Promise.all(
    ids.filter((id) => !managed.has(id)).map((id) => desktop.contentOf(id).catch(() => undefined)),
  );
  return found.filter((menu) => menu !== undefined);
}

/** Opens a menu of a window by its Alt key and gives the menu's place on the host. */
async function openMenu(window: XWindow, key: string): Promise<Rect> {
  await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
  await desktop.key(key);
  return waitFor('the menu', async () => (await menus())[0]);
}

async function closeMenu(): Promise<void> {
  await desktop.key('Escape', 'Escape');
  await waitFor('the menu to close', async () => (await menus()).length === 0);
}

describe('an application of the guest', () => {
  for (const [name, title, menuKey] of [
    ['Notepad', 'Untitled - Notepad', 'alt+f'],
    ['WordPad', 'Document - Wine Wordpad', 'alt+f'],
    ['Minesweeper', 'WineMine', 'alt+g'],
  ] as const) {
    it(`${name} is a window of the host, byte for byte`, async () => {
      const window = await open(name, new RegExp(`^\\[XP\\] ${title}$`));
      expect(window.wmClass[1]).toMatch(/^xpane-builtin-/);
      await expectSamePixels(() => shot(window), title);
      // The user launched it: it has the keyboard without a click.
      const active = () => desktop.tool('xdotool', 'getactivewindow').catch(() => '0');
      await waitFor('the focus', async () => Number(await active()) === window.id);
    });

    it(`${name}’s menu is a menu on the host, byte for byte`, async () => {
      const window = await desktop.waitForWindow((each) => each.title === `[XP] ${title}`);
      const menu = await openMenu(window, menuKey);
      await expectSamePixels(() => desktop.screenshot(menu), undefined);
      await closeMenu();
    });
  }

  it('has file dialogs, byte for byte', async () => {
    const notepad = await desktop.waitForWindow(({ title }) => title === '[XP] Untitled - Notepad');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(notepad.id));
    await desktop.key('ctrl+o');
    const dialog = await desktop.waitForWindow(({ title }) => title === '[XP] Open');
    await expectSamePixels(() => shot(dialog), 'Open');
    await desktop.key('Escape');
    await waitFor(
      'the dialog to close',
      async () => !(await desktop.windows()).some(({ id }) => id === dialog.id),
    );
  });

  it('saves what was typed, letter for letter', async () => {
    const notepad = await desktop.waitForWindow(({ title }) => title === '[XP] Untitled - Notepad');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(notepad.id));
    const text = 'Pack my box with FIVE dozen liquor jugs: 0123456789 !#%&()[]{}';
    await desktop.type(text);
    await desktop.key('ctrl+s');
    const dialog = await desktop.waitForWindow(({ title }) => title === '[XP] Save As');
    await expectSamePixels(() => shot(dialog), 'Save As');
    await desktop.type('typed.txt');
    await desktop.key('Return');
    await desktop.waitForWindow(({ title }) => title === '[XP] typed.txt - Notepad');
    const { disk } = workspaceFiles(join(run.home, 'data'), 'builtin', 'sandbox');
    const saved = join(disk, 'drive_c/users/user/Documents/typed.txt');
    expect(await readFile(saved, 'latin1')).toBe(text);
  });
});

describe('an application installed in the guest', () => {
  it('is offered by itself, and is still there when the guest starts again', async () => {
    const { disk } = workspaceFiles(join(run.home, 'data'), 'builtin', 'sandbox');
    const programs = join(disk, 'drive_c/ProgramData/Microsoft/Windows/Start Menu/Programs/Acme');
    await mkdir(programs, { recursive: true });
    await writeFile(join(programs, 'Ledger.lnk'), shellLink('C:\\windows\\system32\\winemine.exe'));
    const offered = async () =>
      (await run.state()).workspaces[0]?.applications.find(({ name }) => name === 'Ledger');
    expect(await waitFor('it to be offered', offered, 15_000)).toMatchObject({ folder: ['Acme'] });
    await guest.close();
    await run.ok('restart');
    guest = await GuestScreen.open((await run.state()).processId);
    expect(await offered()).toBeDefined();
    await open('Ledger', /WineMine/);
  });
});
