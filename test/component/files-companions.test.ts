import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quietMs } from '../../src/redirection/files/document-opening.ts';
import { fileRule } from '../../src/workspace/file-rule.ts';
import { failure } from './fixtures/files/fake-guest-files.ts';
import { RelayRig } from './fixtures/files/relay-rig.ts';
import { until } from './fixtures/until.ts';

const soon = (what: string, condition: () => boolean) => until(what, 5000, condition);

/** A rig whose user's folder has these files beside `Letter.txt`: paths below it, each with its content. */
async function rigWith(contents: Record<string, string>): Promise<RelayRig> {
  const rig = await RelayRig.make();
  for (const [path, content] of Object.entries(contents)) write(rig, path, content);
  return rig;
}

function write(rig: RelayRig, path: string, content: string): void {
  mkdirSync(dirname(join(rig.home, path)), { recursive: true });
  writeFileSync(join(rig.home, path), content);
}

const read = (rig: RelayRig, path: string) => readFileSync(join(rig.home, path), 'utf8');
const inGuest = ({ guest }: RelayRig) =>
  Object.fromEntries(
    [...guest.held.values()].map(({ path, content }) => [path.join('/'), content.toString()]),
  );
const puts = ({ guest }: RelayRig) => guest.asked.filter((each) => each.startsWith('put'));

/** The guest saves, and all that comes of it is here. */
async function save(rig: RelayRig, path: string, content: string): Promise<void> {
  const before = rig.guest.asked.length;
  rig.guest.save(path, content);
  await soon(`${path} came`, () => rig.guest.asked.length > before && !rig.relay.busy);
}

/** Opens with the folder; the service is killed when that many of its files are on their way, and starts again. */
async function openKilled(rig: RelayRig, afterPuts: number): Promise<void> {
  const [journal, killed] = [join(rig.root, 'journal'), join(rig.root, 'killed')];
  let done = 0;
  rig.guest.duringPut = ({ path }) => {
    if (path[0] === 'Letter.txt' || ++done !== afterPuts) return;
    cpSync(journal, killed, { recursive: true });
    rig.guest.connected = false;
  };
  await expect(rig.openWithFolder()).rejects.toMatchObject({ code: 'bridge.not-connected' });
  rig.guest.duringPut = () => {};
  await rig.relay.close();
  rmSync(journal, { recursive: true });
  renameSync(killed, journal);
  await rig.restart();
}

describe('a file that is opened with its folder', () => {
  test('has it in the guest, by the same relative names, before it is opened; alone it has nothing', async () => {
    await using rig = await rigWith({ 'Letter.dbf': 'table', 'sub/deep/a b.png': 'picture' });
    await rig.open();
    expect(inGuest(rig)).toEqual({ 'Letter.txt': 'old' });
    await rig.openWithFolder();
    expect(inGuest(rig)).toEqual({
      'Letter.txt': 'old',
      'Letter.dbf': 'table',
      'sub/deep/a b.png': 'picture',
    });
    expect(rig.guest.asked.at(-1)).toBe('open Letter.txt');
    expect(rig.notices).toEqual([]);
  });

  test('goes again as far as it has changed here, whoever opens it next', async () => {
    await using rig = await rigWith({ 'a.txt': 'a', 'sub/b.txt': 'b' });
    await rig.openWithFolder();
    write(rig, 'sub/b.txt', 'newer here');
    write(rig, 'sub/c.txt', 'new here');
    await rig.open();
    expect(puts(rig).slice(3).sort()).toEqual(['put sub/b.txt', 'put sub/c.txt']);
    expect(inGuest(rig)).toMatchObject({ 'a.txt': 'a', 'sub/b.txt': 'newer here', 'sub/c.txt': 'new here' });
    await rig.relay.open(rig.file, {
      signal: new AbortController().signal,
      folder: { takes: false, maxBytes: 1 },
    });
    expect(puts(rig)).toHaveLength(5);
  });

  test('is that of the file which a link leads to, and the file has its own name there', async () => {
    await using rig = await rigWith({ 'real/map.shp': 'shapes', 'real/map.dbf': 'table' });
    symlinkSync('real/map.shp', join(rig.home, 'link.shp'));
    await rig.openWithFolder(join(rig.home, 'link.shp'));
    expect(inGuest(rig)).toEqual({ 'map.shp': 'shapes', 'map.dbf': 'table' });
  });

  test('leaves here what may not go, and says so once', async () => {
    await using rig = await rigWith({
      'sub/run.exe': 'program',
      'a.zip': 'not allowed',
      '.hidden/x.txt': 'secret',
      '1/2/3/4/5/6/7/8/far.txt': 'far',
      'LETTER.TXT': 'the same name to Windows',
      'secret.txt': 'x',
      '~$Letter.txt': 'a lock, of which nobody speaks',
    });
    rig.rules = { ...rig.rules, toGuest: fileRule('!zip') };
    writeFileSync(join(rig.root, 'outside.txt'), 'outside');
    symlinkSync('../outside.txt', join(rig.home, 'link.txt'));
    symlinkSync('..', join(rig.home, 'up'));
    execFileSync('mkfifo', [join(rig.home, 'pipe')]);
    chmodSync(join(rig.home, 'secret.txt'), 0);
    await rig.openWithFolder();
    // Root may read everything.
    const secret = process.getuid?.() === 0 ? { 'secret.txt': 'x' } : {};
    expect(inGuest(rig)).toEqual({ 'Letter.txt': 'old', ...secret });
    const [notice] = rig.notices;
    expect(notice).toMatchObject({
      kind: 'information',
      title: expect.stringContaining('of the folder of Letter.txt'),
    });
    for (const part of [
      'sub/run.exe (programs)',
      'a.zip (not allowed',
      '.hidden (hidden)',
      '1/2/3/4/5/6/7/8 (folders too far down)',
      'LETTER.TXT (a name',
      'link.txt, up (links)',
      'pipe (no files)',
    ])
      expect(notice?.text).toContain(part);
    await rig.openWithFolder();
    expect(rig.notices).toHaveLength(1);
  });

  test('is bounded in number and size; what has the file’s name goes first', async () => {
    await using rig = await rigWith({ 'Letter_files/z.png': 'picture', 'large.txt': 'x'.repeat(2000) });
    for (let i = 0; i < 300; i += 1) write(rig, `many ${String(i).padStart(3, '0')}.txt`, 'x');
    await rig.openWithFolder(rig.file, 1000);
    const there = Object.keys(inGuest(rig));
    expect(there).toHaveLength(200);
    expect(puts(rig)[1]).toBe('put Letter_files/z.png');
    expect(there).not.toContain('large.txt');
    expect(rig.notices[0]?.text).toContain('large.txt (more than the setting "companions" lets go');
    expect(rig.notices[0]?.text).toContain('and 99 more (more than may go with one file)');
    // What an application makes there has room.
    await save(rig, 'new.txt', 'made there');
    expect(read(rig, 'new.txt')).toBe('made there');
  });
});

describe('what the guest changes in the folder', () => {
  test('comes back to where it was, and new files to the same folders; folders are made', async () => {
    await using rig = await rigWith({ 'sub/a.txt': 'a', 'what: a folder?/b.txt': 'b' });
    await rig.openWithFolder();
    await save(rig, 'sub/a.txt', 'edited');
    await save(rig, 'what_ a folder_/new.txt', 'new beside b');
    await save(rig, 'sub/new/.git/config', 'new below');
    expect([read(rig, 'sub/a.txt'), read(rig, 'what: a folder?/new.txt')]).toEqual([
      'edited',
      'new beside b',
    ]);
    expect(read(rig, 'sub/new/_.git/config')).toBe('new below');
    expect([existsSync(rig.rescued), rig.notices]).toEqual([false, []]);
  });

  test('is kept beside where it was changed here, too, or where a file here was never there', async () => {
    await using rig = await rigWith({ 'sub/a.txt': 'a', 'sub/large.txt': 'stays here' });
    await rig.openWithFolder(rig.file, 5);
    write(rig, 'sub/a.txt', 'mine');
    await save(rig, 'sub/a.txt', 'theirs');
    await save(rig, 'sub/large.txt', 'made there');
    const names = readdirSync(join(rig.home, 'sub')).map((name) => name.replace(/, \d.*\)/, ')'));
    expect(names.sort()).toEqual(['a (from Office).txt', 'a.txt', 'large (from Office).txt', 'large.txt']);
    expect([read(rig, 'sub/a.txt'), read(rig, 'sub/large.txt')]).toEqual(['mine', 'stays here']);
    // Opened again the guest has what is here; what was kept beside goes, too.
    await rig.openWithFolder(rig.file, 1000);
    expect(inGuest(rig)['sub/a.txt']).toBe('mine');
    expect(Object.keys(inGuest(rig)).filter((name) => name.includes('from Office'))).toHaveLength(2);
  });

  test('never goes through a link that has come into its way', async () => {
    await using rig = await rigWith({ 'sub/a.txt': 'a' });
    await rig.openWithFolder();
    mkdirSync(join(rig.root, 'elsewhere'));
    renameSync(join(rig.home, 'sub'), join(rig.home, 'moved'));
    symlinkSync('../elsewhere', join(rig.home, 'sub'));
    await save(rig, 'sub/a.txt', 'edited');
    await save(rig, 'sub/new/b.txt', 'new');
    expect([readdirSync(join(rig.root, 'elsewhere')), read(rig, 'moved/a.txt')]).toEqual([[], 'a']);
    expect(Object.values(rig.shownRescued).sort()).toEqual(['edited', 'new']);
    expect(rig.notices.map(({ text }) => text)).toEqual([
      expect.stringContaining('Its folder here is missing'),
      expect.stringContaining('Its folder here is missing'),
    ]);
  });

  test('leaves no folder here when it does not come', async () => {
    await using rig = await rigWith({ 'sub/a.txt': 'a' });
    await rig.openWithFolder();
    rig.guest.duringGet = () => {
      throw failure('file-changed');
    };
    rig.guest.save('sub/new/b.txt', 'new');
    await soon('it was tried', () => rig.guest.asked.filter((each) => each.startsWith('get')).length > 1);
    await rig.relay.close();
    expect(readdirSync(join(rig.home, 'sub'))).toEqual(['a.txt']);
  });

  test('comes here before anything goes over it, and what is in use there is not replaced', async () => {
    await using rig = await rigWith({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
    await rig.restart({ settleMs: 60_000 });
    await rig.openWithFolder();
    rig.guest.save('a.txt', 'edited there');
    rig.guest.use('b.txt', true);
    rig.guest.use('c.txt', true);
    write(rig, 'b.txt', 'newer here');
    await rig.openWithFolder();
    expect([read(rig, 'a.txt'), inGuest(rig)['a.txt']]).toEqual(['edited there', 'edited there']);
    expect(inGuest(rig)['b.txt']).toBe('b');
    expect(rig.notices).toMatchObject([{ text: expect.stringContaining('b.txt (in use') }]);
  });
});

test('what may not come from the guest is not replaced there; what can comes first, though its document is broken', async () => {
  await using rig = await rigWith({ 'a.csv': 'a', 'b.txt': 'b' });
  await rig.restart({ settleMs: 60_000, goneMs: 60_000 });
  rig.rules = { ...rig.rules, fromGuest: fileRule('!csv') };
  await rig.openWithFolder();
  rig.guest.save('a.csv', 'edited there');
  rig.guest.save('b.txt', 'edited there');
  rig.guest.remove('Letter.txt');
  write(rig, 'a.csv', 'newer here');
  for (let opened = 0; opened < 2; opened += 1) {
    await rig.openWithFolder();
    expect(inGuest(rig)).toEqual({ 'Letter.txt': 'old', 'a.csv': 'edited there', 'b.txt': 'edited there' });
  }
  expect([read(rig, 'a.csv'), read(rig, 'b.txt')]).toEqual(['newer here', 'edited there']);
});

test('what is saved there while the folder is looked through is not replaced', async () => {
  await using rig = await rigWith({ 'a.dbf': 'a', 'b.txt': 'b' });
  await rig.restart({ settleMs: 60_000 });
  await rig.openWithFolder();
  write(rig, 'a.dbf', 'newer here');
  const never = new Set<string>();
  never.has = (extension) => {
    if (extension === 'dbf') rig.guest.save('a.dbf', 'edited there');
    return false;
  };
  rig.rules = { ...rig.rules, toGuest: { ...rig.rules.toGuest, never } };
  await rig.openWithFolder();
  expect([read(rig, 'a.dbf'), inGuest(rig)['a.dbf']]).toEqual(['newer here', 'edited there']);
  expect(rig.notices).toMatchObject([{ text: expect.stringContaining('a.dbf (in use') }]);
});

test('two folders that are one to Windows do not mix: one of them stays here', async () => {
  await using rig = await rigWith({
    'Data/a.txt': 'a',
    'data/b.txt': 'b',
    'x:y/z/c.txt': 'c',
    'x_y/d.txt': 'd',
    'both.txt': 'a file',
    'Both.txt/e.txt': 'e',
  });
  await rig.openWithFolder();
  expect(Object.keys(inGuest(rig)).sort()).toEqual(['Data/a.txt', 'Letter.txt', 'both.txt', 'x_y/d.txt']);
  expect(rig.notices[0]?.text).toContain('Both.txt/e.txt, data/b.txt, x:y/z/c.txt (a name');
  await save(rig, 'x_y/new.txt', 'made there');
  expect(read(rig, 'x_y/new.txt')).toBe('made there');
});

test('an agent that heeds no expectation is waited for once; what is saved there meanwhile stays', async () => {
  const paths = Array.from({ length: 8 }, (_, at) => `${at}.txt`);
  await using rig = await rigWith(Object.fromEntries(paths.map((path) => [path, 'first'])));
  await rig.restart({ settleMs: 60_000 });
  rig.guest.heedsExpected = false;
  await rig.openWithFolder();
  for (const path of paths) write(rig, path, 'newer here');
  rig.guest.duringPut = ({ path }) => {
    if (path[0] === '0.txt') rig.guest.save('7.txt', 'edited there');
  };
  const begun = performance.now();
  await rig.openWithFolder();
  expect(performance.now() - begun).toBeLessThan(4 * quietMs);
  expect(inGuest(rig)).toMatchObject({
    '0.txt': 'newer here',
    '6.txt': 'newer here',
    '7.txt': 'edited there',
  });
  expect(rig.notices).toMatchObject([{ text: expect.stringContaining('7.txt (in use') }]);
});

describe('a folder on its way', () => {
  const many = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`${at}.txt`, `content ${at}`]));

  test('is one transfer with progress; cancelled it leaves whole files, and the next open goes on', async () => {
    await using rig = await rigWith(many);
    let done = 0;
    const halfway = Promise.withResolvers<void>();
    rig.guest.duringPut = async ({ path }) => {
      if (path[0] === 'Letter.txt' || ++done <= 40) return;
      await halfway.promise;
    };
    const opening = rig.openWithFolder();
    await soon('it is shown', () => rig.relay.transfers.shown.length === 1);
    expect(rig.relay.transfers.shown).toMatchObject([
      { name: 'the folder of Letter.txt', direction: 'to-guest' },
    ]);
    expect(rig.relay.transfers.shown[0]?.fraction).toBeCloseTo(0.5, 1);
    expect(rig.relay.transfers.cancel('all')).toBe(1);
    await expect(opening).rejects.toMatchObject({ code: 'files.cancelled' });
    expect(rig.guest.asked.some((each) => each.startsWith('open'))).toBe(false);
    expect(Object.values(inGuest(rig)).every((content) => /^(old|content \d+)$/.test(content))).toBe(true);
    halfway.resolve();
    const before = puts(rig).length;
    await rig.openWithFolder();
    expect(puts(rig).length - before).toBe(40);
    expect(Object.keys(inGuest(rig))).toHaveLength(81);
  });

  test('that was killed in the middle is whole after the next open, and what was made meanwhile replaces nothing', async () => {
    await using rig = await rigWith(many);
    await openKilled(rig, 50);
    await soon('what is there was compared', () => !rig.relay.busy);
    const missing = Object.keys(many).find((name) => !(name in inGuest(rig))) ?? '';
    await save(rig, missing, 'made there');
    expect(read(rig, missing)).toBe(many[missing]);
    await rig.openWithFolder();
    expect(Object.keys(inGuest(rig)).filter((name) => !name.includes('from Office'))).toHaveLength(81);
    expect(inGuest(rig)[missing]).toBe(many[missing]);
    for (const [name, content] of Object.entries(many)) expect(read(rig, name)).toBe(content);
  });

  test('that was killed while it went over what was there leaves nothing twice', async () => {
    await using rig = await rigWith(many);
    await rig.openWithFolder();
    for (const name of Object.keys(many)) write(rig, name, `newer ${name}`);
    await openKilled(rig, 50);
    await soon('what is there was compared', () => !rig.relay.busy);
    await rig.openWithFolder();
    for (const name of Object.keys(many)) {
      expect([read(rig, name), inGuest(rig)[name]]).toEqual([`newer ${name}`, `newer ${name}`]);
    }
    expect([Object.keys(rig.shown).length, Object.keys(inGuest(rig)).length]).toEqual([81, 81]);
  });

  test('that a full guest does not take is an error, and the file is not opened', async () => {
    await using rig = await rigWith(many);
    rig.guest.duringPut = ({ path }) => {
      if (path[0] === '7.txt') throw failure('file-no-room');
    };
    await expect(rig.openWithFolder()).rejects.toMatchObject({ code: 'bridge.file-no-room' });
    // What was on its way at that moment may be there; what did not begin to go is not.
    const noted = rig.journal.all[0]?.files.length ?? 0;
    expect(noted - Object.keys(inGuest(rig)).length).toBeLessThanOrEqual(4);
    expect(rig.guest.asked.some((each) => each.startsWith('open'))).toBe(false);
  });

  test('that changes while it goes is read again, or stays as it was', async () => {
    await using rig = await rigWith({ 'a.txt': 'x'.repeat(300_000), 'gone.txt': 'x'.repeat(300_000) });
    let reads = 0;
    rig.guest.duringPut = ({ path }) => {
      if (path[0] === 'a.txt' && reads++ === 0) write(rig, 'a.txt', 'y'.repeat(300_000));
      if (path[0] === 'gone.txt' && existsSync(join(rig.home, 'gone.txt')))
        rmSync(join(rig.home, 'gone.txt'));
    };
    await rig.openWithFolder();
    expect(inGuest(rig)['a.txt']).toBe('y'.repeat(300_000));
    await save(rig, 'a.txt', 'edited');
    expect(read(rig, 'a.txt')).toBe('edited');
  });
});
