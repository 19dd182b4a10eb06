import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { openByApplication } from '../../src/integration/files/host-application.ts';
import { loanVariable, useOfFolders } from '../../src/integration/files/host-use.ts';
import { waitFor } from './fixtures/wait-for.ts';

let root: string;
let env: NodeJS.ProcessEnv;
const self = { command: '/usr/bin/node', args: ['/opt/xpane/src/xpane.ts'] };
const mark = '00000000000000a1';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'xpane-host-application-'));
  const [data, config] = [join(root, 'data'), join(root, 'config')];
  for (const folder of ['data/applications', 'config', 'papers']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  // The types of files that this computer knows, and none of its applications.
  mkdirSync(join(root, 'system'));
  symlinkSync('/usr/share/mime', join(root, 'system/mime'));
  env = {
    ...{ PATH: process.env.PATH, HOME: root, XDG_DATA_HOME: data, XDG_CONFIG_HOME: config },
    XDG_DATA_DIRS: join(root, 'system'),
  };
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program of the user's that notes what it was given. */
function application(id: string, { more = '', exec = `${join(root, id)}.sh %f` } = {}): void {
  const program = join(root, `${id}.sh`);
  writeFileSync(program, `#!/bin/sh\nprintf '%s|%s' "$1" "$${loanVariable}" > '${join(root, id)}.given'\n`);
  chmodSync(program, 0o755);
  const entry = `[Desktop Entry]\nType=Application\nName=${id}\nExec=${exec}\nMimeType=application/pdf;\n${more}`;
  writeFileSync(join(root, 'data/applications', `${id}.desktop`), entry);
}
const prefer = (type: string, ...ids: string[]) =>
  writeFileSync(
    join(root, 'config/mimeapps.list'),
    `[Default Applications]\n${type}=${ids.join(';')}\n[Added Associations]\n${type}=${ids.join(';')};\n`,
  );
const paper = (name: string, content = '%PDF-1.4') => {
  const path = join(root, 'papers', name);
  writeFileSync(path, content);
  return path;
};
const open = (path: string) => openByApplication(path, { env, self, mark });
const given = (id: string) =>
  waitFor(`${id} to be started`, () => {
    const file = join(root, `${id}.given`);
    return existsSync(file) && readFileSync(file, 'utf8').includes('|') && readFileSync(file, 'utf8');
  });

test('the user’s own application opens it, by its name’s kind, with a mark', async () => {
  application('viewer');
  prefer('application/pdf', 'viewer.desktop');
  // What a browser would run by its content.
  const path = paper('Ünı "a" $(b) %f.pdf', '<html><script>');
  await open(path);
  expect(await given('viewer')).toBe(`${path}|${mark}`);
});

test.each([
  ['xpane-office-1234.desktop', {}],
  ['own', { exec: '/usr/bin/node /opt/xpane/src/xpane.ts open %f' }],
  ['moved', { exec: 'env XPANE_HOME=/x /opt/bin/xpane open %f' }],
  ['terminal', { more: 'Terminal=true\n' }],
])('never XPane itself, nor what needs a terminal: %s', async (id, entry) => {
  const name = id.replace('.desktop', '');
  application(name, entry);
  prefer('application/pdf', `${name}.desktop`);
  const path = paper('a.pdf');
  await expect(open(path)).rejects.toMatchObject({ code: 'host-open.no-application' });
  application('viewer');
  prefer('application/pdf', `${name}.desktop`, 'viewer.desktop');
  await open(path);
  expect(await given('viewer')).toContain(path);
  expect(existsSync(join(root, `${name}.given`))).toBe(false);
});

test.each(['a.sh', 'a.desktop', 'a.exe', 'a.py', 'a.jar', 'a.deb', 'a.js', 'a.AppImage'])(
  'never what would be run: %s',
  async (name) => {
    application('runner');
    const types = [
      'application/x-shellscript',
      'application/x-desktop',
      'text/x-python',
      'application/java-archive',
    ];
    for (const type of types) prefer(type, 'runner.desktop');
    await expect(open(paper(name, 'x'))).rejects.toMatchObject({
      code: /^host-open\.(program|no-application)$/,
    });
    expect(existsSync(join(root, 'runner.given'))).toBe(false);
  },
);

test('a program that is not there is told', async () => {
  application('gone', { exec: '/nowhere/gone %f' });
  prefer('application/pdf', 'gone.desktop');
  await expect(open(paper('a.pdf'))).rejects.toMatchObject({ code: 'host-open.failed' });
});

test('who has something of a folder open, who writes, and what was started for it, is seen', async () => {
  const folders = new Map([
    [mark, join(root, 'papers')],
    ['00000000000000b2', join(root, 'data')],
  ]);
  const nobody = { open: false, writing: false, running: false };
  expect((await useOfFolders(folders)).get(mark)).toEqual(nobody);
  const path = paper('a.pdf');
  const started = async (script: string, environment: NodeJS.ProcessEnv = {}) => {
    const child = spawn('sh', ['-c', script], {
      env: { ...env, ...environment },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill());
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return async () => {
      child.kill();
      await new Promise((resolve) => child.once('close', resolve));
    };
  };
  let stop = await started(`exec 5<'${path}'; echo; read x`);
  expect((await useOfFolders(folders)).get(mark)).toEqual({ ...nobody, open: true });
  await stop();
  stop = await started(`exec 5>>'${path}'; echo; read x`);
  expect((await useOfFolders(folders)).get(mark)).toEqual({ ...nobody, open: true, writing: true });
  await stop();
  stop = await started('echo; read x', { [loanVariable]: mark });
  expect(await useOfFolders(folders)).toEqual(
    new Map([
      [mark, { ...nobody, running: true }],
      ['00000000000000b2', nobody],
    ]),
  );
  await stop();
  expect((await useOfFolders(folders)).get(mark)).toEqual(nobody);
});
