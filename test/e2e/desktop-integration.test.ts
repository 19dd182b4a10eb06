import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xpanePaths } from '../../src/shared/paths.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { startXDesktop, waitFor, type XDesktop } from '../component/fixtures/x-desktop.ts';
import { XPaneRun } from './fixtures/xpane-run.ts';

const patienceMs = 30_000;
/** What a user may wait for a shortcut that was renamed in the guest. */
const reconciledMs = 5_000;

/** The built-in guest's applications in a user's desktop, which has no other text editor. */
describe('published applications in the desktop', () => {
  let desktop: XDesktop;
  let run: XPaneRun;
  let folder: string;

  const applications = () => join(folder, 'data/applications');
  const tool = (command: string, ...args: string[]) => desktop.tool('env', ...variables(), command, ...args);
  const variables = () => [
    ...[`HOME=${folder}`, `XDG_DATA_HOME=${folder}/data`, `XDG_CONFIG_HOME=${folder}/config`],
    ...[`XDG_DATA_DIRS=${folder}/shared:/usr/share`, `XPANE_HOME=${run.home}`],
  ];
  const entries = async () =>
    (await readdir(applications()).catch(() => [])).filter((name) => name.endsWith('.desktop'));
  /** The entry's name and its lines. */
  async function entryNamed(name: string) {
    for (const id of await entries()) {
      const text = await readFile(join(applications(), id), 'utf8').catch(() => '');
      if (text.includes(`\nName=${name}\n`)) return { id, text };
    }
    return undefined;
  }
  const value = (text: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
  const windowTitled = (title: RegExp) => desktop.waitForWindow((each) => title.test(each.title), patienceMs);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xpane-home-'));
    desktop = await startXDesktop({ size: { width: 1024, height: 768 } });
    run = await XPaneRun.prepare({
      backend: 'sandbox',
      env: {
        ...desktop.env,
        ...{ HOME: folder, XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') },
        ...{ XDG_DATA_DIRS: `${folder}/shared:/usr/share` },
      },
    });
  });
  afterAll(async () => {
    await run?.stop();
    await desktop?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('are there once the guest has told of them, and are valid', async () => {
    expect(await run.ok('integrate', 'on')).toBe('This desktop has 0 published applications.\n');
    await run.ok('start');
    await waitFor('all of them', async () => (await entries()).length === 11, reconciledMs);
    expect(value((await entryNamed('Notepad'))?.text ?? '', 'MimeType')).toContain('text/plain;');
    for (const id of await entries())
      expect(await tool('desktop-file-validate', join(applications(), id))).toBe('');
  });

  it('start from the menu, and their windows belong to the entry', async () => {
    const notepad = await entryNamed('Notepad');
    await tool('gtk-launch', notepad?.id ?? '');
    const { id } = await windowTitled(/ - Notepad$/);
    expect(await tool('xprop', '-id', String(id), 'WM_CLASS')).toContain(
      `, "${value(notepad?.text ?? '', 'StartupWMClass')}"`,
    );
    await desktop.tool('xdotool', 'windowclose', String(id));
  });

  it('open files by the file manager', async () => {
    const file = join(folder, 'My letter.txt');
    await writeFile(file, 'Dear host');
    const notepad = await entryNamed('Notepad');
    await tool('gio', 'mime', 'text/plain', notepad?.id ?? '');
    await tool('gio', 'open', file);
    await windowTitled(/^\[XP\] My letter(\.txt)? - Notepad$/);
  });

  it('follow a shortcut that is renamed in the guest', async () => {
    const { disk } = workspaceFiles(xpanePaths(run.env).data, 'builtin', 'sandbox');
    const menu = join(disk, 'drive_c/ProgramData/Microsoft/Windows/Start Menu/Programs');
    await rename(join(menu, 'Games/Minesweeper.lnk'), join(menu, 'Accessories/Find the mines.lnk'));
    const renamed = async () => !(await entryNamed('Minesweeper')) && (await entryNamed('Find the mines'));
    await waitFor('the new name', renamed, reconciledMs);
  });

  it('go when they are switched off', async () => {
    expect(await run.ok('integrate', 'off')).toContain('no published applications');
    expect(await entries()).toEqual([]);
    expect(existsSync(join(folder, 'data/icons'))).toBe(false);
    expect(existsSync(join(folder, 'config/menus'))).toBe(false);
    expect(await readFile(join(folder, 'config/mimeapps.list'), 'utf8')).not.toContain('xpane-');
  });
});
