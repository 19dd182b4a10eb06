import { readFile } from 'node:fs/promises';
import type { Appliance } from '../../src/appliance/appliance.ts';
import type { XDesktop } from '../../test/component/fixtures/x-desktop.ts';
import type { XPaneRun } from '../../test/e2e/fixtures/xpane-run.ts';
import { startBenchDesktop } from '../eye/bench-desktop.ts';
import { familyOf } from '../process-cost.ts';
import { startQemu } from '../qemu-rig.ts';
import { startSandbox } from '../sandbox-rig.ts';
import { Belongings } from './belongings.ts';
import type { Peer, PeerKey } from './peer.ts';

/** This project with its sandboxed guest. */
export function startXPanePeer(program: string): Promise<Peer> {
  return startPeer('xpane', 'XPane, sandbox', (desktop) => startSandbox(desktop, program));
}

/** This project with its guest in a VM. */
export function startQemuPeer(appliance: Appliance, program: string): Promise<Peer> {
  return startPeer('qemu', 'XPane, QEMU', (desktop) => startQemu(desktop, appliance, program));
}

async function startPeer(
  key: PeerKey,
  title: string,
  startRun: (desktop: XDesktop) => Promise<XPaneRun>,
): Promise<Peer> {
  const own = new Belongings();
  return own.orGiveBack(async () => {
    const { desktop, eye, stop } = await startBenchDesktop();
    own.add(stop);
    const run = await startRun(desktop);
    own.add(() => run.stop());
    await run.ok('launch', 'Cells');
    const { content } = await desktop.waitForWindow(({ title }) => title === '[XP] Cells', 60_000);
    const { processId } = await run.state();
    return {
      key,
      title,
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
      log: () => run.log(),
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
