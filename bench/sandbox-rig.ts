import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceFiles } from '../src/workspace/workspace.ts';
import { shellLink } from '../test/component/fixtures/shell-link.ts';
import { waitFor, type XDesktop } from '../test/component/fixtures/x-desktop.ts';
import { XPaneRun } from '../test/e2e/fixtures/xpane-run.ts';

const startMenu = 'drive_c/ProgramData/Microsoft/Windows/Start Menu/Programs';

/** XPane with the sandboxed guest on a desktop, the benchmark's program installed and published in it. */
export async function startSandbox(desktop: XDesktop, program: string): Promise<XPaneRun> {
  const run = await XPaneRun.prepare({ backend: 'sandbox', env: desktop.env });
  await run.ok('start');
  const { disk } = workspaceFiles(join(run.home, 'data'), 'builtin', 'sandbox');
  await mkdir(join(disk, 'drive_c/bench'));
  await copyFile(program, join(disk, 'drive_c/bench/cells.exe'));
  await writeFile(join(disk, startMenu, 'Cells.lnk'), shellLink('C:\\bench\\cells.exe'));
  await untilPublished(run);
  return run;
}

export async function untilPublished(run: XPaneRun): Promise<void> {
  const isThere = async () => (await applicationNames(run)).includes('Cells');
  await waitFor('the program to be published', isThere, 60_000);
}

async function applicationNames(run: XPaneRun): Promise<string[]> {
  const { workspaces } = await run.state();
  return workspaces.flatMap(({ applications }) => applications.map(({ name }) => name));
}

/** The process id of the tray, from its lock file. */
export async function trayProcess(run: XPaneRun): Promise<number> {
  return Number(await readFile(join(run.home, 'run/tray.lock'), 'utf8'));
}
