import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../../src/shared/log.ts';
import { openCatalogue, type PublishedApplication } from '../../../src/workspace/catalogue.ts';
import { encodePng, writeIcon } from '../../../src/workspace/icon-file.ts';
import { workspaceSecret } from '../../../src/workspace/secret.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-catalogue-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const iconA = 'aaaaaaaaaaaaaaaa';
/** 2 x 1: opaque red, half transparent blue. */
const pixels = { width: 2, height: 1, bgra: Uint8Array.from([0, 0, 255, 255, 255, 0, 0, 128]) };
const published = (number: number, name: string, ...path: string[]): PublishedApplication => ({
  applicationId: number.toString(16).padStart(16, '0'),
  name,
  folder: path,
  iconId: number === 1 ? iconA : undefined,
});
const file = () => join(folder, 'applications.json');
const open = () => openCatalogue({ file: file(), iconFolder: join(folder, 'icons'), log: silentLog });

test('what the guest published is there again after a restart, sorted, with icons', async () => {
  const catalogue = await open();
  expect(catalogue.known).toBe(false);
  await catalogue.replace(
    [
      published(3, 'zebra'),
      published(2, 'Solitaire', 'Games'),
      published(4, 'Chess', 'Games', 'Board'),
      published(1, 'Notepad', 'Accessories'),
      published(5, 'app 10'),
      published(6, 'App 9'),
    ],
    () => pixels,
  );
  const again = await open();
  expect(again.known).toBe(true);
  expect(again.applications.map(({ name }) => name)).toEqual([
    'App 9',
    'app 10',
    'zebra',
    'Notepad',
    'Solitaire',
    'Chess',
  ]);
  expect(again.find('notepad').iconFile).toBe(join(folder, 'icons', `${iconA}.png`));
  expect(again.applications).toEqual(catalogue.applications);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(() => again.find('Notpad')).toThrow('There is no application "Notpad"');
});

test('an application is found before anything is on disk', async () => {
  const catalogue = await open();
  const saved = catalogue.replace([published(1, 'Notepad')], () => pixels);
  expect(catalogue.find('Notepad').id).toBe('0000000000000001');
  await saved;
});

test('of many overlapping publications the last one is kept', async () => {
  const catalogue = await open();
  const all = Array.from({ length: 300 }, (_, count) =>
    catalogue.replace(
      Array.from({ length: count }, (__, at) => published(at + 1, `App ${at}`)),
      () => pixels,
    ),
  );
  await Promise.all(all);
  expect((await open()).applications).toHaveLength(299);
  expect(readdirSync(folder).sort()).toEqual(['applications.json', 'icons']);
});

test.each([
  '',
  '{"version":1',
  '{"version":2,"applications":[]}',
  '{"version":1,"applications":[{"id":"../x"}]}',
])('a broken file %j counts as none and is written anew', async (content) => {
  writeFileSync(file(), content);
  const catalogue = await open();
  expect(catalogue.known).toBe(false);
  expect(catalogue.applications).toEqual([]);
  await catalogue.replace([published(2, 'Chess')], () => undefined);
  expect((await open()).find('chess').id).toBe('0000000000000002');
});

test('a bad icon costs the icon, not the application', async () => {
  const catalogue = await open();
  await catalogue.replace([published(1, 'Notepad')], () => ({ ...pixels, width: 300 }));
  expect((await open()).find('Notepad').iconFile).toBeUndefined();
});

test('an icon is the same pixels as PNG, written once', async () => {
  const path = await writeIcon(join(folder, 'icons'), iconA, pixels);
  const png = PNG.sync.read(readFileSync(path));
  expect([png.width, png.height, ...png.data]).toEqual([2, 1, 255, 0, 0, 255, 0, 0, 255, 128]);
  const { ino } = statSync(path);
  await writeIcon(join(folder, 'icons'), iconA, pixels);
  expect(statSync(path).ino).toBe(ino);
});

test('icons that lie about themselves are refused', async () => {
  expect(() => encodePng({ ...pixels, width: 3 })).toThrow('do not match');
  expect(() => encodePng({ width: 257, height: 1, bgra: new Uint8Array(257 * 4) })).toThrow('out of range');
  await expect(writeIcon(folder, '../../etc/passwd', pixels)).rejects.toThrow('16 hex digits');
});

test('the secret is made once, whoever asks, and only the user reads it', async () => {
  const path = join(folder, 'secret');
  const secrets = await Promise.all(Array.from({ length: 20 }, () => workspaceSecret(path)));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['secret']);
  writeFileSync(path, 'short');
  await expect(workspaceSecret(path)).rejects.toMatchObject({ code: 'workspace.secret-broken' });
});
