import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { drawIcon, type IconLook, iconFileName, iconLooks, iconSizes } from '../../../assets/draw-icons.ts';
import { iconOnDisk, iconPng } from '../../../src/tray/icon-files.ts';
import { shippedFile } from '../../../src/tray/shipped-file.ts';
import { helperName, systrayVersion, unpackHelper } from '../../../src/tray/systray/helper-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'xpane-tray-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the committed icons are what the script draws', () => {
  for (const [look, drawing] of Object.entries(iconLooks)) {
    for (const size of iconSizes) {
      const path = shippedFile(`assets/tray/${iconFileName(look as IconLook, size)}`);
      expect(drawIcon(drawing, size).equals(readFileSync(path)), path).toBe(true);
    }
  }
});

test('an icon for other programs is a real file, the same at the second time', async () => {
  const path = await iconOnDisk('failed', folder);
  expect(readFileSync(path).equals(iconPng('failed', 64))).toBe(true);
  expect(await iconOnDisk('failed', folder)).toBe(path);
});

test('the helper is unpacked executable, and mended where it was damaged', async () => {
  const source = join(folder, 'source');
  writeFileSync(source, '#!/bin/sh\n', { mode: 0o444 });
  const sha256 = createHash('sha256').update('#!/bin/sh\n').digest('hex');
  const cache = join(folder, 'cache');
  const copyDir = await unpackHelper(source, cache);
  expect(copyDir).toBe(join(cache, 'helpers', sha256));
  const target = join(copyDir, systrayVersion, helperName());
  expect(statSync(target).mode & 0o777).toBe(0o755);
  const { ino } = statSync(target);
  await unpackHelper(source, cache);
  expect(statSync(target).ino).toBe(ino);
  for (const damage of [() => writeFileSync(target, '#!/bin/no\n'), () => chmodSync(target, 0o644)]) {
    damage();
    await Promise.all([unpackHelper(source, cache), unpackHelper(source, cache)]);
    expect(readFileSync(target, 'utf8')).toBe('#!/bin/sh\n');
    expect(statSync(target).mode & 0o777).toBe(0o755);
  }
});

test('what is missing or cannot be written has a code', async () => {
  const missing = unpackHelper(join(folder, 'nothing'), folder);
  await expect(missing).rejects.toMatchObject({ code: 'tray.helper-missing' });
  const blocked = join(folder, 'blocked');
  mkdirSync(blocked, { mode: 0o700 });
  writeFileSync(join(blocked, 'helpers'), 'a file where a folder should be');
  const source = join(folder, 'source');
  await expect(unpackHelper(source, blocked)).rejects.toMatchObject({ code: 'tray.helper-not-unpacked' });
  expect(() => shippedFile('assets/tray/none.png')).toThrow(/part of XPane is missing/);
});

test('the version in the path is the one of the package', () => {
  const require = createRequire(import.meta.url);
  expect(require('systray2/package.json')).toMatchObject({ version: systrayVersion });
});
