import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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
  const content = '#!/bin/sh\necho "$TMPDIR"\n';
  const source = join(folder, 'source');
  writeFileSync(source, content, { mode: 0o444 });
  const cacheFolder = join(folder, "it's a cache");
  const place = { source, cacheFolder, owner: '/run/user/1/xpane' };
  const copyDir = await unpackHelper(place);
  const started = join(copyDir, systrayVersion, helperName());
  const sha256 = createHash('sha256').update(content).digest('hex');
  const program = join(cacheFolder, 'helpers', sha256, helperName());
  expect(execFileSync(started, { encoding: 'utf8' })).toBe(`${join(copyDir, 'icons')}\n`);
  const { ino } = statSync(program);
  await unpackHelper(place);
  expect(statSync(program).ino).toBe(ino);
  const damages = [
    () => writeFileSync(program, '#!/bin/sh\necho "$TMPDIX"\n'),
    () => chmodSync(program, 0o644),
    () => rmSync(started),
  ];
  for (const damage of damages) {
    damage();
    await Promise.all([unpackHelper(place), unpackHelper({ ...place, owner: 'another' })]);
    expect(readFileSync(program, 'utf8')).toBe(content);
    expect(execFileSync(started, { encoding: 'utf8' })).toBe(`${join(copyDir, 'icons')}\n`);
  }
});

test('icons of a tray that was killed are removed, those of another are not', async () => {
  const source = join(folder, 'source');
  const place = { source, cacheFolder: join(folder, 'cache') };
  const [ours, other] = await Promise.all(
    ['ours', 'other'].map(async (owner) => {
      const icon = join(await unpackHelper({ ...place, owner }), 'icons', 'systray_abc');
      writeFileSync(icon, '');
      return icon;
    }),
  );
  await unpackHelper({ ...place, owner: 'ours' });
  expect([existsSync(ours ?? ''), existsSync(other ?? '')]).toEqual([false, true]);
});

test('what is missing or cannot be written has a code', async () => {
  const missing = unpackHelper({ source: join(folder, 'nothing'), cacheFolder: folder, owner: '' });
  await expect(missing).rejects.toMatchObject({ code: 'tray.helper-missing' });
  const blocked = join(folder, 'blocked');
  mkdirSync(blocked, { mode: 0o700 });
  writeFileSync(join(blocked, 'helpers'), 'a file where a folder should be');
  const refused = unpackHelper({ source: join(folder, 'source'), cacheFolder: blocked, owner: '' });
  await expect(refused).rejects.toMatchObject({ code: 'tray.helper-not-unpacked' });
  expect(() => shippedFile('assets/tray/none.png')).toThrow(/part of XPane is missing/);
});

test('the version in the path is the one of the package', () => {
  const require = createRequire(import.meta.url);
  expect(require('systray2/package.json')).toMatchObject({ version: systrayVersion });
});
