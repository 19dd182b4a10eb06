import type { Appliance } from '../../src/appliance/appliance.ts';
import { startXDesktop } from '../../test/component/fixtures/x-desktop.ts';
import { DirectWine } from '../direct-wine.ts';
import { startBenchDesktop } from '../eye/bench-desktop.ts';
import { familyOf } from '../process-cost.ts';
import { Belongings } from './belongings.ts';
import { bytesSentFrom, freePort, untilListening } from './loopback-port.ts';
import type { Peer } from './peer.ts';

/** Fits into the viewer's window without scroll bars. */
const remoteSize = { width: 1000, height: 800 };
const serverArguments = ['-SecurityTypes', 'None', '-localhost', '-FrameRate', '60'];
/** Exact pixels with the least work, which is the fastest on a loopback. */
const viewerArguments = [
  '-AutoSelect=0',
  '-PreferredEncoding=Raw',
  '-NoJPEG=1',
  '-FullColor',
  '-RemoteResize=0',
];

/** A whole desktop in one window: TigerVNC's server, which is the display itself, and its viewer. */
export async function startVncPeer(appliance: Appliance, program: string): Promise<Peer> {
  const own = new Belongings();
  return own.orGiveBack(async () => {
    const { desktop, eye, stop } = await startBenchDesktop();
    own.add(stop);
    const port = await freePort();
    const remote = await startXDesktop({
      size: remoteSize,
      program: 'Xtigervnc',
      serverArguments: [...serverArguments, '-rfbport', String(port)],
    });
    own.add(() => remote.stop());
    await untilListening('the VNC server', port);
    const direct = await DirectWine.start(appliance, program, remote.display);
    own.add(() => direct.stop());
    const inside = await remote.waitForWindow(({ title }) => title === 'Cells', 60_000);
    const viewer = desktop.start('xtigervncviewer', [...viewerArguments, `127.0.0.1::${port}`]);
    const outside = await desktop.waitForWindow(({ title }) => title.includes('TigerVNC'), 30_000);
    return {
      key: 'vnc',
      title: 'TigerVNC',
      desktop,
      eye,
      content: {
        ...inside.content,
        x: outside.content.x + inside.content.x,
        y: outside.content.y + inside.content.y,
      },
      processes: () => ({
        guestSide: idsOf(remote.server.pid),
        hostSide: idsOf(viewer.pid),
        guest: idsOf(direct.processId),
        display: idsOf(desktop.server.pid),
      }),
      bytesReceived: () => bytesSentFrom(port),
      stop: () => own.giveBack(),
    };
  });
}

const idsOf = (root: number | undefined) => familyOf(root ?? 0).map(({ id }) => id);
