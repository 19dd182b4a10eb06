import { pause } from '../src/shared/deadline.ts';
import { startXDesktop } from '../test/component/fixtures/x-desktop.ts';
import { type Figure, figure } from './figure.ts';
import { cpuSeconds, familyOf, proportionalMemoryMB } from './process-cost.ts';
import { startSandbox, trayProcess } from './sandbox-rig.ts';

const watchMs = 20_000;

/** What one open, idle window costs: memory of service and tray, processor time of service, tray and agent. */
export async function benchIdle(program: string): Promise<Figure[]> {
  const desktop = await startXDesktop({ sessionBus: true });
  const run = await startSandbox(desktop, program);
  try {
    await run.ok('launch', 'Cells');
    await desktop.waitForWindow(({ title }) => title === '[XP] Cells', 20_000);
    await run.ok('open-tray');
    // Everything that follows a start is over: what is measured is rest.
    await pause(5_000);
    const { processId } = await run.state();
    const tray = await trayProcess(run);
    const family = familyOf(processId);
    const groups = {
      service: [processId],
      tray: familyOf(tray).map(({ id }) => id),
      agent: family.filter(({ name }) => name.startsWith('xpane-agent')).map(({ id }) => id),
    };
    const before = Object.entries(groups).map(([name, ids]) => [name, sum(ids, cpuSeconds)] as const);
    await pause(watchMs);
    const cpu = before.map(([name, seconds]) => {
      const used = sum(groups[name as keyof typeof groups], cpuSeconds) - seconds;
      return figure(`idle.cpu_one_window.${name}`, '% of one core', [(used / watchMs) * 100_000], 0.5);
    });
    return [
      ...cpu,
      figure('memory.service', 'MB', [proportionalMemoryMB(processId)], 0.5),
      figure('memory.tray', 'MB', [sum(groups.tray, proportionalMemoryMB)], 0.5),
    ];
  } finally {
    await run.stop();
    await desktop.stop();
  }
}

function sum(ids: readonly number[], measure: (id: number) => number): number {
  return ids.reduce((total, id) => total + measure(id), 0);
}
