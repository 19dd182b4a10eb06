import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodePng } from '../../../src/workspace/icon-file.ts';
import { reduced, themeIcons, themeSizes, themeSizesOf } from '../../../src/workspace/icon-sizes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-icons-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const standard = [16, 22, 24, 32, 48, 64];

test.each([
  [48, 48, [16, 22, 24, 32, 48]],
  [40, 20, [16, 22, 24, 32, 48]],
  [12, 12, [16]],
  [16, 16, [16]],
  [100, 100, standard],
])('a picture of %i x %i is made for', (width, height, expected) => {
  expect(themeSizes({ width, height }, standard)).toEqual(expected);
});

test('clear pixels give no colour', () => {
  // Two by two: one opaque red, three clear green.
  const green = [0, 255, 0, 0];
  const bgra = Uint8Array.from([0, 0, 255, 255, ...green, ...green, ...green]);
  expect([...reduced({ width: 2, height: 2, bgra }, 1).bgra]).toEqual([0, 0, 255, 64]);
});

test('files of every size, from one that is not square', async () => {
  const file = join(folder, 'icon.png');
  const bgra = new Uint8Array(40 * 20 * 4).map((_, at) => (at % 4 === 2 || at % 4 === 3 ? 255 : 0));
  writeFileSync(file, encodePng({ width: 40, height: 20, bgra }));
  const edgesPx = await themeSizesOf(file, standard);
  const icons = await themeIcons(file, edgesPx);
  expect([...icons.keys()]).toEqual([16, 22, 24, 32, 48]);
  for (const [edgePx, png] of icons) {
    const { width, height, data } = PNG.sync.read(Buffer.from(png));
    expect([width, height]).toEqual([edgePx, edgePx]);
    const middle = (Math.floor(edgePx / 2) * edgePx + Math.floor(edgePx / 2)) * 4;
    expect([...data.subarray(middle, middle + 4)]).toEqual([255, 0, 0, 255]);
    expect(data[3]).toBe(0);
  }
});

test('what is no icon has no sizes', async () => {
  const file = join(folder, 'icon.png');
  expect(await themeSizesOf(file, standard)).toEqual([]);
  writeFileSync(file, 'nothing');
  expect(await themeSizesOf(file, standard)).toEqual([]);
  const huge = Buffer.from(encodePng({ width: 1, height: 1, bgra: new Uint8Array(4) }));
  huge.writeUInt32BE(100_000, 16);
  writeFileSync(file, huge);
  await expect(themeIcons(file, [16])).rejects.toMatchObject({ code: 'icon.invalid' });
});
