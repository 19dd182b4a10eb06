import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkWindowsCd } from '../../../src/guest-setup/installation/windows-cd.ts';
import type { IsoEntry } from '../../../src/guest-setup/iso9660/tree.ts';
import { planIso } from '../../../src/guest-setup/iso9660/write-iso.ts';

const folder = mkdtempSync(join(tmpdir(), 'xpane-cd-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sector = 2048;

/** An image of ours with a boot record in place of Joliet's descriptor, and a catalogue in a file's sector. */
async function cd(paths = ['I386/TXTSETUP.SIF']): Promise<Buffer> {
  const marker = Buffer.alloc(sector, 'catalogue');
  const entries: IsoEntry[] = paths.map((path) => ({ path, content: Buffer.from('x') }));
  entries.push({ path: 'BOOT.CAT', content: marker });
  const image = await planIso(entries, { label: 'TEST', date: new Date(0) });
  const chunks: Uint8Array[] = [];
  for await (const chunk of image.bytes()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const catalogue = bytes.indexOf(marker);
  const record = bytes.subarray(17 * sector, 18 * sector).fill(0);
  record.write('\0CD001\x01EL TORITO SPECIFICATION', 'latin1');
  record.writeUInt32LE(catalogue / sector, 71);
  const entry = bytes.subarray(catalogue, catalogue + sector).fill(0);
  entry[0] = 1;
  entry.writeUInt16LE(0xaa55, 30);
  entry.writeUInt16LE(0x10000 - 0xaa55 - 1, 28);
  entry[32] = 0x88;
  return bytes;
}

let next = 0;
function written(content: Uint8Array): string {
  const file = join(folder, `cd-${next++}.iso`);
  writeFileSync(file, content);
  return file;
}
const changed = async (change: (bytes: Buffer) => void) => {
  const bytes = await cd();
  change(bytes);
  return written(bytes);
};

test.each([['I386/A'], ['i386/a'], ['I386/A', 'WIN51']].map((paths) => [paths]))(
  'a CD that boots and has %o is good',
  async (paths) => {
    await expect(checkWindowsCd(written(await cd(paths)))).resolves.toBeUndefined();
  },
);

test.each([
  ['cd-missing', async () => join(folder, 'none.iso')],
  ['not-a-cd', async () => folder],
  ['not-a-cd', async () => written(Buffer.alloc(0))],
  ['not-a-cd', async () => written(Buffer.alloc(40 * sector, 'MZ'))],
  [
    'not-a-cd',
    async () => {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      return pipe;
    },
  ],
  [
    'not-a-cd',
    async () => {
      const file = written(await cd());
      truncateSync(file, 2 ** 40);
      return file;
    },
  ],
  ['cd-incomplete', () => changed((bytes) => bytes.writeUInt32LE(400_000, 16 * sector + 80))],
  ['cd-not-bootable', () => changed((bytes) => bytes.fill(0, 17 * sector + 7, 17 * sector + 30))],
  ['cd-not-bootable', () => changed((bytes) => bytes.writeUInt32LE(0xffff_ffff, 17 * sector + 71))],
  ['cd-not-bootable', () => changed((bytes) => bytes.writeUInt32LE(16, 17 * sector + 71))],
  ['not-windows-cd', async () => written(await cd(['sources/install.wim']))],
  ['not-windows-cd', () => changed((bytes) => bytes.writeUInt32LE(2 ** 31, 16 * sector + 156 + 10))],
])('%s is told (%#)', async (code, image) => {
  const error = await checkWindowsCd(await image()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: `guest-setup.${code}`, hint: expect.stringMatching(/\w/) });
});
