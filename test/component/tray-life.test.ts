import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type RunningService, serveFake } from './fixtures/running-service.ts';
import { isRunning, type RunningTray, startTray } from './fixtures/running-tray.ts';
import { startTrayDesktop, type TrayDesktop, type TrayDesktopOptions } from './fixtures/tray-desktop.ts';
import { waitFor } from './fixtures/x-desktop.ts';

/** The real tray where something is missing, and its end by force. */

let owned: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of owned.reverse()) await thing.stop();
  owned = [];
});

async function open(
  options: TrayDesktopOptions,
  trayEnv: NodeJS.ProcessEnv = {},
): Promise<{ desktop: TrayDesktop; service: RunningService; tray: RunningTray }> {
  const desktop = await startTrayDesktop(options);
  owned.push(desktop);
  const service = await serveFake();
  owned.push(service);
  const tray = startTray({ ...desktop.env, ...trayEnv }, dirname(service.runtime));
  owned.push(tray);
  return { desktop, service, tray };
}

const logOf = ({ runtime }: RunningService) => readFile(join(dirname(runtime), 'state/tray.log'), 'utf8');
/** The helper's temporary files. */
const iconFiles = ({ runtime }: RunningService) =>
  readdirSync(join(dirname(runtime), 'cache/helpers'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('systray_'),
  );

test('a tray that is killed leaves no helper and no icon; the next one clears its file and works', async () => {
  const { desktop, service, tray } = await open({});
  await desktop.findIcon();
  const helpers = tray.helpers();
  expect(helpers).toHaveLength(1);
  tray.child.kill('SIGKILL');
  await waitFor('the helper to end', () => !helpers.some(isRunning), 2000);
  await waitFor('the icon to go', async () => (await desktop.statusItems()).length === 0);
  const [left] = iconFiles(service);
  const next = startTray(desktop.env, dirname(service.runtime));
  owned.push(next);
  await desktop.findIcon();
  await waitFor('the icon file', () => iconFiles(service).length === 1);
  expect(iconFiles(service)).not.toEqual([left]);
  await desktop.choose('Start');
  await waitFor('the start', () => service.calls.some(({ method }) => method === 'start'));
  await next.stop();
  expect(iconFiles(service)).toEqual([]);
});

test('a second tray ends at once', async () => {
  const { desktop, service, tray } = await open({});
  await desktop.findIcon();
  const second = startTray(desktop.env, dirname(service.runtime));
  owned.push(second);
  expect((await second.exited).code).toBe(8);
  expect(isRunning(tray.child.pid ?? 0)).toBe(true);
});

test('a panel that takes windows instead of menus: no bus, no notifications, a working icon', async () => {
  const { desktop, service, tray } = await open({ panel: 'tint2', sessionBus: false });
  const icon = await desktop.findIcon();
  await desktop.desktop.click({ x: icon.x + icon.width / 2, y: icon.y + icon.height / 2 }, 3);
  await waitFor('the menu', async () => (await desktop.menuWindows()).length === 1);
  // Start is the first entry that can be chosen.
  await desktop.desktop.key('Down', 'Return');
  await waitFor('the start', () => service.calls.some(({ method }) => method === 'start'));
  expect(tray.stderr()).toBe('');
  expect(tray.helpers()).toHaveLength(1);
});

test('no panel: the user is told, and the icon appears when a panel comes', async () => {
  const { desktop, service, tray } = await open({ panel: 'none' });
  await waitFor('the message', () => tray.stderr().includes('no place for tray icons'), 30_000);
  expect(tray.stderr()).toContain('xpane launch NAME');
  expect(await logOf(service)).toContain('tray.no-host');
  await waitFor('the notification', async () =>
    (await desktop.notifications()).some(({ text }) => text.includes('AppIndicator')),
  );
  await desktop.startPanel('xfce4-panel');
  await desktop.findIcon();
  await desktop.choose('Start');
  await waitFor('the start', () => service.calls.some(({ method }) => method === 'start'));
});

test('no program for notifications: said once in the log, the tray goes on', async () => {
  const programs = mkdtempSync(join(tmpdir(), 'xpane-path-'));
  owned.push({ stop: async () => rmSync(programs, { recursive: true }) });
  for (const name of ['sh', 'flock', 'setpriv', 'gdbus']) {
    symlinkSync(`/usr/bin/${name}`, join(programs, name));
  }
  const { desktop, service, tray } = await open({}, { PATH: programs });
  await desktop.findIcon();
  await desktop.choose('About XPane');
  await waitFor('the log', async () => (await logOf(service)).includes('no notifications'));
  service.change({ phase: 'failed', failure: { code: 'a.b', message: 'Broken.', hint: 'Mend it.' } });
  await waitFor('the menu', async () => (await desktop.menuText()).includes('Broken.'));
  expect((await logOf(service)).match(/no notifications/g)).toHaveLength(1);
  expect(isRunning(tray.child.pid ?? 0)).toBe(true);
});

test('no display: a sentence and a hint, and an exit code', async () => {
  const service = await serveFake();
  owned.push(service);
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const tray = startTray(env, dirname(service.runtime));
  owned.push(tray);
  expect((await tray.exited).code).toBe(1);
  expect(tray.stderr()).toContain('no display could be opened');
  expect(tray.stderr()).toContain('within your desktop session');
});

test('a display that goes away ends the tray', async () => {
  const { desktop, tray } = await open({});
  await desktop.findIcon();
  await desktop.stop();
  expect((await tray.exited).code).toBe(1);
  expect(tray.helpers()).toEqual([]);
});
