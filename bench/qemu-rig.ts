import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Appliance } from '../src/appliance/appliance.ts';
import { runChild } from '../src/shared/child-process.ts';
import { workspaceFiles } from '../src/workspace/workspace.ts';
import { shellLink } from '../test/component/fixtures/shell-link.ts';
import type { XDesktop } from '../test/component/fixtures/x-desktop.ts';
import { XPaneRun } from '../test/e2e/fixtures/xpane-run.ts';
import { untilPublished } from './sandbox-rig.ts';

const driveC = '/opt/prefix/drive_c';
const startMenu = `${driveC}/ProgramData/Microsoft/Windows/Start Menu/Programs`;

/** XPane with the guest in a VM, the benchmark's program installed and published in it. */
export async function startQemu(desktop: XDesktop, appliance: Appliance, program: string): Promise<XPaneRun> {
  const run = await XPaneRun.prepare({ backend: 'qemu', env: desktop.env });
  try {
    // The first start makes the workspace's disk.
    await run.ok('start');
    await run.ok('stop');
    await install(workspaceFiles(join(run.home, 'data'), 'builtin', 'qemu').disk, appliance, program);
    await run.ok('start');
    await untilPublished(run);
    return run;
  } catch (error) {
    await run.stop();
    throw error;
  }
}

/** Writes into the disk of a guest that is shut down, without mounting it: as raw image, by ext4's own debugger. */
async function install(disk: string, appliance: Appliance, program: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'xpane-bench-disk-'));
  try {
    const raw = join(folder, 'raw');
    const link = join(folder, 'link');
    const commands = join(folder, 'commands');
    const changed = `${disk}.changed`;
    await writeFile(link, shellLink('C:\\bench\\cells.exe'));
    await writeFile(
      commands,
      [
        `mkdir ${driveC}/bench`,
        `write ${program} ${driveC}/bench/cells.exe`,
        `write ${link} "${startMenu}/Cells.lnk"`,
        '',
      ].join('\n'),
    );
    await ok('qemu-img', 'convert', '-O', 'raw', disk, raw);
    await ok('debugfs', '-w', '-f', commands, raw);
    await ok('qemu-img', 'convert', '-O', 'qcow2', '-B', appliance.disk, '-F', 'qcow2', raw, changed);
    await rename(changed, disk);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ok(command: string, ...args: string[]): Promise<void> {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  const env = { ...process.env, PATH: path };
  const { code, stderr } = await runChild({ command, args, env, timeoutMs: 120_000 });
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
}
