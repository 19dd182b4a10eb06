import { readFile } from 'node:fs/promises';
import { startBenchDesktop } from '../eye/bench-desktop.ts';
import { familyOf } from '../process-cost.ts';
import { startSandbox } from '../sandbox-rig.ts';
import { Belongings } from './belongings.ts';
import type { Peer } from './peer.ts';

/** This project with its sandboxed guest. */
export async function startXPanePeer(program: string): Promise<Peer> {
  const own = new Belongings();
  return own.orGiveBack(async () => {
    const { desktop, eye, stop } = await startBenchDesktop();
    own.add(stop);
    const run = await startSandbox(desktop, program);
    own.add(() => run.stop());
    await run.ok('launch', 'Cells');
    const { content } = await desktop.waitForWindow(({ title }) => title === '[XP] Cells', 30_000);
    const { processId } = await run.state();
    return {
      key: 'xpane',
      title: 'XPane, sandbox',
      desktop,
      eye,
      content,
      processes: () => {
        const family = familyOf(processId).filter(({ id }) => id !== processId);
        const isAgent = ({ name }: { name: string }) => name.startsWith('xpane-agent');
        return {
          guestSide: family.filter(isAgent).map(({ id }) => id),
          hostSide: [processId],
          guest: family.filter((each) => !isAgent(each)).map(({ id }) => id),
          display: [desktop.server.pid ?? 0],
        };
      },
      bytesReceived: () => bytesRead(processId),
      stop: () => own.giveBack(),
    };
  });
}

/**
 * What the service has read: the agent's socket, and next to nothing else (answers of the X server). The socket is a
 * unix one, for which the kernel keeps no count of its own.
 */
async function bytesRead(processId: number): Promise<number> {
  return Number(/^rchar: (\d+)/m.exec(await readFile(`/proc/${processId}/io`, 'utf8'))?.[1] ?? 0);
}
