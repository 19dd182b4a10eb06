import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  autostartEntry,
  autostartFile,
  removeOwnAutostart,
} from '../../../src/integration/autostart-entry.ts';
import {
  installNativeHost,
  nativeHostState,
  removeNativeHost,
} from '../../../src/integration/browser/native-host.ts';
import {
  becomeUrlHandler,
  endUrlHandler,
  urlHandlerEntry,
} from '../../../src/integration/browser/url-handler.ts';
import { isOfThisHome } from '../../../src/integration/exec-line.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-other-home-'));
  env = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), PATH: process.env.PATH };
});
afterEach(() => rmSync(folder, { recursive: true }));

const self = { command: '/opt/xpane', args: [] };
/** An XPane of the same user with a home of its own. */
const other = () => ({ ...env, XPANE_HOME: join(folder, 'a $home') });
function write(file: string, content: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

test('an entry is of the home that it starts, wherever the program lies', () => {
  const homes = [undefined, '/h', '/h/i', '/a $home'];
  const envs = homes.map((XPANE_HOME) => (XPANE_HOME ? { XPANE_HOME } : {}));
  for (const written of envs) {
    const entry = autostartEntry(
      { command: '/somewhere/else', args: ['x'] },
      { ...written, XPANE_CACHE: '/c' },
    );
    expect(envs.filter((each) => isOfThisHome(entry, each))).toEqual([written]);
  }
});

test('the start at log-in of another home stays', () => {
  const file = write(autostartFile(env), autostartEntry(self, other()));
  expect([removeOwnAutostart(env), existsSync(file)]).toEqual([false, true]);
  expect([removeOwnAutostart(other()), existsSync(file)]).toEqual([true, false]);
  expect(removeOwnAutostart(env)).toBe(true);
});

test('links that go to another home stay there', async () => {
  const file = write(
    join(folder, '.local/share/applications/xpane-url.desktop'),
    urlHandlerEntry(self, other()),
  );
  const list = write(join(folder, 'config/mimeapps.list'), 'x-scheme-handler/http=xpane-url.desktop;\n');
  const place = { self, env, remembered: join(folder, 'browsers-before.json') };
  await expect(endUrlHandler(place)).rejects.toMatchObject({ code: 'browser.other-home' });
  await expect(becomeUrlHandler(place)).rejects.toMatchObject({ code: 'browser.other-home' });
  expect(existsSync(place.remembered)).toBe(false);
  expect([readFileSync(file, 'utf8'), readFileSync(list, 'utf8')]).toEqual([
    urlHandlerEntry(self, other()),
    'x-scheme-handler/http=xpane-url.desktop;\n',
  ]);
});

test('browsers that ask another home go on to', async () => {
  mkdirSync(join(folder, 'config/chromium'), { recursive: true });
  const theirs = { self, env: other(), dataFolder: join(folder, 'theirs') };
  const ours = { self, env, dataFolder: join(folder, 'ours') };
  await installNativeHost(theirs);
  expect(await removeNativeHost(ours)).toBe(false);
  expect((await nativeHostState(ours)).manifests).toHaveLength(1);
  expect(existsSync(join(folder, 'theirs/native-messaging.sh'))).toBe(true);
  expect(await removeNativeHost(theirs)).toBe(true);
  expect((await nativeHostState(ours)).manifests).toEqual([]);
});
