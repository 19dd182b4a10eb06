import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KillMatrix } from '../component/fixtures/kill-matrix.ts';
import { Killing, type Victim } from './fixtures/killing.ts';

/**
 * SIGKILL for each process at each point of a guest's life: nothing is left behind, the user is told what became of
 * the guest, and the next launch works. A cell takes the guest as the one before it has left it. What happens while
 * QEMU is suspended or resumed, to the millisecond, is in vm-suspend.test.ts.
 */
interface Cell {
  readonly point: string;
  readonly victim: Victim;
  readonly check: (killing: Killing) => Promise<string>;
}

const starting: readonly Cell[] = [
  {
    point: 'starting',
    victim: 'service',
    async check(killing) {
      await killing.stopped();
      const { command } = await killing.killDuring('starting', 'service', 'launch', 'Minesweeper');
      expect((await command).code).toBe(3);
      await killing.launches();
      return 'the command says so, the next launch starts service and guest';
    },
  },
  {
    point: 'starting',
    victim: 'guest',
    async check(killing) {
      await killing.stopped();
      const { command } = await killing.killDuring('starting', 'guest', 'launch', 'Minesweeper');
      expect(await command).toMatchObject({ code: 4, stderr: expect.stringContaining('The guest ended') });
      expect(await killing.phase()).toBe('failed');
      await killing.launches();
      return 'failed with a hint, the next launch boots';
    },
  },
  {
    point: 'starting',
    victim: 'tray',
    async check(killing) {
      await killing.stopped();
      const { command } = await killing.killDuring('starting', 'tray', 'launch', 'Minesweeper');
      expect((await command).code).toBe(0);
      await killing.showsWindow();
      await killing.newTray();
      return 'the launch goes on, a new tray can be opened';
    },
  },
  {
    point: 'starting',
    victim: 'command',
    async check(killing) {
      await killing.stopped();
      const { command } = await killing.killDuring('starting', 'command', 'launch', 'Minesweeper');
      await command;
      await killing.until('running');
      await killing.launches();
      return 'the guest starts for the next launch';
    },
  },
];

const running: readonly Cell[] = [
  {
    point: 'running',
    victim: 'tray',
    async check(killing) {
      await killing.launches();
      await killing.kill('tray');
      await killing.showsWindow();
      await killing.newTray();
      return 'the window stays, a new tray can be opened';
    },
  },
  {
    point: 'running',
    victim: 'service',
    async check(killing) {
      await killing.launches();
      await killing.kill('service');
      await killing.launches();
      return 'guest and windows go with it, the next launch starts both';
    },
  },
  {
    point: 'running',
    victim: 'guest',
    async check(killing) {
      await killing.launches();
      await killing.kill('guest');
      await killing.until('failed');
      await killing.noWindows();
      await killing.launches();
      return 'the windows go, the next launch boots';
    },
  },
];
/** In the sandbox the agent is a process of this machine; in the VM only the guest could kill it. */
const agent: readonly Cell[] = [
  {
    point: 'starting',
    victim: 'agent',
    async check(killing) {
      await killing.stopped();
      const { command } = await killing.killDuring('starting', 'agent', 'launch', 'Minesweeper');
      expect((await command).code).toBe(0);
      await killing.launches();
      return 'is started again, the launch goes on';
    },
  },
  {
    point: 'running',
    victim: 'agent',
    async check(killing) {
      await killing.launches();
      await killing.kill('agent');
      await killing.full.until('the window to be shown again', async () => {
        const { workspaces } = await killing.full.run.state();
        return workspaces[0]?.phase === 'running' && workspaces[0].windowCount > 0;
      });
      await killing.launches();
      return 'is started again, the windows come back';
    },
  },
];
const stopping: readonly Cell[] = (['service', 'guest', 'agent', 'tray', 'command'] as const).map(
  (victim) => ({
    point: 'stopping',
    victim,
    async check(killing) {
      await killing.launches();
      const { command } = await killing.killDuring('stopping', victim, 'stop');
      const { code } = await command;
      if (victim === 'service') {
        expect(code).toBe(3);
      } else {
        if (victim !== 'command') expect(code).toBe(0);
        await killing.until('stopped');
        await killing.noWindows();
      }
      if (victim === 'tray') await killing.newTray();
      await killing.launches();
      return 'the guest is stopped, the next launch boots';
    },
  }),
);

const suspending: readonly Cell[] = [
  ...(['tray', 'command'] as const).map(
    (victim): Cell => ({
      point: 'suspending',
      victim,
      async check(killing) {
        const { command } = await killing.killDuring('suspending', victim, 'suspend');
        await command;
        await killing.until('suspended');
        await killing.noWindows();
        if (victim === 'tray') await killing.newTray();
        await killing.resumes();
        return 'the guest is suspended, the next launch resumes';
      },
    }),
  ),
  {
    point: 'suspended',
    victim: 'service',
    async check(killing) {
      await killing.full.run.ok('suspend');
      await killing.kill('service');
      await killing.resumes();
      return 'the next launch resumes';
    },
  },
  {
    point: 'resuming',
    victim: 'service',
    async check(killing) {
      await killing.full.run.ok('suspend');
      const { command } = await killing.killDuring('starting', 'service', 'start');
      expect((await command).code).toBe(3);
      await killing.launches();
      return 'the next launch resumes or boots';
    },
  },
];

describe.each([
  ['sandbox', [...starting, ...running, ...agent, ...stopping]],
  ['qemu', [...running.slice(0, 1), ...suspending, ...running.slice(1)]],
] as const)('killed in the %s', (backend, cells) => {
  const matrix = new KillMatrix(backend);
  let killing: Killing;

  beforeAll(async () => {
    killing = await Killing.start(backend);
  });
  afterAll(async () => {
    matrix.print();
    await killing?.stop();
  });

  it.each(cells)('$point: the $victim', ({ point, victim, check }) =>
    matrix.cell(point, victim, () => check(killing)),
  );
});
