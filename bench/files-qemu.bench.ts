import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../test/component/fixtures/wait-for.ts';
import { startXDesktop } from '../test/component/fixtures/x-desktop.ts';
import { type Figure, figure } from './figure.ts';
import { Growth, sizeMiB, writeRandom } from './large-file.ts';
import { startQemu } from './qemu-rig.ts';
import type { Rig } from './rig.ts';

const rounds = 2;
/** An emulated processor reads and writes every byte itself. */
const timeoutMs = 1_200_000;

/**
 * The same GiB with the guest in a VM: a record, without a bar, for without an accelerator it is emulated. Into the guest:
 * until the application shows its window, and so with its launch; back: from the moment that content begins to come.
 */
export async function benchFilesQemu({ options, noise }: Rig): Promise<Figure[]> {
  const desktop = await startXDesktop({ size: { width: 1024, height: 768 } });
  const folder = await mkdtemp(join(tmpdir(), 'xpane-bench-files-'));
  const run = await startQemu(desktop, options.appliance, options.program);
  const into: number[] = [];
  const back: number[] = [];
  const growths: number[] = [];
  try {
    const processes = await run.processes();
    const service = processes.find(({ command }) => / service$/.test(command))?.id ?? 0;
    const timed = async (what: string, done: () => Promise<unknown>) => {
      const begunMs = performance.now();
      const growth = new Growth(service);
      await waitFor(what, async () => growth.look() && (await done()), timeoutMs);
      growths.push(growth.growthMB);
      return (sizeMiB * 1000) / (performance.now() - begunMs);
    };
    for (let round = 1; round <= rounds; round++) {
      noise.sample();
      options.tell(`QEMU: files: round ${round} of ${rounds}`);
      const file = join(folder, `large-${round}.bin`);
      await writeRandom(file);
      await run.ok('open', '--with', 'Cells', file);
      const shown = async () => (await desktop.windows()).find(({ title }) => title.startsWith('[XP]'));
      into.push(await timed('the window', shown));
      options.tell('QEMU: files: the change');
      const { ino } = await stat(file);
      const window = await desktop.waitForWindow(({ title }) => title.startsWith('[XP]'));
      await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
      await desktop.key('f');
      const comes = async () => (await readdir(folder)).some((name) => name.includes('.xpane-'));
      await waitFor('the change to come', comes, timeoutMs);
      back.push(await timed('the change', async () => (await stat(file)).ino !== ino));
      await desktop.key('alt+F4');
      await waitFor('the window to close', async () => !(await shown()), timeoutMs);
    }
  } finally {
    await run.stop();
    await desktop.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return [
    figure('qemu.files.host_to_guest_1g', 'MiB/s', into, 0.5),
    figure('qemu.files.guest_to_host_1g', 'MiB/s', back, 0.5),
    figure('qemu.files.service_growth', 'MB', growths, 1),
  ];
}
