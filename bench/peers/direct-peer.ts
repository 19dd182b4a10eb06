import type { Appliance } from '../../src/appliance/appliance.ts';
import { DirectWine } from '../direct-wine.ts';
import { startBenchDesktop } from '../eye/bench-desktop.ts';
import { familyOf } from '../process-cost.ts';
import type { Peer } from './peer.ts';

/** Wine straight on the display: the floor. */
export async function startDirectPeer(appliance: Appliance, program: string): Promise<Peer> {
  const { desktop, eye, stop } = await startBenchDesktop();
  try {
    const direct = await DirectWine.start(appliance, program, desktop.display);
    const stopAll = async () => {
      await direct.stop();
      await stop();
    };
    try {
      const { content } = await desktop.waitForWindow(({ title }) => title === 'Cells', 30_000);
      return {
        key: 'floor',
        title: 'Wine straight on the display',
        desktop,
        eye,
        content,
        processes: () => ({
          guestSide: [],
          hostSide: [],
          guest: familyOf(direct.processId).map(({ id }) => id),
          display: [desktop.server.pid ?? 0],
        }),
        bytesReceived: async () => 0,
        stop: stopAll,
      };
    } catch (error) {
      await direct.stop();
      throw error;
    }
  } catch (error) {
    await stop();
    throw error;
  }
}
