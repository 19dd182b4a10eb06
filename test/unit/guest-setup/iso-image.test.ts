import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { IsoEntry } from '../../../src/guest-setup/iso9660/tree.ts';
import { type IsoImage, planIso, writeIso } from '../../../src/guest-setup/iso9660/write-iso.ts';

const folder = mkdtempSync(join(tmpdir(), 'xpane-iso-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options = { label: 'TEST', date: new Date('2026-03-04T05:06:07Z') };
const code = (name: string) => expect.objectContaining({ code: `guest-setup.${name}` });
const content = (text: string) => Buffer.from(text);

async function bytesOf(image: IsoImage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of image.bytes()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function imageOf(entries: readonly IsoEntry[]): Promise<Buffer> {
  const image = await planIso(entries, options);
  const bytes = await bytesOf(image);
  expect(bytes.length).toBe(image.sizeBytes);
  return bytes;
}

test('equal input makes an equal disk, in whichever order it comes', async () => {
  const entries = ['b/two.txt', 'a long name.txt', 'b/one.txt', 'c.txt'].map((path) => ({
    path,
    content: content(path),
  }));
  const image = await imageOf(entries);
  expect((await imageOf(entries)).equals(image)).toBe(true);
  expect((await imageOf([...entries].reverse())).equals(image)).toBe(true);
});

test.each(['primary', 'joliet'])('both path tables of the %s names say the same', async (space) => {
  const paths = ['a/x', 'b/c/d/x', 'b/long folder name/x', 'x'];
  const image = await imageOf(paths.map((path) => ({ path, content: content(path) })));
  const descriptor = (space === 'primary' ? 16 : 17) * 2048;
  const folders = (table: number, read: (bits: 16 | 32, offset: number) => number) => {
    const found = [];
    const end = table + image.readUInt32LE(descriptor + 132);
    for (let at = table; at < end; ) {
      const nameBytes = image[at] ?? 0;
      const name = image.toString('hex', at + 8, at + 8 + nameBytes);
      found.push({ name, sector: read(32, at + 2), parent: read(16, at + 6) });
      at += 8 + nameBytes + (nameBytes % 2);
    }
    return found;
  };
  const little = folders(image.readUInt32LE(descriptor + 140) * 2048, (bits, at) =>
    image.readUIntLE(at, bits / 8),
  );
  const big = folders(image.readUInt32BE(descriptor + 148) * 2048, (bits, at) =>
    image.readUIntBE(at, bits / 8),
  );
  expect(big).toEqual(little);
  expect(little.map(({ parent }) => parent)).toEqual([1, 1, 1, 3, 3, 4]);
  // Each points to a folder: its first record is itself.
  for (const { sector } of little) expect(image.readUInt32LE(sector * 2048 + 2)).toBe(sector);
});

test('ranges say where each file lies; none shares a sector', async () => {
  const entries = [0, 1, 2047, 2048, 2049, 5000].map((length) => ({
    path: `f${length}`,
    content: Buffer.alloc(length, length % 251),
  }));
  const image = await planIso(entries, options);
  const bytes = await bytesOf(image);
  const sectors = new Set<number>();
  for (const entry of entries) {
    const { offsetBytes, sizeBytes } = image.ranges.get(entry.path) ?? { offsetBytes: -1, sizeBytes: -1 };
    expect(sizeBytes).toBe(entry.content.length);
    expect(bytes.subarray(offsetBytes, offsetBytes + sizeBytes).equals(entry.content)).toBe(true);
    expect(offsetBytes % 2048).toBe(0);
    for (let sector = offsetBytes; sector < offsetBytes + sizeBytes; sector += 2048) {
      expect(sectors.has(sector)).toBe(false);
      sectors.add(sector);
    }
  }
  expect(sectors.size).toBe(8);
  expect(bytes.length % 2048).toBe(0);
});

test('2 GiB are taken, one byte more is not', async () => {
  const file = join(folder, 'large');
  writeFileSync(file, '');
  truncateSync(file, 2 ** 31);
  const image = await planIso([{ path: 'large', file }], options);
  expect(image.ranges.get('large')?.sizeBytes).toBe(2 ** 31);
  expect(image.sizeBytes).toBeGreaterThan(2 ** 31);
  truncateSync(file, 2 ** 31 + 1);
  await expect(planIso([{ path: 'large', file }], options)).rejects.toThrow(code('file-too-large'));
});

test.each([
  ['the same twice', ['a', 'a']],
  ['but for case', ['Readme', 'README']],
  ['a file that is a folder', ['a', 'a/b']],
  ['a folder that is a file', ['a/b', 'a']],
  ['folders but for case', ['Tools/a', 'tools/b']],
])('names that clash are refused: %s', async (_, paths) => {
  const entries = paths.map((path) => ({ path, content: content('x') }));
  await expect(planIso(entries, options)).rejects.toThrow(code('bad-path'));
});

test.each(['', 'lower', 'TOO_LONG_FOR_A_LABEL', 'A B'])('label %j is refused', async (label) => {
  await expect(planIso([], { ...options, label })).rejects.toThrow(code('bad-label'));
});

test('a file that changes its size meanwhile fails the disk, and nothing is left', async () => {
  const file = join(folder, 'changing');
  const image = join(folder, 'made', 'x.iso');
  for (const now of [10, 5000]) {
    writeFileSync(file, Buffer.alloc(3000));
    const plan = await planIso([{ path: 'a', file }], options);
    truncateSync(file, now);
    await expect(bytesOf(plan)).rejects.toThrow(code('file-changed'));
  }
  await expect(writeIso(image, [{ path: 'a', file: join(folder, 'missing') }], options)).rejects.toThrow(
    'ENOENT',
  );
});

test('a cancelled disk leaves nothing, and a disk is private', async () => {
  const place = mkdtempSync(join(folder, 'place-'));
  const image = join(place, 'x.iso');
  const signal = AbortSignal.abort(new Error('enough'));
  const entries = [{ path: 'a', content: content('x') }];
  await expect(writeIso(image, entries, { ...options, signal })).rejects.toThrow('enough');
  expect(readdirSync(place)).toEqual([]);
  const { sizeBytes } = await writeIso(image, entries, options);
  expect(readdirSync(place)).toEqual(['x.iso']);
  expect(readFileSync(image).length).toBe(sizeBytes);
});
