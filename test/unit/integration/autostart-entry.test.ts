import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  autostartEntry,
  autostartFile,
  autostartState,
  removeOwnAutostart,
  writeAutostart,
} from '../../../src/integration/autostart-entry.ts';

const self = { command: '/usr/bin/node', args: ['/home/a b/100%/x"`$\\.ts'] };
const execOf = (entry: string) => /^Exec=(.*)$/m.exec(entry)?.[1];

test('the entry starts this XPane, with the home it has', () => {
  expect(execOf(autostartEntry({ command: '/opt/xpane', args: [] }, {}))).toBe('/opt/xpane log-on');
  const moved = autostartEntry({ command: '/opt/xpane', args: [] }, { XPANE_HOME: '/tmp/h', PATH: '/bin' });
  expect(execOf(moved)).toBe('env XPANE_HOME=/tmp/h /opt/xpane log-on');
});

test('what means something in an Exec line is escaped twice, as its readers undo it twice', () => {
  expect(execOf(autostartEntry(self, {}))).toBe(
    '/usr/bin/node "/home/a b/100%%/x\\\\"\\\\`\\\\$\\\\\\\\.ts" log-on',
  );
});

test('it lies where desktops look', () => {
  expect(autostartFile({ XDG_CONFIG_HOME: '/c' })).toBe('/c/autostart/xpane.desktop');
  const usual = join(homedir(), '.config/autostart/xpane.desktop');
  expect(autostartFile({})).toBe(usual);
  expect(autostartFile({ XDG_CONFIG_HOME: 'relative' })).toBe(usual);
});

test('on, off, another one, and hidden by the desktop’s own settings', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-autostart-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = { XDG_CONFIG_HOME: folder };
  const file = autostartFile(env);
  const entry = autostartEntry(self, {});
  expect(autostartState(file, entry)).toBe('off');
  expect(removeOwnAutostart(env)).toBe(true);
  await writeAutostart(file, entry);
  expect(autostartState(file, entry)).toBe('on');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeFileSync(file, `${entry}Hidden=true\n`);
  expect(autostartState(file, entry)).toBe('off');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('X-GNOME-Autostart-enabled=true', 'A=b').replace('Hidden', 'B'),
  );
  expect(autostartState(file, entry)).toBe('other');
  expect(removeOwnAutostart(env)).toBe(true);
  expect(autostartState(file, entry)).toBe('off');
  mkdirSync(file);
  expect(() => autostartState(file, entry)).toThrow(/EISDIR/);
});
