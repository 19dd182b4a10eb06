import { afterAll, beforeAll, describe, it } from 'vitest';
import { familyOf } from '../../bench/process-cost.ts';
import { intersect, sameRect } from '../../src/shared/geometry.ts';
import { GuestScreen } from '../component/fixtures/guest-screen.ts';
import type { XWindow } from '../component/fixtures/x-desktop.ts';
import { FullDesktop } from './fixtures/full-desktop.ts';
import { killQuietly } from './fixtures/xpane-run.ts';

/** Dark pixels: far more than an empty Notepad has, fewer than the mines over it. */
const inkOfMines = 6000;

/**
 * A guest that cannot show covered windows, as NT without redirection is: the sandbox after its compositor and its
 * agent were killed. The agent's self-test finds out when the guest starts it again.
 */
describe('a guest that cannot show covered windows', () => {
  let full: FullDesktop;
  let guest: GuestScreen;
  let notepad: XWindow;
  let mines: XWindow;

  beforeAll(async () => {
    full = await FullDesktop.start('sandbox');
    await full.run.ok('start');
    const { processId } = await full.run.state();
    for (const name of ['xcompmgr', 'xpane-agent']) {
      for (const one of familyOf(processId)) if (one.name.startsWith(name)) killQuietly(one.id);
    }
    await full.until('the agent to be back, and to have noticed', async () => {
      const { workspaces } = await full.run.state();
      return workspaces[0]?.phase === 'running' && (await full.run.log()).includes('placed');
    });
    guest = await GuestScreen.open(processId);
  });

  afterAll(async () => {
    await guest?.close();
    await full?.stop();
  });

  const overlapOnGuest = async (): Promise<boolean> => {
    const shown = (await guest.windows()).filter(({ title }) => /Notepad|WineMine/.test(title));
    return shown.some((a, i) => shown.slice(0, i).some((b) => intersect(a.frame, b.frame)));
  };

  it('shows two windows over each other on the host, apart in the guest', async () => {
    await full.run.ok('launch', 'Notepad');
    notepad = await full.window(/^\[XP\] Untitled - Notepad$/);
    await full.run.ok('launch', 'Minesweeper');
    mines = await full.window(/^\[XP\] WineMine$/);
    await full.tray.desktop.tool('xdotool', 'windowmove', String(notepad.id), '200', '200');
    await full.tray.desktop.tool('xdotool', 'windowmove', String(mines.id), '260', '260');
    await full.until('one over the other', async () => {
      const { x, y } = await full.content(notepad);
      const overlap = intersect(await full.content(notepad), await full.content(mines));
      return x === 200 && y === 200 && overlap !== undefined;
    });
    await full.until('them to lie apart in the guest', async () => !(await overlapOnGuest()));
    await full.until('the mines above', async () => (await full.ink(notepad)) > inkOfMines);
  });

  it('takes what is typed and clicked in each', async () => {
    await full.focus(notepad);
    await full.until('what lay below the mines', async () => (await full.ink(notepad)) < inkOfMines);
    const before = await full.ink(notepad);
    await full.tray.desktop.type('below the mines');
    await full.until('the text', async () => (await full.ink(notepad)) > before + 120);
    await full.focus(mines);
    const { x, y, width, height } = await full.content(mines);
    const fresh = await full.colours(mines);
    await full.tray.desktop.click({ x: x + width / 2, y: y + height - 30 });
    await full.until('a field to open', async () => {
      const now = await full.colours(mines);
      return now.length === fresh.length && now.some((colour, i) => colour !== fresh[i]);
    });
  });

  it('opens menus and dialogs where they belong', async () => {
    await full.focus(notepad);
    await full.openMenu(notepad, 15);
    await full.closeMenu();
    await full.openAndCancelDialog(async () => {
      await full.until('the dialog to lie beside its owner', async () => !(await overlapOnGuest()));
    });
  });

  it('follows the host in size and state', async () => {
    await full.resize(notepad, { width: 500, height: 320 });
    const place = await full.content(notepad);
    await full.minimiseAndRestore(notepad);
    // openbox moves the frame while it draws a window growing out of its icon.
    await full.until('it to be where it was', async () => sameRect(await full.content(notepad), place));
  });
});
