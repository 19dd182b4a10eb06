import type { Appliance } from '../../src/appliance/appliance.ts';
import { DirectWine } from '../direct-wine.ts';
import { startBenchDesktop } from '../eye/bench-desktop.ts';
import { familyOf } from '../process-cost.ts';
import { Belongings } from './belongings.ts';
import type { Peer } from './peer.ts';

/** Wine straight on the display: the floor. */
export async function startDirectPeer(appliance: Appliance, program: string): Promise<Peer> {
  const own = new Belongings();
  return own.orGiveBack(async () => {
    const { desktop, eye, stop } = await startBenchDesktop();
    own.add(stop);
    const direct = await DirectWine.start(appliance, program, desktop.display);
    own.add(() => direct.stop());
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
      stop: () => own.giveBack(),
    };
  });
}
