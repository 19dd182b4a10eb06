import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DesktopWorkspace } from '../../src/integration/applications/desktop-application.ts';
import { nameMark } from '../../src/integration/applications/file-names.ts';
import { publishApplications, withdrawApplications } from '../../src/integration/applications/publish.ts';
import { silentLog } from '../../src/shared/log.ts';
import { application, icon, PublishedDesktop, workspace } from './fixtures/published-desktop.ts';
import { waitFor } from './fixtures/wait-for.ts';
import { processes } from './fixtures/xpane-processes.ts';

let desktop: PublishedDesktop;
beforeEach(() => {
  desktop = new PublishedDesktop();
});
afterEach(() => desktop.remove());

const publish = (...workspaces: DesktopWorkspace[]) =>
  publishApplications(desktop.place, workspaces, silentLog);
const entryOf = (number: number, id = 'builtin') =>
  `${nameMark(desktop.place.home)}.${id}.${number.toString(16).padStart(16, '0')}.desktop`;
const inData = (...path: string[]) => join(desktop.folder, 'data', ...path);
const textOf = (entry: string) => readFileSync(inData('applications', entry), 'utf8');
const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
const defaultOf = async (type: string) =>
  /Default application for .*: (.*)/.exec(await desktop.run('gio', 'mime', type))?.[1];

/** As a hostile guest would have it, after the bridge cleaned it. */
const evil = 'a\\nExec=rm %f ;$(x)`y` "q" <Menu>&amp; Name=%U';

test('entries are valid, whatever a guest calls its applications, and start them by ids', async () => {
  await publish(
    workspace([
      application(1, 'Notepad', { icon: icon('a'.repeat(16), 16, 32, 48), extensions: ['txt', 'rtf'] }),
      application(2, evil, { folder: [evil], target: evil, extensions: ['xpt', 'c++'] }),
      application(3, '=;#[Desktop Entry]', { folder: [], windowClass: 'xpane-builtin-x' }),
    ]),
    workspace([application(1, 'Notepad')], { id: 'xp', name: 'Office; 2003', hasScreen: false }),
  );
  const files = [...desktop.files('.desktop'), ...desktop.files('.directory')];
  expect(files.length).toBe(4 + 6);
  for (const file of files) {
    // It prints warnings with 0, too.
    expect(execFileSync('desktop-file-validate', [join(desktop.folder, file)], { encoding: 'utf8' })).toBe(
      '',
    );
  }
  expect(textOf(entryOf(1)).split('\n')).toEqual(
    expect.arrayContaining([
      'Name=Notepad (Built-in guest)',
      'StartupWMClass=xpane-builtin-notepad',
      'Categories=Utility;TextEditor;',
      'MimeType=application/rtf;text/plain;',
      'Actions=open;screen;',
    ]),
  );
  expect(textOf(entryOf(1, 'xp'))).toContain('Name=Notepad (Office; 2003)\n');
  expect(
    textOf(entryOf(2))
      .match(/^Exec=.*$/gm)
      ?.join(),
  ).not.toContain('rm');
  // No text of the guest is in it.
  const menu = readFileSync(join(desktop.folder, desktop.files('.menu')[0] ?? ''), 'utf8');
  expect(menu).toContain(`<Filename>${entryOf(1, 'xp')}</Filename>`);
  expect(menu).not.toContain('Exec');

  await desktop.run('gio', 'launch', inData('applications', entryOf(2)), '/tmp/a b.xpt');
  await waitFor('the start', () => desktop.started.length === 1, 10_000);
  expect(desktop.started[0]).toEqual([
    ...['launch', '--tell', 'desktop', '--workspace', 'builtin', '0000000000000002', '/tmp/a b.xpt'],
  ]);
  const png = PNG.sync.read(
    readFileSync(inData('icons/hicolor/32x32/apps', `${nameMark(desktop.place.home)}.${'a'.repeat(16)}.png`)),
  );
  expect([png.width, png.height]).toEqual([32, 32]);
});

test('files open by the file manager in the guest, and whoever was the default stays it', async () => {
  expect(await defaultOf('text/plain')).toBe('editor.desktop');
  expect(await defaultOf('text/x-log')).toBe('editor.desktop');
  desktop.installEditor('shared/applications/writer.desktop', 'Writer', 'application/rtf;');
  desktop.write('config/mimeapps.list', '[Default Applications]\napplication/rtf=writer.desktop\n');
  await publish(workspace([application(1, 'Notepad', { extensions: ['txt', 'log', 'rtf'] })]));
  await publish(
    workspace([
      application(1, 'Notepad', { extensions: ['txt', 'log', 'rtf'] }),
      application(2, 'Plotter', { extensions: ['xpt'] }),
    ]),
  );
  expect(await desktop.run('gio', 'mime', 'text/plain')).toContain(entryOf(1));
  expect(await defaultOf('text/plain')).toBe('editor.desktop');
  expect(await defaultOf('text/x-log')).toBe('editor.desktop');
  expect(await defaultOf('application/rtf')).toBe('writer.desktop');
  // Nothing else opens it, and nothing else knew it.
  expect(await defaultOf('application/x-xpane-xpt')).toBe(entryOf(2));

  const plot = desktop.write('files/My plot.xpt', 'plot');
  await desktop.run('gio', 'open', plot);
  await waitFor('gio open', () => desktop.started.length === 1, 10_000);
  expect(desktop.started[0]?.slice(-2)).toEqual(['0000000000000002', plot]);
  // The user's own choice stands.
  await desktop.run('gio', 'mime', 'text/plain', entryOf(1));
  await publish(
    workspace([
      application(1, 'Notepad', { extensions: ['txt', 'log'] }),
      application(2, 'Plotter', { extensions: ['xpt'] }),
    ]),
  );
  expect(await defaultOf('text/plain')).toBe(entryOf(1));
  const letter = desktop.write('files/Letter.txt', 'letter');
  await desktop.run('xdg-open', letter);
  await waitFor('xdg-open', () => desktop.started.length === 2, 10_000);
  expect(desktop.started[1]?.slice(-2)).toEqual(['0000000000000001', letter]);
});

test('what changes is brought up to date, and only that; nothing stays at the end', async () => {
  desktop.write('data/applications/own.desktop', '[Desktop Entry]\nType=Application\nName=Own\nExec=own\n');
  desktop.write('data/applications/mimeapps.list', '[Added Associations]\ntext/plain=own.desktop;\n');
  desktop.write('data/applications/xpane-url.desktop', '[Desktop Entry]\nType=Application\nName=U\nExec=u\n');
  const before = desktop.tree();
  const notepad = application(1, 'Notepad', { icon: icon('a'.repeat(16), 16), extensions: ['txt', 'log'] });
  await publish(workspace([notepad, application(2, 'Own', { icon: icon('b'.repeat(16), 16) })]));
  expect(textOf(entryOf(2))).toContain('Name=Own (Built-in guest)\n');
  expect(desktop.files('.png')).toHaveLength(2);
  const written = statSync(inData('applications', entryOf(1))).mtimeMs;
  await publish(workspace([notepad, application(3, 'Moved', { folder: ['Elsewhere'] })]));
  expect(statSync(inData('applications', entryOf(1))).mtimeMs).toBe(written);
  expect(desktop.files('.png')).toHaveLength(1);
  expect(desktop.files('.directory')).toHaveLength(3);
  expect(desktop.files(entryOf(2))).toEqual([]);
  await desktop.run('gio', 'mime', 'text/plain', entryOf(1));
  await withdrawApplications(desktop.place, silentLog);
  const { 'config/mimeapps.list': chosen, ...after } = desktop.tree();
  expect(after).toEqual(before);
  expect(chosen).not.toContain('xpane-');
});

test('killed at any moment, no entry is half, and the next service makes all right', async () => {
  const script = fileURLToPath(new URL('fixtures/publish-for-ever.ts', import.meta.url));
  /** What is being written just now, and how much is already there. */
  const moments = [
    { folder: inData('icons/hicolor/32x32/apps'), others: 4 },
    { folder: inData('applications'), others: 0 },
    { folder: inData('applications'), others: 24 },
  ];
  const isWriting = ({ folder, others }: (typeof moments)[number]) => {
    const names = namesIn(folder);
    return names.some((name) => name.endsWith('.tmp')) && names.length > others;
  };
  for (const moment of moments) {
    const child = spawn(process.execPath, [script, JSON.stringify(desktop.place)], { stdio: 'ignore' });
    const deadline = performance.now() + 20_000;
    while (!isWriting(moment) && performance.now() < deadline) await new Promise(setImmediate);
    expect(performance.now()).toBeLessThan(deadline);
    child.kill('SIGKILL');
    await once(child, 'close');
    const entries = desktop.files('.desktop');
    if (entries.length > 0) {
      execFileSync(
        'desktop-file-validate',
        entries.map((file) => join(desktop.folder, file)),
      );
    }
    for (const file of entries) expect(readFileSync(join(desktop.folder, file), 'utf8')).toMatch(/\n$/);
    for (const file of desktop.files('.png')) PNG.sync.read(readFileSync(join(desktop.folder, file)));
  }
  desktop.write('data/applications/mimeapps.list.0123456789ab.tmp', 'half');
  await publish(workspace([application(1, 'Notepad', { extensions: ['txt'] })]));
  expect(desktop.files('.desktop')).toEqual([`data/applications/${entryOf(1)}`]);
  expect(desktop.files('.png')).toEqual([]);
  expect(desktop.files('.tmp')).toEqual([]);
  expect(await defaultOf('text/plain')).toBe('editor.desktop');
  await withdrawApplications(desktop.place, silentLog);
  expect(desktop.tree()).toEqual({});
});

test('an entry that starts nothing tells why by a notification, and one that is given files opens them', async () => {
  const home = processes();
  try {
    const shown = desktop.write(
      'notify-send',
      `#!/bin/sh\nprintf '%s\\n' "$@" > "${desktop.folder}/shown"\n`,
    );
    chmodSync(shown, 0o700);
    const env = {
      ...{ PATH: `${desktop.folder}:${process.env.PATH}`, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' },
    };
    const { code } = await home.xpane(['launch', '--tell', 'desktop', 'Secret'], env);
    expect(code).toBe(6);
    expect(readFileSync(join(desktop.folder, 'shown'), 'utf8')).toContain('The guest denied access.');
    const opened = await home.xpane(['launch', 'Notepad', '/tmp/a', '/tmp/b', '--json']);
    expect(JSON.parse(opened.stdout)).toMatchObject({ opened: false, names: ['/tmp/a', '/tmp/b'] });
  } finally {
    await home.clean();
  }
}, 60_000);
