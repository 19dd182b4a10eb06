import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServiceState, WorkspaceState } from '../../src/launcher/api/state.ts';
import { menuModel } from '../../src/tray/menu-model.ts';
import { imageGuest } from './fixtures/image-guest/image-guest.ts';
import { XPaneRun } from './fixtures/xpane-run.ts';

/** An image without an agent, as a user brings it, becomes a workspace whose applications are there, by one command. */

let folder: string;
let raw: string;
let run: XPaneRun;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xpane-image-'));
  raw = await imageGuest();
  run = await XPaneRun.prepare({ backend: 'qemu', env: { ...process.env, DISPLAY: '' } });
});
afterAll(async () => {
  await run?.stop();
  await rm(folder, { recursive: true, force: true });
});

function convertedTo(driver: string, name: string): string {
  const file = join(folder, name);
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', driver, raw, file]);
  return file;
}

function workspaceIn({ workspaces }: ServiceState, id: string): WorkspaceState {
  return workspaces.find((workspace) => workspace.id === id) ?? expect.fail(`no workspace ${id}`);
}

it('images of Virtual PC and VMware are imported and set up by one command each', async () => {
  const images = [convertedTo('vpc', 'Virtual PC.vhd'), convertedTo('vmdk', 'VMware.vmdk')];
  // Both at once: each guest keeps a processor busy for most of a minute.
  const imported = await Promise.all(
    images.map(async (image) =>
      JSON.parse(await run.ok('workspace', 'import', image, '--set-up', 'unattended', '--json')),
    ),
  );
  expect(imported).toMatchObject([
    { id: 'virtual-pc', setUp: 'done' },
    { id: 'vmware', setUp: 'done' },
  ]);
  // The same disk, whatever it came in.
  expect(imported[0].base).toBe(imported[1].base);

  const state = await run.state();
  const log = await run.log();
  const processes = await run.processes();
  for (const { id } of imported) {
    const workspace = workspaceIn(state, id);
    expect(workspace).toMatchObject({ phase: 'running', setUp: { phase: 'done', attempt: 1 } });
    const names = workspace.applications.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Notepad', 'Clock']));
    // As the tray shows it.
    const labels = JSON.stringify(menuModel({ ...state, workspaces: [workspace] }));
    for (const name of names) expect(labels).toContain(name);

    // The disk it was set up from is gone with its secret, which nobody wrote down. It ran on without that disk.
    const data = join(run.home, 'data/workspaces', id);
    expect(existsSync(join(data, 'set-up.iso'))).toBe(false);
    const secret = readFileSync(join(data, 'secret'), 'utf8');
    expect(log).not.toContain(secret);
    for (const { command } of processes) {
      expect(command).not.toContain(secret);
      expect(command).not.toContain('set-up.iso');
    }
  }
  const setUp = JSON.parse(await run.ok('setup', 'status', '--json'));
  expect(setUp.workspaces).toMatchObject([{ setUp: { phase: 'done' } }, { setUp: { phase: 'done' } }]);
  // What installer and agent wrote in the guest is here, as the installer's log file there has it.
  for (const { id } of setUp.workspaces) {
    const folder = join(run.home, 'data/workspaces', id, 'guest-logs');
    expect(readFileSync(join(folder, 'install.log'), 'utf8')).toMatch(
      /stage: copy.*ends with code (0|3010)/s,
    );
    const { files } = JSON.parse(await run.ok('setup', 'logs', '--workspace', id, '--json'));
    expect(files.map(({ file }: { file: string }) => file)).toEqual([
      join(folder, 'agent.log'),
      join(folder, 'install.log'),
    ]);
    expect(readFileSync(join(folder, 'agent.log'), 'utf8')).toMatch(/listening on/);
  }
}, 300_000);
