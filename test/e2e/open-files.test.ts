import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xpanePaths } from '../../src/shared/paths.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { DragSource } from '../component/fixtures/drag-source.ts';
import { shellLink } from '../component/fixtures/shell-link.ts';
import { startXDesktop, waitFor, type XDesktop } from '../component/fixtures/x-desktop.ts';
import { killQuietly, XPaneRun } from './fixtures/xpane-run.ts';

const patienceMs = 30_000;

/**
 * A desktop with an application for a kind of files that saves as most do, by a rename, and the guest's lent for it:
 * variables for XPane.
 */
async function editorOfPapers(home: string): Promise<NodeJS.ProcessEnv> {
  const [data, config] = [join(home, 'desktop/data'), join(home, 'desktop/config')];
  const editor = join(home, 'desktop/editor');
  const type = 'application/x-xpane-paper';
  for (const folder of [config, join(data, 'applications'), join(data, 'mime/packages')]) {
    await mkdir(folder, { recursive: true });
  }
  const script =
    '#!/bin/sh\n{ cat "$1"; printf ", read here"; } > "$1.new"; sleep 2; mv "$1.new" "$1"; sleep 2\n';
  await writeFile(editor, script, { mode: 0o755 });
  const entry = `[Desktop Entry]\nType=Application\nName=Editor\nExec=${editor} %f\nMimeType=${type};\n`;
  await writeFile(join(data, 'applications/editor.desktop'), entry);
  await writeFile(join(config, 'mimeapps.list'), `[Default Applications]\n${type}=editor.desktop\n`);
  const glob = `<glob pattern="*.paper"/>`;
  const info = 'http://www.freedesktop.org/standards/shared-mime-info';
  const types = `<mime-info xmlns="${info}"><mime-type type="${type}">${glob}</mime-type></mime-info>`;
  await writeFile(join(data, 'mime/packages/paper.xml'), types);
  execFileSync('update-mime-database', [join(data, 'mime')], { stdio: 'ignore' });
  return { XDG_DATA_HOME: data, XDG_CONFIG_HOME: config, XPANE_HOST_OPENS: 'paper' };
}

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
    Object.assign(run.env, await editorOfPapers(run.home));
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
    const before = await content();
    await run.ok('start');
    // Whether the guest had come to the end of the save nobody can tell: what is here is not replaced by it.
    if (before === 'one two three') return;
    const besides = async () => (await readdir(folder)).filter((name) => name.startsWith('Letter (from'));
    const [name = ''] = await waitFor(
      'the change',
      async () => {
        const found = await besides();
        return found.length > 0 ? found : undefined;
      },
      patienceMs,
    );
    expect(await readFile(join(folder, name), 'utf8')).toBe('one two three');
    expect(await content()).toBe('one two');
    // The user takes it.
    await rename(join(folder, name), file);
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
    await waitFor('two files', async () => (await readdir(folder)).length === 2);
    expect(await content()).toBe('mine');
    await waitFor('its content', async () =>
      (await readFile(join(folder, beside), 'utf8')).endsWith(' five'),
    );
    expect(await run.ok('status')).toContain('It was changed here, too');
  });

  it('takes its folder with it, and what is saved in that comes back to its place', async () => {
    const main = join(folder, 'book', 'Book.txt');
    await mkdir(join(folder, 'book', 'parts'), { recursive: true });
    await writeFile(main, 'see parts/one.txt');
    await writeFile(join(folder, 'book', 'parts', 'one.txt'), 'one');
    await run.ok('open', '--wait', '--with', 'Notepad', '--folder', main);
    const { disk } = workspaceFiles(xpanePaths(run.env).data, 'builtin', 'sandbox');
    const pattern = join(disk, 'drive_c/users/*/**/XPane/Files/*/parts/one.txt');
    let part = '';
    for await (const found of glob(pattern)) part = found;
    expect(await readFile(part, 'utf8')).toBe('one');
    // As an application saves.
    await writeFile(part, 'one, edited there');
    await writeFile(join(dirname(part), 'two.txt'), 'two');
    const parts = join(folder, 'book', 'parts');
    const here = (name: string) => readFile(join(parts, name), 'utf8').catch(() => '');
    await waitFor(
      'both',
      async () => (await here('one.txt')) === 'one, edited there' && (await here('two.txt')) === 'two',
      patienceMs,
    );
    // A save that was told of twice comes twice.
    const names = async () => (await readdir(parts)).sort().join();
    await waitFor('nothing else', async () => (await names()) === 'one.txt,two.txt', patienceMs);
  });

  it('the other way: a file of the guest opens here, and what is saved here is there', async () => {
    const { disk } = workspaceFiles(xpanePaths(run.env).data, 'builtin', 'sandbox');
    const paper = join(disk, 'drive_c/papers/Report.paper');
    await mkdir(dirname(paper));
    await writeFile(paper, 'written there');
    const programs = join(disk, 'drive_c/ProgramData/Microsoft/Windows/Start Menu/Programs');
    await writeFile(join(programs, 'Report.lnk'), shellLink('C:\\papers\\Report.paper'));
    await waitFor('its shortcut', async () => (await run.ok('apps')).includes('Report'), patienceMs);
    await run.ok('launch', 'Report');
    await waitFor(
      'what was saved here',
      async () => (await readFile(paper, 'utf8')) === 'written there, read here',
      patienceMs,
    );
    const copies = join(xpanePaths(run.env).data, 'from-guest/builtin');
    const [copy = ''] = (await readdir(copies, { recursive: true })).filter((name) => name.includes('/'));
    expect((await stat(join(copies, dirname(copy)))).mode & 0o777).toBe(0o700);
    // Once more, and everything is killed before it is saved here.
    await run.ok('launch', 'Report');
    await waitFor('the program here', () => existsSync(join(copies, `${copy}.new`)), patienceMs);
    const { processId } = await run.state();
    killQuietly(processId);
    await waitFor('the end', () => !existsSync(`/proc/${processId}`));
    const newest = 'written there, read here, read here';
    await waitFor(
      'the save',
      async () => (await readFile(join(copies, copy), 'utf8')) === newest,
      patienceMs,
    );
    await run.ok('start');
    await waitFor('it in the guest', async () => (await readFile(paper, 'utf8')) === newest, patienceMs);
    expect(await readdir(dirname(paper))).toEqual(['Report.paper']);
  });

  it('dropped on a window of the guest it is open there, and comes back', async () => {
    const dropped = join(folder, 'Dropped é.txt');
    await writeFile(dropped, 'dropped');
    await run.ok('launch', 'Notepad');
    const wanted = /^\[XP\] Untitled - Notepad$/;
    const { id, content: place } = await desktop.waitForWindow(({ title }) => wanted.test(title), patienceMs);
    const source = await DragSource.open(desktop.display);
    try {
      source.enter(id, { types: ['text/uri-list'], list: `${pathToFileURL(dropped)}\r\n` });
      await source.moveTo(id, { x: place.x + 60, y: place.y + 60 });
      expect(await source.drop(id, 1)).toEqual([id, 1, source.atoms.XdndActionCopy, 0, 0]);
    } finally {
      await source.close();
    }
    const { id: taker } = await desktop.waitForWindow(
      ({ title }) => title === '[XP] Dropped é.txt - Notepad',
      patienceMs,
    );
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(taker));
    await desktop.key('ctrl+End');
    await desktop.type(' here');
    await desktop.key('ctrl+s');
    const isBack = async () => (await readFile(dropped, 'utf8')) === 'dropped here';
    await waitFor('the change', isBack, patienceMs);
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
