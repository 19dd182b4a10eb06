import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from './fixtures/wait-for.ts';
import { type Processes, processes } from './fixtures/xpane-processes.ts';

let home: Processes;
let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = processes();
  folder = mkdtempSync(join(tmpdir(), 'xpane-handler-'));
  env = {
    ...{ PATH: process.env.PATH, HOME: folder, DISPLAY: ':77', LANG: 'C.UTF-8' },
    ...{ XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') },
    ...{ XDG_DATA_DIRS: join(folder, 'shared'), XDG_CONFIG_DIRS: join(folder, 'shared') },
  };
  for (const name of ['data/applications', 'config', 'shared'])
    mkdirSync(join(folder, name), { recursive: true });
});
afterEach(async () => {
  await home.clean();
  rmSync(folder, { recursive: true });
});

const told = () => {
  const file = join(folder, 'opened');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
};
/** The user's browser and mail program: writes down what it is to open, then does `then`. */
function installBrowser(then = ''): void {
  const program = join(folder, 'browser.sh');
  writeFileSync(program, `#!/bin/sh\necho "$1" >> "${folder}/opened"\n${then}\n`);
  chmodSync(program, 0o700);
  const entry = ['[Desktop Entry]', 'Type=Application', 'Name=Browser', `Exec=${program} %u`, ''];
  writeFileSync(join(folder, 'data/applications/test-browser.desktop'), entry.join('\n'));
  const types = ['http', 'https', 'mailto'].map((scheme) => `x-scheme-handler/${scheme}`);
  execFileSync('xdg-mime', ['default', 'test-browser.desktop', ...types], { env });
}
const xpane = (...args: string[]) => home.xpane(args, { ...env, XDG_CURRENT_DESKTOP: '' });
const handlerOf = (scheme: string, by = env) =>
  execFileSync('xdg-mime', ['query', 'default', `x-scheme-handler/${scheme}`], {
    env: by,
    encoding: 'utf8',
  }).trim();
/** As a program of the desktop does. What it says is not the test's matter. */
const openBy = (command: string, ...args: string[]) =>
  promisify(execFile)(command, args, { env, timeout: 30_000 }).catch(() => undefined);

test('switched on, links go to XPane, and from there to the browser that had them before', async () => {
  installBrowser();
  expect(JSON.parse((await xpane('integrate', 'url', 'status', '--json')).stdout).state).toBe('off');
  const on = JSON.parse((await xpane('integrate', 'url', 'on', '--json')).stdout);
  const browsers = {
    http: 'test-browser.desktop',
    https: 'test-browser.desktop',
    mailto: 'test-browser.desktop',
  };
  expect(on).toMatchObject({
    state: 'on',
    file: join(folder, 'data/applications/xpane-url.desktop'),
    browsers,
  });
  execFileSync('desktop-file-validate', [on.file]);

  await openBy('xdg-open', 'http://example.com/a?b=c&d');
  await waitFor('the browser', () => told().includes('http://example.com/a?b=c&d'), 20_000);
  await openBy('gio', 'open', 'http://example.com/gio');
  await waitFor('the browser', () => told().includes('http://example.com/gio'), 20_000);
  await openBy('gio', 'open', 'http://guest.example/');
  expect(told()).toHaveLength(2);

  // Again, which must not make XPane its own browser.
  expect(JSON.parse((await xpane('integrate', 'url', 'on', '--json')).stdout).browsers).toEqual(browsers);
  expect((await xpane('integrate', 'url', 'off')).stdout).toBe('Links do not go to XPane.\n');
  expect([handlerOf('http'), handlerOf('mailto'), existsSync(on.file)]).toEqual([
    'test-browser.desktop',
    'test-browser.desktop',
    false,
  ]);
}, 60_000);

/** A program before all others of its name. */
function installProgram(name: string, ...lines: string[]): void {
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, name), ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(join(programs, name), 0o700);
  env = { ...env, PATH: `${programs}:${process.env.PATH}` };
}

test('switched off, the browser is not forgotten before it has links back', async () => {
  installBrowser();
  await xpane('integrate', 'url', 'on');
  const before = env;
  const remembered = join(home.paths.config, 'browsers-before.json');
  const real = execFileSync('which', ['xdg-mime'], { encoding: 'utf8' }).trim();
  for (const broken of ['exit 4', `[ "$1" = query ] || exit 0; exec ${real} "$@"`]) {
    installProgram('xdg-mime', broken);
    expect((await xpane('integrate', 'url', 'off')).code).not.toBe(0);
    expect([existsSync(remembered), handlerOf('http', before)]).toEqual([true, 'xpane-url.desktop']);
  }
  env = before;
  expect((await xpane('integrate', 'url', 'off')).code).toBe(0);
  expect([existsSync(remembered), handlerOf('http')]).toEqual([false, 'test-browser.desktop']);
}, 60_000);

test('switched off where nobody opened links before, nothing is left', async () => {
  const list = join(folder, 'config/mimeapps.list');
  writeFileSync(list, '[Default Applications]\ntext/plain=xpane-url.desktop\n');
  await xpane('integrate', 'url', 'on');
  expect(readFileSync(list, 'utf8')).toContain('x-scheme-handler/http=xpane-url.desktop');
  expect((await xpane('integrate', 'url', 'off')).code).toBe(0);
  expect(readFileSync(list, 'utf8')).not.toContain('x-scheme-handler');
  expect(readFileSync(list, 'utf8')).toContain('text/plain=xpane-url.desktop');
  expect(readdirSync(join(folder, 'config'))).toEqual(['mimeapps.list']);
}, 60_000);

/** What is in the user's folders, with its content. */
function tree(): Record<string, string> {
  const all = ['data', 'config', '.config'].filter((name) => existsSync(join(folder, name)));
  const found = all.flatMap((name) =>
    readdirSync(join(folder, name), { withFileTypes: true, recursive: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() ? readFileSync(path, 'utf8') : 'folder'] as const;
    }),
  );
  return Object.fromEntries(found);
}

test('"integrate off" takes all away, also where no service can be started, and says so', async () => {
  installBrowser();
  installProgram('chromium', 'exit 0');
  const before = tree();
  for (const service of ['runs', 'dies']) {
    expect((await xpane('autostart', 'on')).code).toBe(0);
    expect((await xpane('integrate', 'url', 'on')).code).toBe(0);
    const manifest = join(folder, 'config/chromium/NativeMessagingHosts/xpane.links.json');
    if (service === 'runs') {
      const { links, manifests } = JSON.parse((await xpane('integrate', 'status', '--json')).stdout);
      expect([links, manifests]).toEqual(['on', [manifest]]);
      await xpane('quit');
    }
    env = { ...env, FIXTURE_SERVICE: service };
    const { code, stdout, stderr } = await xpane('integrate', 'off');
    expect(code === 0).toBe(service === 'runs');
    expect(service === 'runs' ? stdout : stderr).toMatch(
      service === 'runs' ? /^This desktop has no published applications[^\n]*\n[^\n]*\n$/ : /has no legs/,
    );
    const { [join(folder, 'config/autostart')]: _, ...after } = tree();
    expect(after).toEqual(before);
    await xpane('quit');
  }
}, 60_000);

test('a link that cannot even be asked about does not vanish silently, and opens nowhere', async () => {
  installBrowser();
  await xpane('integrate', 'url', 'on');
  installProgram('notify-send', `printf '%s\\n' "$@" > "${folder}/notice"`);
  env = { ...env, FIXTURE_SERVICE: 'dies', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };
  expect((await xpane('open-url', 'http://example.com/')).code).not.toBe(0);
  expect(readFileSync(join(folder, 'notice'), 'utf8')).toMatch(/A link was not opened\n[\s\S]*has no legs/);
  expect(told()).toEqual([]);
}, 60_000);

test('a browser that gives links back is not asked again and again', async () => {
  installBrowser('xdg-open "$1"; echo "ended $?" >> "$0.ended"');
  await xpane('integrate', 'url', 'on');
  expect((await xpane('open-url', 'http://example.com/')).code).toBe(0);
  await waitFor('the end of it', () => existsSync(join(folder, 'browser.sh.ended')), 30_000);
  expect(told()).toEqual(['http://example.com/']);
}, 60_000);

test('without any browser: a sentence, and nothing is started', async () => {
  await xpane('integrate', 'url', 'on');
  const { code, stderr } = await xpane('open-url', 'http://example.com/');
  expect([code, stderr.split('\n')[0]]).toEqual([
    11,
    'This computer has no program to open web links but XPane.',
  ]);
  expect((await xpane('open-url', 'https://forbidden.example/')).code).toBe(11);
  expect((await xpane('integrate', 'url', 'maybe')).code).toBe(2);
}, 60_000);

test('a browser lives on when the command that started it has ended', async () => {
  installBrowser('exec sleep 60 < /dev/null > /dev/null 2>&1 &\necho $! > "$0.pid"; wait');
  await xpane('integrate', 'url', 'on');
  await xpane('open-url', 'http://example.com/');
  const pid = Number(
    await waitFor(
      'its process',
      () =>
        existsSync(join(folder, 'browser.sh.pid')) &&
        readFileSync(join(folder, 'browser.sh.pid'), 'utf8').trim(),
    ),
  );
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  process.kill(pid);
}, 60_000);
