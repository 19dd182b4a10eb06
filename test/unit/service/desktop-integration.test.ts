import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DesktopIntegration } from '../../../src/service/desktop-integration.ts';
import type { LiveWorkspace } from '../../../src/service/live-workspace.ts';
import { silentLog } from '../../../src/shared/log.ts';
import { type Settings, settingsSchema } from '../../../src/workspace/settings-schema.ts';

let folder: string;
let own: Record<string, Partial<Settings>>;
let general: Partial<Settings>;
let workspaces: LiveWorkspace[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-integration-'));
  own = {};
  general = {};
  workspaces = [
    guest('a', 'builtin', 'Notepad', 'Games/Chess'),
    guest('b', 'image', 'Word', 'Startup/Gamma'),
  ];
});
afterEach(() => rmSync(folder, { recursive: true }));

function guest(id: string, kind: 'builtin' | 'image', ...places: string[]): LiveWorkspace {
  const details = places.map((place, at) => ({
    ...{
      id: at.toString(16).padStart(16, '0'),
      name: place.split('/').at(-1),
      folder: place.split('/').slice(0, -1),
    },
    ...{ target: `C:\\${place}.exe`, extensions: ['txt', 'exe', 'zip'] },
  }));
  const workspace = kind === 'image' ? { image: {} } : {};
  return { id, name: id, workspace, catalogue: { details }, screen: {} } as unknown as LiveWorkspace;
}

function integration(env: NodeJS.ProcessEnv = {}) {
  const xdg = { XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') };
  const shared = { XDG_DATA_DIRS: folder, XDG_CONFIG_DIRS: folder, PATH: process.env.PATH };
  return new DesktopIntegration({
    place: { self: { command: '/xpane', args: [] }, env: { ...xdg, ...shared, ...env }, home: folder },
    workspaces: () => workspaces,
    settingsOf: ({ id }) => settingsSchema.parse({ ...general, ...own[id] }),
    setIntegration: (to) => {
      general = { ...general, integration: to };
    },
    log: silentLog,
  });
}
const entries = () => {
  const place = join(folder, 'data/applications');
  return existsSync(place) ? readdirSync(place).filter((name) => name.endsWith('.desktop')).length : 0;
};

test('a home of its own is no part of the desktop unless it is switched on', async () => {
  const moved = integration({ XPANE_HOME: '/elsewhere' });
  expect(await moved.switchTo('status')).toEqual({ integration: 'off', applications: 0, unpublished: 0 });
  expect(entries()).toBe(0);
  expect(await moved.switchTo('on')).toEqual({ integration: 'on', applications: 3, unpublished: 1 });
  expect(entries()).toBe(3);
});

test('each workspace has its own settings, and goes with its entries', async () => {
  const desktop = integration();
  own = { b: { integration: 'off' }, a: { unpublished: 'Games/*' } };
  expect(await desktop.switchTo('status')).toEqual({ integration: 'on', applications: 1, unpublished: 1 });
  own = {};
  await desktop.switchTo('status');
  expect(entries()).toBe(3);
  workspaces = workspaces.slice(1);
  desktop.look();
  await expect.poll(entries, { timeout: 5_000 }).toBe(1);
  expect(await desktop.switchTo('off')).toEqual({ integration: 'off', applications: 0, unpublished: 0 });
  expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(['config', 'data']);
});

test('what cannot be written is told, and made good as soon as it can', async () => {
  const desktop = integration();
  writeFileSync(join(folder, 'data'), 'a file');
  expect((await desktop.switchTo('status')).failure?.message).toBeDefined();
  rmSync(join(folder, 'data'));
  desktop.look();
  await expect.poll(entries, { timeout: 5_000 }).toBe(3);
  expect((await desktop.switchTo('status')).failure).toBeUndefined();
  await desktop.close();
});
