import { existsSync } from 'node:fs';
import { glob, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xpanePaths } from '../../src/shared/paths.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { startXDesktop, waitFor, type XDesktop } from '../component/fixtures/x-desktop.ts';
import { killQuietly, XPaneRun } from './fixtures/xpane-run.ts';

const patienceMs = 30_000;

/** A file of the host in Notepad of the real guest: opened, edited, saved, and back on the host whatever is killed. */
describe('a file of the host that is edited in the guest', () => {
  let desktop: XDesktop;
  let run: XPaneRun;
  let folder: string;
  let file: string;

  const content = () => readFile(file, 'utf8');
  const notepad = () =>
    desktop.waitForWindow(({ title }) => /^\[XP\] Letter(\.txt)? - Notepad$/.test(title), patienceMs);

  /** Types at the end of the text. */
  async function type(text: string): Promise<void> {
    const { id } = await notepad();
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(id));
    await desktop.key('ctrl+End');
    await desktop.type(text);
  }

  /** The copy in the guest, as it lies in the sandbox's own disk. */
  async function copyInGuest(): Promise<string> {
    const { disk } = workspaceFiles(xpanePaths(run.env).data, 'builtin', 'sandbox');
    // Beside it Wine has a link that leads to all of the host.
    const pattern = join(disk, 'drive_c/users/*/**/XPane/Files/*/Letter.txt');
    for await (const found of glob(pattern)) return readFile(found, 'utf8');
    throw new Error('the guest has no copy');
  }

  beforeAll(async () => {
    desktop = await startXDesktop({ size: { width: 1024, height: 768 } });
    run = await XPaneRun.prepare({ backend: 'sandbox', env: desktop.env });
    folder = await mkdtemp(join(tmpdir(), 'xpane-letters-'));
    file = join(folder, 'Letter.txt');
    await writeFile(file, 'one');
  });
  afterAll(async () => {
    await run?.stop();
    await desktop?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('opens', async () => {
    expect(await run.ok('open', '--wait', '--with', 'Notepad', file)).toBe(
      'Letter.txt: open in the guest.\n',
    );
    await notepad();
  });

  it('comes back when it is saved', async () => {
    await type(' two');
    await desktop.key('ctrl+s');
    await waitFor('the change', async () => (await content()) === 'one two', patienceMs);
    expect(await readdir(folder)).toEqual(['Letter.txt']);
  });

  it('comes back at the next start, when the service is killed just after it was saved', async () => {
    await type(' three');
    const { processId } = await run.state();
    await desktop.key('ctrl+s');
    await waitFor('the save', async () => (await copyInGuest()) === 'one two three', patienceMs);
    killQuietly(processId);
    await waitFor('the end', async () => !existsSync(`/proc/${processId}`));
    expect(['one two', 'one two three']).toContain(await content());
    await run.ok('start');
    await waitFor('the change', async () => (await content()) === 'one two three', patienceMs);
    expect(await readdir(folder)).toEqual(['Letter.txt']);
  });

  it('opens again; a stop waits for what was saved last', async () => {
    await run.ok('open', '--wait', '--with', 'Notepad', file);
    await type(' four');
    await desktop.key('ctrl+s');
    await waitFor('the save', async () => (await copyInGuest()) === 'one two three four', patienceMs);
    await run.ok('stop');
    expect(await content()).toBe('one two three four');
  });

  it('is kept twice when it was changed on the host, too', async () => {
    await run.ok('open', '--wait', '--with', 'Notepad', file);
    await type(' five');
    await writeFile(file, 'mine');
    await desktop.key('ctrl+s');
    const beside = await waitFor(
      'both',
      async () =>
        (await readdir(folder)).find((name) => /^Letter \(from Built-in guest, .*\)\.txt$/.test(name)),
      patienceMs,
    );
    expect(await readdir(folder)).toHaveLength(2);
    expect(await content()).toBe('mine');
    await waitFor('its content', async () =>
      (await readFile(join(folder, beside), 'utf8')).endsWith(' five'),
    );
    expect(await run.ok('status')).toContain('It was changed here, too');
  });

  it('does not go there when it is a program, or nothing', async () => {
    await writeFile(join(folder, 'setup.exe'), 'MZ');
    expect(await run.xpane('open', join(folder, 'setup.exe'))).toMatchObject({
      code: 12,
      stderr: expect.stringContaining('Programs do not go into the guest'),
    });
    expect(await run.xpane('open', join(folder, 'nothing.txt'))).toMatchObject({ code: 12 });
  });
});
