import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { menuModel } from '../../src/tray/menu-model.ts';
import { unpackHelper } from '../../src/tray/systray/helper-file.ts';
import { startHelper } from '../../src/tray/systray/helper-process.ts';
import { openSystrayIcon } from '../../src/tray/systray/systray-icon.ts';
import { isRunning } from './fixtures/running-tray.ts';
import { waitFor } from './fixtures/x-desktop.ts';

/** Helpers that misbehave, played by shell scripts behind the real systray2. */

const folder = mkdtempSync(join(tmpdir(), 'xpane-helper-'));
afterAll(() => rmSync(folder, { recursive: true }));

let scripts = 0;
function script(body: string): string {
  const path = join(folder, `script-${++scripts}`);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const open = (helperSource: string) =>
  openSystrayIcon({
    model: menuModel('absent'),
    onClick: (key) => clicks.push(key),
    cacheFolder: join(folder, 'cache'),
    owner: 'this test',
    drawnBy: 'panel',
    log: silentLog,
    helperSource,
    firstBackOffMs: 5,
  });
const clicks: string[] = [];
const ready = `echo '{"type":"ready"}'; read menu`;

test('no helper file', async () => {
  await expect(open(join(folder, 'none'))).rejects.toMatchObject({ code: 'tray.helper-missing' });
});

test('a missing library is named with the package that has it', async () => {
  const message =
    'tray: error while loading shared libraries: libappindicator3.so.1: cannot open shared object file';
  await expect(open(script(`echo '${message}' >&2; exit 127`))).rejects.toMatchObject({
    code: 'tray.library-missing',
    message: expect.stringContaining('libappindicator3.so.1'),
    hint: expect.stringContaining('libayatana-appindicator3-1'),
  });
});

test('a helper that cannot be started', async () => {
  const path = script('');
  // The architecture of no machine.
  writeFileSync(path, Buffer.concat([Buffer.from([0x7f]), Buffer.from('ELF'), Buffer.alloc(200, 1)]));
  await expect(open(path)).rejects.toMatchObject({ code: 'tray.helper-not-started' });
});

test('a helper that ends before it is ready, whatever it prints', async () => {
  const garbage = script(`echo 'no json'; echo '{"type":7}'; echo null; echo oops >&2; exit 3`);
  await expect(open(garbage)).rejects.toMatchObject({ code: 'tray.helper-ended', cause: 'oops' });
});

test('a helper that says nothing is not waited for for ever, and is ended', async () => {
  const pidFile = join(folder, 'pid');
  const source = script(`echo $$ > ${pidFile}; exec sleep 60`);
  const copyDir = await unpackHelper({ source, cacheFolder: join(folder, 'cache'), owner: 'silent' });
  const start = startHelper({
    copyDir,
    icon: Buffer.alloc(0),
    tooltip: '',
    items: [],
    onClick: () => undefined,
    readyTimeoutMs: 700,
  });
  await expect(start).rejects.toMatchObject({ code: 'tray.helper-silent' });
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await waitFor('the helper to end', () => !isRunning(pid));
});

test('a helper that floods its error stream does not stall', async () => {
  const click = `{"type":"clicked","__id":${await exitId()},"item":{"title":"Exit"}}`;
  const noisy = script(`${ready}; head -c 1000000 /dev/zero | tr '\\0' x >&2; echo '${click}'; read end`);
  const icon = await open(noisy);
  await waitFor('the click', () => clicks.length > 0);
  await icon.close();
});

test('clicks of unknown, hidden and renamed items are dropped', async () => {
  clicks.length = 0;
  const said = [
    `{"type":"clicked","__id":9999,"item":{"title":"Exit"}}`,
    `{"type":"clicked","__id":3,"item":{"title":" "}}`,
    `{"type":"clicked","__id":1,"item":{"title":"XPane is not running"}}`,
    `{"type":"clicked","__id":"8"}`,
    `{"type":"clicked","item":null}`,
    `{"type":"clicked","__id":EXIT,"item":{"title":"Something else"}}`,
    `{"type":"clicked","__id":EXIT,"item":{"title":"Exit"}}`,
  ];
  const probe = await exitId();
  const lines = said.map((line) => `echo '${line.replace('EXIT', String(probe))}'`).join('; ');
  const icon = await open(script(`${ready}; ${lines}; read end`));
  await waitFor('the last click', () => clicks.length > 0);
  expect(clicks).toEqual(['exit']);
  await icon.close();
});

/** Which id the menu of `open` gives to Exit: as the helper is told. */
async function exitId(): Promise<number> {
  const file = join(folder, 'menu.json');
  const icon = await open(script(`echo '{"type":"ready"}'; read -r menu; echo "$menu" > ${file}; read end`));
  const text = await waitFor('the menu', () => {
    try {
      return readFileSync(file, 'utf8').trim() || undefined;
    } catch {
      return undefined;
    }
  });
  await icon.close();
  const { items } = JSON.parse(text) as { items: { title: string; __id: number }[] };
  return items.find(({ title }) => title === 'Exit')?.__id ?? 0;
}

test('a helper that dies again and again is given up with its last words', async () => {
  const counter = join(folder, 'starts');
  const icon = await open(script(`echo >> ${counter}; ${ready}; echo gone >&2; exit 1`));
  await expect(icon.closed).rejects.toMatchObject({ code: 'tray.helper-ended', cause: 'gone' });
  expect(readFileSync(counter, 'utf8')).toHaveLength(7);
  await icon.close();
});
