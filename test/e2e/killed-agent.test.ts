import { afterAll, beforeAll, describe, it } from 'vitest';
import { familyOf } from '../../bench/process-cost.ts';
import { FullDesktop } from './fixtures/full-desktop.ts';
import { killQuietly } from './fixtures/xpane-run.ts';

/** The agent in the sandbox is a process of this machine, so a test can kill it; in the VM only the guest could. */
describe('a killed agent', () => {
  let full: FullDesktop;

  beforeAll(async () => {
    full = await FullDesktop.start('sandbox');
    await full.run.ok('start');
  });

  afterAll(() => full?.stop());

  it('comes back, with the windows that were open', async () => {
    await full.run.ok('launch', 'Minesweeper');
    await full.window(/^\[XP\] WineMine$/);
    const { processId } = await full.run.state();
    for (const { id, name } of familyOf(processId)) if (name.startsWith('xpane-agent')) killQuietly(id);
    await full.until('the window to be shown again', async () => {
      const { workspaces } = await full.run.state();
      return workspaces[0]?.phase === 'running' && workspaces[0].windowCount === 1;
    });
    await full.window(/^\[XP\] WineMine$/);
    await full.run.ok('launch', 'Notepad');
    await full.window(/Notepad$/);
  });
});
