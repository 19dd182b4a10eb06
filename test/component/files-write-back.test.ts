import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectHostFile } from '../../src/redirection/files/host-file.ts';
import { nobody } from './fixtures/become-user.ts';
import {
  contentsOf,
  newer,
  newerStamp,
  old,
  openWriteBack,
  path,
  putAway,
  startAgain,
  type WriteBackRig,
} from './fixtures/files/write-back-rig.ts';
import { bring, inProcess, rigged, script } from './fixtures/files/write-back-runs.ts';

const beside = /^Letter \(from Office, \d{4}-\d\d-\d\d \d\d\.\d\d\)\.txt$/;

/** What differs between the ways of bringing content back: how things are before it, and what is there after. */
const ways = {
  replace: { prepare: () => {}, after: { 'Letter.txt': 'newer' } },
  overwrite: {
    prepare: ({ file, home }: WriteBackRig) => linkSync(file, join(home, 'second name')),
    after: { 'Letter.txt': 'newer', 'second name': 'newer' },
  },
  create: { prepare: ({ file }: WriteBackRig) => rmSync(file), after: { 'Letter.txt': 'newer' } },
  aside: {
    prepare: ({ file }: WriteBackRig) => writeFileSync(file, 'changed here'),
    after: { 'Letter.txt': 'changed here', beside: 'newer' },
  },
  rescue: {
    prepare: ({ home }: WriteBackRig) => rmSync(home, { recursive: true }),
    after: { beside: 'newer' },
  },
} as const;

/** As `after`: the name that has the time in it is `beside`. */
function shown(folder: string) {
  const entries = Object.entries(contentsOf(folder));
  return Object.fromEntries(entries.map(([name, content]) => [beside.test(name) ? 'beside' : name, content]));
}

const moments = ['fetch', 'fetching', 'place', 'move', 'overwrite', 'moved', 'done'];
const kills = Object.keys(ways).flatMap((way) =>
  moments
    .filter((moment) => (moment === 'overwrite') <= (way === 'overwrite'))
    .map((moment) => [way as keyof typeof ways, moment] as const),
);

describe('killed at any moment, nothing is lost', () => {
  test.each(kills)('%s, killed before: %s', async (way, moment) => {
    const rig = rigged();
    if (way === 'overwrite') ways.overwrite.prepare(rig);
    const documentId = await putAway(rig);
    if (way !== 'overwrite') ways[way].prepare(rig);
    expect(inProcess({ rig, documentId, dieAt: moment })).toBe('SIGKILL');

    const place = way === 'rescue' ? rig.rescued : rig.home;
    if (way !== 'rescue') {
      const { 'Letter.txt': now } = shown(rig.home);
      expect(way === 'create' ? ['newer', undefined] : ['old', 'newer', 'changed here']).toContain(now);
    }
    await startAgain(rig);
    expect(shown(place)).toEqual(ways[way].after);
    const { journal } = await openWriteBack(rig);
    expect(journal.all[0]?.files).toMatchObject([{ stamp: newerStamp }]);
    expect(journal.all[0]?.files[0]).not.toHaveProperty('incoming');
    // A second start has nothing to do, and the next save goes to the same place.
    expect(await startAgain(rig)).toEqual([]);
    await bring(rig, documentId, 'third');
    expect(Object.values(shown(place))).toContain('third');
    expect(new Set(Object.keys(shown(place)))).toEqual(new Set(Object.keys(ways[way].after)));
  });

  test('killed while a file is overwritten in its place: it is completed from the whole copy', async () => {
    const rig = rigged();
    linkSync(rig.file, join(rig.home, 'second name'));
    const documentId = await putAway(rig);
    expect(inProcess({ rig, documentId, dieAt: 'overwrite' })).toBe('SIGKILL');
    writeFileSync(rig.file, newer.slice(0, 1000) + old.slice(1000));
    const { writeBack } = await openWriteBack(rig);
    expect((await writeBack.recover()).brought).toMatchObject([{ outcome: 'written', hostPath: rig.file }]);
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'newer', 'second name': 'newer' });
  });

  test('what came in whole is placed without the guest', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    expect(inProcess({ rig, documentId, dieAt: 'move' })).toBe('SIGKILL');
    const { writeBack } = await openWriteBack(rig);
    expect((await writeBack.recover()).brought).toMatchObject([{ outcome: 'written' }]);
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'newer' });
  });

  test('the temporary file goes with its folder: the guest is asked again', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    expect(inProcess({ rig, documentId, dieAt: 'move' })).toBe('SIGKILL');
    rmSync(rig.home, { recursive: true });
    await startAgain(rig);
    expect(shown(rig.rescued)).toEqual({ beside: 'newer' });
  });

  test('a file that is changed here between the kill and the next start is kept', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    expect(inProcess({ rig, documentId, dieAt: 'move' })).toBe('SIGKILL');
    writeFileSync(rig.file, 'changed here');
    await startAgain(rig);
    expect(shown(rig.home)).toEqual({ 'Letter.txt': 'changed here', beside: 'newer' });
  });
});

describe('a file of the host', () => {
  test('keeps mode and owner', async () => {
    const rig = rigged();
    chmodSync(rig.file, 0o4751);
    chownSync(rig.file, nobody, nobody);
    chmodSync(rig.file, 0o751);
    const documentId = await putAway(rig);
    const { ino } = statSync(rig.file);
    expect(await bring(rig, documentId)).toMatchObject({ outcome: 'written' });
    const after = statSync(rig.file);
    expect([after.mode & 0o7777, after.uid, after.gid]).toEqual([0o751, nobody, nobody]);
    expect(after.ino).not.toBe(ino);
  });

  test('of somebody else keeps its owner, as it is written in its place', async () => {
    const rig = rigged();
    chmodSync(rig.home, 0o777);
    chmodSync(rig.file, 0o666);
    const documentId = await putAway(rig);
    execFileSync('chown', ['-R', `${nobody}`, rig.service]);
    const { ino, uid } = statSync(rig.file);
    expect(inProcess({ rig, documentId, asUser: nobody })).toMatchObject({ outcome: 'written' });
    expect(statSync(rig.file)).toMatchObject({ ino, uid });
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'newer' });
  });

  test('in a folder that takes no new files is written in its place', async () => {
    const rig = rigged();
    execFileSync('chown', ['-R', `${nobody}`, rig.service, rig.home]);
    const documentId = await putAway(rig);
    execFileSync('chown', ['-R', `${nobody}`, rig.service]);
    chmodSync(rig.home, 0o555);
    expect(inProcess({ rig, documentId, asUser: nobody })).toMatchObject({ outcome: 'written' });
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'newer' });
    expect(readdirSync(rig.rescued)).toEqual([]);
  });

  test('that may not be written keeps its content, the guest’s is beside it', async () => {
    const rig = rigged();
    chmodSync(rig.file, 0o440);
    const documentId = await putAway(rig);
    expect(await bring(rig, documentId)).toMatchObject({ outcome: 'aside', aside: 'read-only' });
    expect(shown(rig.home)).toEqual({ 'Letter.txt': 'old', beside: 'newer' });
  });

  test('saved without a change is not touched', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    const before = statSync(rig.file, { bigint: true });
    expect(await bring(rig, documentId, old)).toMatchObject({ outcome: 'same', hostPath: rig.file });
    expect(statSync(rig.file, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'old' });
  });

  test('that has become a link, or a pipe, is left alone', async () => {
    for (const make of [
      (file: string) => symlinkSync('/etc/hostname', file),
      (file: string) => execFileSync('mkfifo', [file]),
    ]) {
      const rig = rigged();
      const documentId = await putAway(rig);
      rmSync(rig.file);
      make(rig.file);
      const hostname = readFileSync('/etc/hostname');
      expect(await bring(rig, documentId)).toMatchObject({ outcome: 'aside', aside: 'changed' });
      expect(readFileSync('/etc/hostname')).toEqual(hostname);
      expect(readdirSync(rig.home)).toHaveLength(2);
    }
  });

  test('replaced by one of the same size and time is another one', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    const { mtime } = statSync(rig.file);
    writeFileSync(`${rig.file}.new`, 'x'.repeat(old.length));
    execFileSync('touch', ['-r', rig.file, `${rig.file}.new`]);
    renameSync(`${rig.file}.new`, rig.file);
    expect(statSync(rig.file)).toMatchObject({ mtime });
    expect(await bring(rig, documentId)).toMatchObject({ outcome: 'aside', aside: 'changed' });
  });
});

describe('a disk that is full', () => {
  const mounted =
    'mount -t tmpfs -o size=1m tmpfs "$0" && cp "$4" "$0/Letter.txt" && "$1" "$2" "$3" && ls "$0" >&2';
  /** The user's folder is a file system that has room for the old content and not for both. */
  function onSmallDisk(rig: WriteBackRig, argument: object) {
    const args = ['--map-root-user', '--mount', 'sh', '-c', mounted, rig.home, process.execPath, script];
    const { stdout, stderr } = spawnSync(
      'unshare',
      [...args, JSON.stringify(argument), join(rig.service, 'old')],
      {
        encoding: 'utf8',
      },
    );
    return { result: JSON.parse(stdout || 'null'), left: stderr.trim().split('\n') };
  }

  test('keeps the old file; the new content is kept elsewhere, and told', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    renameSync(rig.file, join(rig.service, 'old'));
    const { result, left } = onSmallDisk(rig, { rig, documentId });
    expect(result).toMatchObject({ outcome: 'aside', aside: 'no-room' });
    expect(left).toEqual(['Letter.txt']);
    expect(shown(rig.rescued)).toEqual({ beside: 'newer' });
  });

  test('and the service’s own, too: the content stays in the guest, and nothing half is left', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    renameSync(rig.file, join(rig.service, 'old'));
    const inside = { ...rig, rescued: join(rig.home, 'rescued') };
    const { result, left } = onSmallDisk(rig, { rig: inside, documentId });
    expect(result).toEqual({ failure: 'files.no-room' });
    expect(left).toEqual(['Letter.txt', 'rescued']);
    const { journal } = await openWriteBack(rig);
    expect(journal.all[0]?.files[0]).toMatchObject({ stamp: '0'.repeat(16) });
    expect(journal.all[0]?.files[0]).not.toHaveProperty('incoming');
  });
});

describe('a guest', () => {
  test('that sends another size than it says changes nothing', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    const { writeBack } = await openWriteBack(rig);
    const lying = writeBack.bring({ documentId, path }, async (take) => {
      await take(Buffer.from('more than said'));
      return { stamp: newerStamp, sizeBytes: 4 };
    });
    await expect(lying).rejects.toMatchObject({ code: 'files.lies' });
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'old' });
  });

  test('that goes in the middle changes nothing', async () => {
    const rig = rigged();
    const documentId = await putAway(rig);
    const { writeBack } = await openWriteBack(rig);
    const lost = writeBack.bring({ documentId, path }, async (take) => {
      await take(Buffer.from('half'));
      throw new Error('lost');
    });
    await expect(lost).rejects.toThrow('lost');
    expect(contentsOf(rig.home)).toEqual({ 'Letter.txt': 'old' });
  });
});

describe('what can be opened', () => {
  test('a link is followed and keeps its name', async () => {
    const { file, home } = rigged();
    symlinkSync('Letter.txt', join(home, 'link.txt'));
    expect(await inspectHostFile(join(home, 'link.txt'))).toMatchObject({ path: file, name: 'link.txt' });
    expect(lstatSync(join(home, 'link.txt')).isSymbolicLink()).toBe(true);
  });

  test.each([
    ['a folder', (at: string) => mkdirSync(at), 'files.not-a-file'],
    ['a pipe', (at: string) => execFileSync('mkfifo', [at]), 'files.not-a-file'],
    ['a device', (at: string) => symlinkSync('/dev/zero', at), 'files.not-a-file'],
    ['nothing', () => {}, 'files.not-found'],
    ['a link to nothing', (at: string) => symlinkSync('nowhere', at), 'files.not-found'],
    ['a link to itself', (at: string) => symlinkSync(at, at), 'files.not-found'],
  ])('%s cannot', async (_, make, code) => {
    const at = join(rigged().home, 'it');
    make(at);
    await expect(inspectHostFile(at)).rejects.toMatchObject({ code });
  });

  test('a sparse file is no larger than it says', async () => {
    const { file } = rigged();
    truncateSync(file, 2 ** 33);
    expect((await inspectHostFile(file)).identity.sizeBytes).toBe(2 ** 33);
  });
});

test('a journal with a broken record opens, and the record is kept', async () => {
  const rig = rigged();
  const documentId = await putAway(rig);
  const file = join(rig.service, 'journal', `${documentId}.json`);
  truncateSync(file, 20);
  const { journal } = await openWriteBack(rig);
  expect(journal.all).toEqual([]);
  expect(readFileSync(`${file}.broken`, 'utf8')).toHaveLength(20);
});
