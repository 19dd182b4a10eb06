import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../component/fixtures/x-desktop.ts';
import { FullDesktop } from './fixtures/full-desktop.ts';
import { killQuietly } from './fixtures/xpane-run.ts';

/** SIGKILL for each process in turn: nothing is left behind, and the next launch works. */

describe.each(['sandbox', 'qemu'] as const)('killed with an application open (%s)', (backend) => {
  let full: FullDesktop;

  beforeEach(async () => {
    full = await FullDesktop.start(backend);
    await full.run.ok('start');
    await openMines();
  });

  afterEach(() => full?.stop());

  const openMines = async () => {
    await full.run.ok('launch', 'Minesweeper');
    return full.window(/^\[XP\] WineMine$/);
  };
  const guestWindows = async () =>
    (await full.tray.desktop.windows()).filter(({ title }) => title.startsWith('[XP]'));
  const noGuestWindows = () =>
    full.until('its windows to go', async () => (await guestWindows()).length === 0);
  const processes = async (command: RegExp) =>
    (await full.run.processes()).filter((each) => command.test(each.command));

  it('the service: guest and windows go with it, the tray finds the next one', async () => {
    const { processId } = await full.run.state();
    killQuietly(processId);
    await noGuestWindows();
    await waitFor(
      'the guest to end',
      async () => (await processes(/qemu-system|bwrap|guest-init|xpane-agent/)).length === 0,
      15_000,
    );
    await openMines();
    expect((await full.run.state()).processId).not.toBe(processId);
  });

  it('the guest’s virtual machine: the windows go, the next launch starts it again', async () => {
    for (const { id } of await processes(/qemu-system-x86_64|^\S*bwrap /)) killQuietly(id);
    await noGuestWindows();
    await full.until(
      'the service to say so',
      async () => (await full.run.state()).workspaces[0]?.phase === 'failed',
    );
    await openMines();
  });

  it('the tray: its helper goes with it, guest and windows stay, a new tray can be opened', async () => {
    const [tray] = await processes(/xpane\.ts tray$/);
    killQuietly(tray?.id ?? expect.fail('no tray'));
    await waitFor('the icon to go', async () => (await processes(/tray_linux_release/)).length === 0);
    expect(await guestWindows()).toHaveLength(1);
    await full.run.ok('open-tray');
    await full.tray.findIcon();
  });
});
