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
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DesktopIntegration } from '../../../src/service/desktop-integration.ts';
import type { LiveWorkspace } from '../../../src/service/live-workspace.ts';
import { silentLog } from '../../../src/shared/log.ts';
import { type Settings, settingsSchema } from '../../../src/workspace/settings-schema.ts';

let folder: string;
let own: Record<string, Partial<Settings>>;
let general: Partial<Settings>;
let workspaces: LiveWorkspace[];
/** How often a guest's catalogue was gone through. */
let looks: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-integration-'));
  own = {};
  general = {};
  looks = 0;
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
  const catalogue = {
    applications: details,
    get details() {
      looks += 1;
      return details;
    },
  };
  const workspace = kind === 'image' ? { image: {} } : {};
  return { id, name: id, workspace, catalogue, screen: {} } as unknown as LiveWorkspace;
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

/** A tool of the desktop that counts its starts, and takes `seconds`. */
function slowTool(seconds: number): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const tool = join(bin, 'update-desktop-database');
  writeFileSync(tool, `#!/bin/sh\necho >> "${folder}/starts"\nexec sleep ${seconds}\n`);
  chmodSync(tool, 0o700);
  return { PATH: `${bin}:${process.env.PATH}` };
}
const starts = () =>
  existsSync(join(folder, 'starts')) ? readFileSync(join(folder, 'starts'), 'utf8').length : 0;

test('however often a guest changes, one look waits at most', async () => {
  const desktop = integration(slowTool(0.3));
  const first = desktop.switchTo('status');
  await expect.poll(starts, { timeout: 5_000 }).toBe(1);
  const more = Array.from({ length: 20 }, (_, at) => {
    workspaces = [guest('a', 'builtin', `Notepad ${at}`)];
    return desktop.switchTo('status');
  });
  expect((await Promise.all([first, ...more])).at(-1)).toMatchObject({ applications: 1 });
  expect([starts(), looks]).toEqual([2, 3]);
});

test('the end waits for no tool of the desktop, and for nothing that was still to be done', async () => {
  const desktop = integration(slowTool(20));
  const work = [desktop.switchTo('status'), desktop.switchTo('status')];
  await expect.poll(starts, { timeout: 5_000 }).toBe(1);
  const began = performance.now();
  await desktop.close();
  expect(performance.now() - began).toBeLessThan(5_000);
  await Promise.all(work);
  expect(starts()).toBe(1);
});

test('a guest that never ceases to change is followed less and less', async () => {
  const desktop = integration(slowTool(0));
  await desktop.switchTo('status');
  const until = performance.now() + 2_500;
  for (let at = 0; performance.now() < until; at += 1) {
    workspaces = [guest('a', 'builtin', `Notepad ${at}`)];
    desktop.look();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await desktop.close();
  expect(starts()).toBeLessThanOrEqual(3);
});

test('a guest whose applications are the same is not gone through again, unless the user asks', async () => {
  const desktop = integration(slowTool(0));
  desktop.look();
  await expect.poll(entries, { timeout: 5_000 }).toBe(3);
  expect(looks).toBe(2);
  own = { a: { filesToGuest: 'none' } };
  desktop.look();
  await expect.poll(() => looks, { timeout: 5_000 }).toBe(3);
  await desktop.switchTo('status');
  expect(looks).toBe(5);
  await desktop.close();
});

test('switched off, it says where it stays on, and only then forgets what the user chose', async () => {
  const desktop = integration();
  await desktop.switchTo('status');
  const chosen = () => readFileSync(join(folder, 'config/mimeapps.list'), 'utf8');
  const id = readdirSync(join(folder, 'data/applications')).find((name) => name.includes('.a.')) ?? '';
  mkdirSync(join(folder, 'config'), { recursive: true });
  writeFileSync(join(folder, 'config/mimeapps.list'), `[Default Applications]\ntext/plain=${id};\n`);
  own = { b: { integration: 'on' } };
  expect(await desktop.switchTo('off')).toMatchObject({
    ...{ integration: 'on', stillOn: [{ workspace: 'b', by: 'workspace' }] },
  });
  own = {};
  await desktop.switchTo('status');
  expect([entries(), chosen()]).toEqual([0, expect.stringContaining(id)]);
  expect(await desktop.switchTo('off')).toEqual({ integration: 'off', applications: 0, unpublished: 0 });
  expect(chosen()).not.toContain(id);
});
