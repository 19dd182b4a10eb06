import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { autostartEntry, writeAutostart } from '../../src/integration/autostart-entry.ts';
import { waitFor } from './fixtures/wait-for.ts';
import { type Processes, processes } from './fixtures/xpane-processes.ts';

let home: Processes;
let config: string;
beforeEach(() => {
  home = processes();
  config = mkdtempSync(join(tmpdir(), 'xpane-autostart-'));
});
afterEach(async () => {
  await home.clean();
  rmSync(config, { recursive: true });
});

/** As the desktop does at log-in: GLib reads the entry. */
function asAtLogIn(file: string): void {
  const { XPANE_HOME: _, ...env } = process.env;
  execFileSync('gio', ['launch', file], { env, stdio: 'ignore' });
}

test('switched on, XPane comes with the desktop: its tray, and the workspaces that are to', async () => {
  const env = { XDG_CONFIG_HOME: config };
  const file = join(config, 'autostart/xpane.desktop');
  const ask = async (word: string) =>
    JSON.parse((await home.xpane(['autostart', word, '--json'], env)).stdout);
  expect(await ask('status')).toEqual({ autostart: 'off', file });
  expect(await ask('on')).toEqual({ autostart: 'on', file });
  expect(home.holder('service')).toBeUndefined();

  asAtLogIn(file);
  await waitFor('the tray', () => home.holder('tray'), 20_000);
  const { workspaces } = JSON.parse((await home.xpane(['status', '--json'])).stdout);
  expect(workspaces[0].phase).toBe('starting');
  // The desktop is told nothing bad when somebody was quicker.
  expect((await home.xpane(['log-on'])).code).toBe(0);

  // Of an XPane with another home it is not for this one to take away.
  const ours = readFileSync(file, 'utf8');
  const theirs = ours.replace(/XPANE_HOME=\S+/, 'XPANE_HOME=/elsewhere');
  await writeAutostart(file, theirs);
  const refused = await home.xpane(['autostart', 'off'], env);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('has a home of its own')]);
  expect(readFileSync(file, 'utf8')).toBe(theirs);
  await writeAutostart(file, ours);
  expect(await ask('off')).toEqual({ autostart: 'off', file });
  expect(existsSync(file)).toBe(false);
  expect((await home.xpane(['autostart', 'maybe'], env)).code).toBe(2);
});

test('desktops read from the entry what was written, whatever is in it', async () => {
  // No per cent sign here: GLib 2.74 looks for the program before it undoes that.
  const folder = mkdtempSync(join(tmpdir(), 'xpane "$HOME`\\-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const command = join(folder, 'x.sh');
  writeFileSync(command, '#!/bin/sh\nprintf "%s\\n" "$@" > "$0.new" && mv "$0.new" "$0.told"\n');
  chmodSync(command, 0o700);
  const args = ['a  b', '"', '`id`', '$HOME', '\\', '\\\\', '%f', '100%', "it's"];
  const file = join(config, 'xpane.desktop');
  await writeAutostart(file, autostartEntry({ command, args }, {}));
  asAtLogIn(file);
  const told = await waitFor('the program', () => existsSync(`${command}.told`), 10_000);
  expect(told).toBe(true);
  expect(readFileSync(`${command}.told`, 'utf8').split('\n')).toEqual([...args, 'log-on', '']);
});
