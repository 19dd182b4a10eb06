import type { Appliance } from '../../src/appliance/appliance.ts';
import { startXDesktop } from '../../test/component/fixtures/x-desktop.ts';
import { DirectWine } from '../direct-wine.ts';
import { benchScreen, startBenchDesktop } from '../eye/bench-desktop.ts';
import { familyOf } from '../process-cost.ts';
import { Belongings } from './belongings.ts';
import { bytesSentFrom, freePort, untilListening } from './loopback-port.ts';
import type { Peer } from './peer.ts';

/** All that would only add work; the same for both ends. */
const nothingElse = [
  'speaker=off',
  'microphone=off',
  'webcam=no',
  'notifications=no',
  'printing=no',
  'file-transfer=no',
  'clipboard=no',
  'bell=no',
  'dbus-proxy=no',
  'mdns=no',
].map((option) => `--${option}`);
const serverOnly = [
  'daemon=no',
  'bind=none',
  'ssh-upgrade=no',
  'start-new-commands=no',
  'use-display=yes',
  // Debian's default runs the whole Xsession, which may open a window of complaint.
  'start=true',
  'html=off',
  'pulseaudio=no',
  'systemd-run=no',
  'dbus-launch=',
].map((option) => `--${option}`);
/** Exact pixels with the least work, which is the fastest on a loopback. */
const clientOnly = ['--encoding=rgb', '--speed=100', '--opengl=no', '--tray=no', '--compression_level=0'];

/** xpra over TCP on the loopback, pixels through its mmap file or through the connection. */
export async function startXpraPeer(appliance: Appliance, program: string, mmap: boolean): Promise<Peer> {
  const own = new Belongings();
  return own.orGiveBack(async () => {
    const { desktop, eye, stop } = await startBenchDesktop();
    own.add(stop);
    const remote = await startXDesktop({ size: benchScreen, windowManager: 'none' });
    own.add(() => remote.stop());
    // Debian's xpra needs Debian's python3, whatever else is in front of it.
    const path = { PATH: '/usr/bin:/bin' };
    const port = await freePort();
    const common = [...nothingElse, `--mmap=${mmap ? 'yes' : 'no'}`];
    const server = remote.start(
      'xpra',
      ['start', remote.display, `--bind-tcp=127.0.0.1:${port}`, ...serverOnly, ...common],
      path,
    );
    await untilListening('the xpra server', port);
    const client = desktop.start(
      'xpra',
      ['attach', `tcp://127.0.0.1:${port}/`, ...clientOnly, ...common],
      path,
    );
    const direct = await DirectWine.start(appliance, program, remote.display);
    own.add(() => direct.stop());
    const { content } = await desktop.waitForWindow(({ title }) => title.includes('Cells'), 60_000);
    return {
      key: mmap ? 'xpra_mmap' : 'xpra_tcp',
      title: mmap ? 'xpra with mmap' : 'xpra over TCP',
      desktop,
      eye,
      content,
      processes: () => ({
        guestSide: idsOf(server.pid),
        hostSide: idsOf(client.pid),
        guest: [...idsOf(direct.processId), ...idsOf(remote.server.pid)],
        display: idsOf(desktop.server.pid),
      }),
      bytesReceived: () => bytesSentFrom(port),
      stop: () => own.giveBack(),
    };
  });
}

const idsOf = (root: number | undefined) => familyOf(root ?? 0).map(({ id }) => id);
