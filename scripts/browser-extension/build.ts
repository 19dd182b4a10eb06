import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from '../../src/shared/child-process.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { type ZipEntry, zipOf } from './zip.ts';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'src/browser-extension');
const asTheyAre = ['page.html', 'page.css'] as const;
const iconSizes = [16, 32, 128] as const;

/** Makes the extension as browsers load it, in `folder`; one that is there is replaced. Throws `package.failed`. */
export async function buildBrowserExtension(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const before = await readdir(folder);
  if (before.length > 0 && !before.includes('manifest.json')) throw notOurs(folder);
  for (const name of before) await rm(join(folder, name), { recursive: true });
  const { code, stdout, stderr } = await runChild({
    command: join(root, 'node_modules/.bin/tsc'),
    args: ['-p', source, '--outDir', folder],
    timeoutMs: 5 * 60_000,
    maxOutputBytes: 1 << 20,
  });
  if (code !== 0) {
    throw new XPaneError(
      'package.failed',
      `The browser extension could not be made:\n${stdout}${stderr}`,
      'The lines above say why.',
    );
  }
  for (const name of asTheyAre) await copyFile(join(source, name), join(folder, name));
  for (const size of iconSizes) {
    await copyFile(join(root, `assets/tray/running-${size}.png`), join(folder, `icon-${size}.png`));
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const manifest = JSON.parse(await readFile(join(source, 'manifest.json'), 'utf8'));
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
}

/** The files of `folder` as one, as stores and administrators take an extension. */
export async function packBrowserExtension(folder: string, file: string): Promise<void> {
  const entries: ZipEntry[] = [];
  for (const name of (await readdir(folder)).sort()) {
    entries.push({ name, content: await readFile(join(folder, name)) });
  }
  await writeFile(file, zipOf(entries));
}

function notOurs(folder: string): XPaneError {
  return new XPaneError(
    'package.failed',
    `The folder ${folder} has other things in it than a browser extension.`,
    'Name an empty folder, or one that is not there yet.',
  );
}
