import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { XPaneError } from '../../../src/shared/errors.ts';
import { builtInDefinition } from '../../../src/workspace/definition.ts';
import { settingDescriptions, settingsSchema } from '../../../src/workspace/settings-schema.ts';
import { openSettings } from '../../../src/workspace/settings-store.ts';
import { workspaceFrom } from '../../../src/workspace/workspaces.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-settings-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const defaults = {
  backend: 'auto',
  memoryMiB: 'auto',
  sound: 'on',
  devices: 'all',
  network: 'none',
  networkBridge: 'br0',
  idleMinutes: 30,
  closeAction: 'suspend',
  start: 'first-use',
  warmStart: 'on',
  revertible: 'off',
  frame: 'host',
  scale: 'auto',
  trustEdge: 'auto',
  trustEdgePx: 2,
  filesToGuest: 'all',
  filesFromGuest: 'all',
  companions: 'ask',
  hostOpens: 'none',
  clipboardToGuest: 'all',
  clipboardFromGuest: 'all',
  printing: 'default',
  shareFolders: 'read-write',
  integration: 'auto',
  unpublished: 'default',
  scanFromGuest: 'off',
  titlePrefix: '[XP] ',
  urlsFromGuest: 'guest',
  urlRules: 'url-rules.txt',
  logLevel: 'info',
};
const errorOf = (run: () => unknown): XPaneError => {
  try {
    run();
  } catch (error) {
    if (error instanceof XPaneError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('a bridge has a name that can be an interface’s, and nothing else of a command line', () => {
  const allowed = (name: string) => settingsSchema.shape.networkBridge.safeParse(name).success;
  expect(['br0', 'virbr0', 'br-lan.5'].filter((name) => !allowed(name))).toEqual([]);
  expect(['', '-br0', '../br0', 'br0,helper=x', 'a'.repeat(16)].filter(allowed)).toEqual([]);
});

test('without a file there are the defaults, and no file is made', () => {
  expect(openSettings(folder, {}).read()).toEqual(defaults);
  expect(existsSync(join(folder, 'settings.json'))).toBe(false);
});

test('what is set is kept, in a file of the user alone', () => {
  const store = openSettings(folder, {});
  store.set('memoryMiB', 512);
  store.set('frame', 'guest');
  expect(openSettings(folder, {}).read()).toEqual({ ...defaults, memoryMiB: 512, frame: 'guest' });
  expect(statSync(store.file).mode & 0o777).toBe(0o600);
});

test('only what was set is in the file, so that a better default reaches everyone', () => {
  const store = openSettings(folder, {});
  store.set('frame', 'guest');
  expect(JSON.parse(readFileSync(store.file, 'utf8'))).toEqual({ frame: 'guest' });
});

test('a value out of range is refused and changes nothing', () => {
  const store = openSettings(folder, {});
  store.set('memoryMiB', 512);
  const error = errorOf(() => store.set('memoryMiB', 5));
  expect(error.code).toBe('settings.invalid');
  expect(error.hint).toContain('128 to 3072');
  expect(store.read().memoryMiB).toBe(512);
});

test('the environment overrides the file', () => {
  openSettings(folder, {}).set('memoryMiB', 512);
  const env = { XPANE_BACKEND: 'sandbox', XPANE_MEMORY_MIB: '256', XPANE_FRAME: '' };
  expect(openSettings(folder, env).read()).toEqual({ ...defaults, backend: 'sandbox', memoryMiB: 256 });
});

test('scale and edge are read from the environment as what they are', () => {
  const env = { XPANE_SCALE: '2', XPANE_TRUST_EDGE: '#Ff8800', XPANE_TRUST_EDGE_PX: '3' };
  const wanted = { ...defaults, scale: 2, trustEdge: '#Ff8800', trustEdgePx: 3 };
  expect(openSettings(folder, env).read()).toEqual(wanted);
  expect(openSettings(folder, { XPANE_SCALE: 'auto' }).read().scale).toBe('auto');
});

test.each([
  ['XPANE_BACKEND', 'xen'],
  ['XPANE_MEMORY_MIB', 'much'],
  ['XPANE_MEMORY_MIB', '1e9'],
  ['XPANE_TITLE_PREFIX', 'x'.repeat(33)],
  ['XPANE_SCALE', '4'],
  ['XPANE_SCALE', '1.5'],
  ['XPANE_SCALE', 'large'],
  ['XPANE_TRUST_EDGE', 'red'],
  ['XPANE_TRUST_EDGE', '#12345'],
  ['XPANE_TRUST_EDGE_PX', '0'],
  ['XPANE_TRUST_EDGE_PX', 'thick'],
])('%s=%s is refused by its name', (name, value) => {
  const error = errorOf(() => openSettings(folder, { [name]: value }).read());
  expect(error.code).toBe('settings.invalid');
  expect(error.message).toContain(name);
});

test.each([
  ['{"memoryMiB":', ''],
  ['[]x', ''],
  ['{"memoryMiB":"many"}', 'memoryMiB takes auto, or a whole number'],
  ['{"memory":1}', 'no setting memory'],
])('a broken file %j is an error, left as it is, with a copy', (content, why) => {
  const file = join(folder, 'settings.json');
  writeFileSync(file, content);
  for (let start = 0; start < 2; start += 1) {
    const error = errorOf(() => openSettings(folder, {}));
    expect(error.code).toBe('settings.broken');
    expect(error.message).toContain(why);
    expect(error.hint).toContain('settings.json.broken');
  }
  expect(readFileSync(file, 'utf8')).toBe(content);
  expect(readFileSync(`${file}.broken`, 'utf8')).toBe(content);
});

test('a file that breaks while the store is open is an error too, not a reset', () => {
  const store = openSettings(folder, {});
  store.set('memoryMiB', 512);
  writeFileSync(store.file, 'garbage');
  expect(errorOf(() => store.read()).code).toBe('settings.broken');
  expect(errorOf(() => store.set('frame', 'guest')).code).toBe('settings.broken');
  expect(readFileSync(store.file, 'utf8')).toBe('garbage');
});

test('every setting is described, each by a variable of its own', () => {
  expect(Object.keys(settingDescriptions)).toEqual(Object.keys(settingsSchema.shape));
  const variables = Object.values(settingDescriptions).map(({ variable }) => variable);
  expect(new Set(variables).size).toBe(variables.length);
});

test('the built-in workspace is made of the settings', () => {
  const settings = settingsSchema.parse({ memoryMiB: 256 });
  expect(workspaceFrom(builtInDefinition, settings, 'sandbox', 4096)).toEqual({
    id: 'builtin',
    name: 'Built-in guest',
    backend: 'sandbox',
    memoryMiB: 256,
    sound: true,
    network: 'none',
    networkBridge: 'br0',
    idleMinutes: 30,
    closeAction: 'suspend',
    start: 'first-use',
    warmStart: true,
    revertible: false,
    frame: 'host',
    scale: 'auto',
    trustEdge: 'auto',
    trustEdgePx: 2,
    urlsFromGuest: 'guest',
    filesToGuest: 'all',
    filesFromGuest: 'all',
    companions: 'ask',
    hostOpens: 'none',
    clipboardToGuest: 'all',
    clipboardFromGuest: 'all',
    printing: 'default',
    shareFolders: 'read-write',
    integration: 'auto',
    unpublished: 'default',
    scanFromGuest: 'off',
    titlePrefix: '[XP] ',
  });
});

test('a workspace’s own settings stand above the file, below environment and policy', () => {
  const policyFolder = join(folder, 'policy.d');
  mkdirSync(policyFolder);
  writeFileSync(join(policyFolder, 'a.json'), '{"sound":"off"}');
  writeFileSync(join(folder, 'settings.json'), '{"memoryMiB":256,"frame":"guest","scale":2}');
  const store = openSettings(folder, { XPANE_SCALE: '3' }, policyFolder);
  const own = { memoryMiB: 1024, sound: 'on', scale: 1 } as const;
  expect(store.read(own)).toMatchObject({ memoryMiB: 1024, sound: 'off', scale: 3, frame: 'guest' });
  expect(store.read()).toMatchObject({ memoryMiB: 256 });
});
