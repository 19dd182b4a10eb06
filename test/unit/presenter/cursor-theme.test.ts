import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCursorFile } from '../../../src/presenter/x11/cursor/cursor-file.ts';
import { CursorTheme } from '../../../src/presenter/x11/cursor/cursor-theme.ts';

interface FilePicture {
  readonly nominal: number;
  readonly edge: number;
  readonly hot?: number;
  readonly delay?: number;
}

/** A file as libXcursor writes it. */
function cursorFile(pictures: readonly FilePicture[]): Buffer {
  const words = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
  let at = 16 + pictures.length * 12;
  const toc: Buffer[] = [];
  const chunks = pictures.map(({ nominal, edge, hot = 0, delay = 0 }) => {
    const header = words(36, 0xfffd0002, nominal, 1, edge, edge, hot, hot, delay);
    const chunk = Buffer.concat([header, Buffer.alloc(edge * edge * 4, nominal)]);
    toc.push(words(0xfffd0002, nominal, at));
    at += chunk.length;
    return chunk;
  });
  return Buffer.concat([Buffer.from('Xcur'), words(16, 0x10000, pictures.length), ...toc, ...chunks]);
}

describe('a cursor file', () => {
  it('gives the pictures of the size that is nearest', () => {
    const file = cursorFile([
      { nominal: 24, edge: 2 },
      { nominal: 48, edge: 4, hot: 3, delay: 50 },
      { nominal: 48, edge: 4, delay: 70 },
    ]);
    expect(readCursorFile(file, 20)).toMatchObject([{ width: 2, hotX: 0, delayMs: 0 }]);
    const large = readCursorFile(file, 64);
    expect(large).toMatchObject([
      { width: 4, hotX: 3, delayMs: 50 },
      { width: 4, delayMs: 70 },
    ]);
    expect(large[0]?.pixels).toEqual(Buffer.alloc(64, 48));
  });

  it('that is damaged gives none, wherever it is cut off', () => {
    const file = cursorFile([{ nominal: 24, edge: 2 }]);
    for (let length = 0; length < file.length; length++) {
      expect(readCursorFile(file.subarray(0, length), 24)).toEqual([]);
    }
    expect(readCursorFile(cursorFile([{ nominal: 24, edge: 2, hot: 2 }]), 24)).toEqual([]);
    const huge = cursorFile([{ nominal: 24, edge: 2 }]);
    huge.writeUInt32LE(0xffff_ffff, 12);
    huge.writeUInt32LE(0xffff_ffff, 28 + 16);
    expect(readCursorFile(huge, 24)).toEqual([]);
  });
});

describe('the theme', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xpane-theme-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function addTheme(name: string, cursors: Readonly<Record<string, number>>, inherits = '') {
    await mkdir(join(folder, name, 'cursors'), { recursive: true });
    await writeFile(join(folder, name, 'index.theme'), `[Icon Theme]\nInherits=${inherits}\n`);
    for (const [cursor, edge] of Object.entries(cursors)) {
      await writeFile(join(folder, name, 'cursors', cursor), cursorFile([{ nominal: 24, edge }]));
    }
  }
  const themeOf = (resources = '', env: NodeJS.ProcessEnv = {}) =>
    new CursorTheme({ resources, env: { HOME: folder, XCURSOR_PATH: `/nonexistent:${folder}`, ...env } });
  const edges = async (theme: CursorTheme, ...names: string[]) =>
    (await theme.find(names)).map(({ width }) => width);

  it('is the one of the X resources, the environment’s before it, and "default" without', async () => {
    await addTheme('default', { text: 1 });
    await addTheme('resource', { text: 2 });
    await addTheme('variable', { text: 3 });
    const resources = 'Xft.dpi:\t96\nXcursor.theme:\tresource\nXcursor.size:\t24\n';
    expect(await edges(themeOf(), 'text')).toEqual([1]);
    expect(await edges(themeOf(resources), 'text')).toEqual([2]);
    expect(await edges(themeOf(resources, { XCURSOR_THEME: 'variable' }), 'text')).toEqual([3]);
  });

  it('has what it inherits, an own cursor by another name first; circles end', async () => {
    await addTheme('default', { xterm: 1 }, 'parent');
    await addTheme('parent', { text: 2, wait: 3 }, 'default, grandparent');
    await addTheme('grandparent', { help: 4 });
    expect(await edges(themeOf(), 'text', 'xterm')).toEqual([1]);
    expect(await edges(themeOf(), 'wait')).toEqual([3]);
    expect(await edges(themeOf(), 'help')).toEqual([4]);
    expect(await edges(themeOf(), 'nothing')).toEqual([]);
  });
});
