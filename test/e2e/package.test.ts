import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xpanePaths } from '../../src/shared/paths.ts';
import { startXDesktop, waitFor, type XDesktop } from '../component/fixtures/x-desktop.ts';

const run = promisify(execFile);

/** The single executable: no Node, no checkout beside it. */
describe('the packaged XPane', () => {
  let folder: string;
  let program: string;
  let desktop: XDesktop;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xpane-pkg-'));
    program = join(folder, 'xpane');
    const script = resolve(import.meta.dirname, '../../scripts/package.ts');
    await run(process.execPath, [script, '--out', program], { timeout: 240_000 });
    desktop = await startXDesktop();
    const { cache } = xpanePaths();
    env = {
      ...desktop.env,
      PATH: '/usr/bin:/bin',
      XPANE_HOME: join(folder, 'h'),
      XPANE_CACHE: cache,
      XPANE_BACKEND: 'sandbox',
    };
  });

  afterAll(async () => {
    await xpane('quit').catch(() => undefined);
    await desktop?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const xpane = async (...args: string[]) => (await run(program, args, { env, timeout: 60_000 })).stdout;

  it('is one executable file', async () => {
    const { mode, size } = await stat(program);
    expect(mode & 0o111).not.toBe(0);
    expect(size).toBeLessThan(200e6);
    expect(await xpane('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('starts its service and guest, and lists the applications', async () => {
    await xpane('start');
    const { applications } = JSON.parse(await xpane('apps', '--json')) as {
      applications: { name: string }[];
    };
    expect(applications.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Notepad', 'WordPad', 'Minesweeper']),
    );
  });

  it('shows an application on the desktop', async () => {
    await xpane('launch', 'Minesweeper');
    await desktop.waitForWindow(({ title }) => title === '[XP] WineMine', 20_000);
  });

  it('ends what it started', async () => {
    await xpane('quit');
    await waitFor('no process to be left', async () => {
      const { stdout } = await run('pgrep', ['-f', folder]).catch(() => ({ stdout: '' }));
      return stdout.trim() === '';
    });
  });
});
