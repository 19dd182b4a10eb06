import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Display } from '../../src/service/display.ts';
import type { LiveWorkspace } from '../../src/service/live-workspace.ts';
import { cancelTransfers, folderQuestions, openFiles } from '../../src/service/open-files.ts';
import type { RedirectedFiles } from '../../src/service/redirected-files.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { FakeBridge } from './fixtures/files/fake-bridge.ts';
import { FakeGuestFiles } from './fixtures/files/fake-guest-files.ts';
import { startedFiles } from './fixtures/files/service-rig.ts';

const nothing = () => undefined;
const started = { outcome: 'started', processId: 1, systemError: 0 };

const presenter = { announceStart: () => ({ end: nothing, onTimeout: nothing }), userAct: nothing };
const display = { open: async () => presenter } as unknown as Display;

/** A workspace whose guest runs. */
function workspaceWith(files: unknown): LiveWorkspace {
  return {
    ...{ files, catalogue: { known: false }, keepAwake: () => nothing, expectWindow: () => nothing },
    ensureReady: async () => ({ on: () => nothing }),
  } as unknown as LiveWorkspace;
}

test('of several files those that fail are named, and the others are opened', async () => {
  const opened: string[] = [];
  const files = {
    accept: async (path: string) => path.slice(1),
    open: async (path: string) => {
      if (path === '/full.txt')
        throw new XPaneError('bridge.file-no-room', 'The guest is full.', 'Make room.');
      if (path === '/odd.xyz') return { ...started, outcome: 'not-found' };
      opened.push(path);
      return started;
    },
    tell: nothing,
  };
  const companions = { takesFolder: nothing, questionOnce: nothing };
  const workspace = workspaceWith({ ...files, companions });
  const paths = ['/full.txt', '/a.txt', '/odd.xyz', '/b.txt'];
  const signal = new AbortController().signal;
  const opening = openFiles(display, workspace, { files: paths, wait: true }, signal);
  await expect(opening).rejects.toMatchObject({
    code: 'bridge.file-no-room',
    message: '2 of 4 files were not opened: full.txt, odd.xyz. The guest is full.',
  });
  expect(opened).toEqual(['/a.txt', '/b.txt']);
  const one = openFiles(display, workspace, { files: ['/full.txt'], wait: true }, signal);
  await expect(one).rejects.toMatchObject({ message: 'The guest is full.' });
});

test('a transfer is cancelled in the workspace that has it', () => {
  const having = (...ids: number[]) => {
    const cancel = (which: number | 'all') => (which === 'all' ? ids.length : Number(ids.includes(which)));
    return { files: { cancel } } as unknown as LiveWorkspace;
  };
  const all = [having(), having(3, 4), having(5)];
  expect([cancelTransfers(all, 5), cancelTransfers(all, 'all'), cancelTransfers([], 'all')]).toEqual([
    1, 3, 0,
  ]);
  expect(() => cancelTransfers(all, 6)).toThrow(expect.objectContaining({ code: 'files.no-transfer' }));
});

describe('a file of a kind that is known to need its folder', () => {
  const signal = new AbortController().signal;

  /** A user's folder `maps` with a map in two files, and a service that has opened nothing; `next` is the one after it. */
  async function rig({ rule = 'ask' } = {}) {
    const root = mkdtempSync(join(tmpdir(), 'xpane-files-open-'));
    for (const name of ['maps', 'workspace']) mkdirSync(join(root, name));
    const map = join(root, 'maps', 'Roads.SHP');
    writeFileSync(map, 'shapes');
    writeFileSync(join(root, 'maps', 'Roads.dbf'), 'table');
    const bridge = new FakeBridge(new FakeGuestFiles());
    const rules = () => ({ filesToGuest: 'all', filesFromGuest: 'all', scanFromGuest: 'off' });
    let service: RedirectedFiles | undefined;
    const next = async () => {
      await service?.release();
      service = await startedFiles({
        root,
        rules,
        companions: () => rule,
        leavesNothing: () => false,
        bridge,
      });
      return service;
    };
    onTestFinished(async () => {
      await service?.release();
      rmSync(root, { recursive: true });
    });
    const open = async (files: RedirectedFiles, params: { folder?: boolean; path?: string } = {}) => {
      const { path = map, ...others } = params;
      await openFiles(display, workspaceWith(files), { files: [path], wait: true, ...others }, signal);
      return [...bridge.files.held.values()].map(({ path: names }) => names.join('/'));
    };
    return { root, map, next, open };
  }

  test('goes alone, and the user is asked once, by a notice; the next service knows that', async () => {
    const { root, map, next, open } = await rig();
    const files = await next();
    const asked = await folderQuestions(workspaceWith(files), [map, map, join(root, 'maps', 'Roads.dbf')]);
    expect(asked.map(({ kind, folder }) => [kind, folder])).toEqual([
      ['shp', join(root, 'maps')],
      ['dbf', join(root, 'maps')],
    ]);
    expect(await open(files)).toEqual(['Roads.SHP']);
    expect(files.state?.notices).toMatchObject([
      { title: 'Does Roads.SHP need its folder?', folderQuestion: { kind: 'shp', file: map } },
    ]);
    expect(await open(files)).toEqual(['Roads.SHP']);
    expect(files.state?.notices).toHaveLength(1);
    expect(await folderQuestions(workspaceWith(files), [map])).toEqual([]);
    expect(statSync(join(root, 'workspace', 'companions.json')).mode & 0o777).toBe(0o600);
    const later = await next();
    expect([await open(later), later.state]).toEqual([['Roads.SHP'], undefined]);
  });

  test('is one question with another that is opened at the same time', async () => {
    const { root, map, next } = await rig();
    const other = join(root, 'maps', 'Rivers.shp');
    writeFileSync(other, 'shapes');
    const { companions } = await next();
    const asked = await Promise.all([map, other, map].map((file) => companions.questionOnce(file)));
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  test('takes it once the user has said so, as long as he says nothing else for one time or for good', async () => {
    const { next, open } = await rig();
    const files = await next();
    await files.companions.answer('shp', true);
    expect(await open(files)).toEqual(['Roads.SHP', 'Roads.dbf']);
    expect(files.state).toBeUndefined();
    const later = await next();
    expect(await later.companions.takesFolder('/x/a.shp')).toBe(true);
    await later.companions.answer('shp', false);
    expect(await later.companions.takesFolder('/x/a.shp')).toBe(false);
  });

  test('goes alone, and nobody is asked, by --alone, by the setting, or where nothing else lies there', async () => {
    const alone = await rig();
    const files = await alone.next();
    expect(await alone.open(files, { folder: false })).toEqual(['Roads.SHP']);
    rmSync(join(alone.root, 'maps', 'Roads.dbf'));
    expect([await alone.open(files), files.state]).toEqual([['Roads.SHP'], undefined]);
    for (const rule of ['none', 'mdb']) {
      const never = await rig({ rule });
      const service = await never.next();
      expect([await never.open(service), service.state]).toEqual([['Roads.SHP'], undefined]);
      await expect(service.companions.answer('shp', true)).rejects.toMatchObject({
        code: 'files.folder-rule',
      });
      // By hand it may.
      expect(await never.open(service, { folder: true })).toEqual(['Roads.SHP', 'Roads.dbf']);
    }
  });

  test.each(['none', 'alone', 'asked'] as const)('had its folder once, and no more by %s', async (by) => {
    const { root, next, open } = await rig(by === 'none' ? { rule: by } : {});
    const files = await next();
    await open(files);
    expect(await open(files, { folder: true })).toEqual(['Roads.SHP', 'Roads.dbf']);
    if (by === 'alone') await files.companions.answer('shp', false);
    writeFileSync(join(root, 'maps', 'Roads.shx'), 'index');
    // That nobody has answered yet changes nothing.
    const expected = by === 'asked' ? ['Roads.SHP', 'Roads.dbf', 'Roads.shx'] : ['Roads.SHP', 'Roads.dbf'];
    expect(await open(files)).toEqual(expected);
  });

  test('is not asked about where it may not be opened', async () => {
    const { root, next } = await rig();
    const files = workspaceWith(await next());
    const gone = join(root, 'maps', 'gone.shp');
    await expect(folderQuestions(files, [gone])).rejects.toMatchObject({ code: 'files.not-found' });
  });

  test('takes it by the setting, but never the user’s home', async () => {
    const { root, map, next, open } = await rig({ rule: 'shp, max=1K' });
    const files = await next();
    expect(await open(files)).toEqual(['Roads.SHP', 'Roads.dbf']);
    await files.release();
    const home = process.env.HOME;
    onTestFinished(() => {
      process.env.HOME = home;
    });
    process.env.HOME = join(root, 'maps');
    expect(await files.companions.takesFolder(map)).toBeUndefined();
    const asked = { files: [map], folder: true };
    await expect(openFiles(display, workspaceWith(files), asked, signal)).rejects.toMatchObject({
      code: 'files.folder-too-wide',
    });
  });

  test('and answers that cannot be understood count as none', async () => {
    const { root, map, next } = await rig();
    writeFileSync(join(root, 'workspace', 'companions.json'), '{"kinds": 1}');
    const files = await next();
    expect(await files.companions.question(map)).toMatchObject({ kind: 'shp' });
    await files.companions.answer('shp', true);
    expect(JSON.parse(readFileSync(join(root, 'workspace', 'companions.json'), 'utf8'))).toEqual({
      version: 1,
      kinds: { shp: 'folder' },
    });
  });
});
