import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failure } from './fixtures/files/fake-guest-files.ts';
import { ShareRig, shareId } from './fixtures/shares/share-rig.ts';

const asked = ({ guest }: ShareRig, what: string) => guest.asked.filter((each) => each.startsWith(what));

describe('a folder that is shared', () => {
  test('is in the guest with its folders, small files first, on its drive', async () => {
    await using rig = await ShareRig.make({
      'a/large.txt': 'x'.repeat(1000),
      'b/c/small.txt': '1',
      'top.txt': '22',
    });
    mkdirSync(join(rig.folder, 'empty'));
    await rig.same();
    expect(rig.guest.shown).toEqual([{ documentId: shareId, drive: 'S', documents: false }]);
    expect(rig.guest.begun).toEqual(['b/c/small.txt', 'top.txt', 'a/large.txt']);
    await rig.until('the empty folder is there', () => rig.guest.folders.has('empty'));
    await rig.restart();
    await rig.same();
    expect(asked(rig, 'put')).toHaveLength(3);
    expect(asked(rig, 'get')).toEqual([]);
  });

  test('is followed: what changes, comes, moves and goes here does so there', async () => {
    await using rig = await ShareRig.make({ 'a.txt': '1', 'b/c.txt': '2', 'd.txt': '3' }, { lookMs: 60_000 });
    await rig.same();
    rig.write('a.txt', 'changed');
    rig.write('new/deep/n.txt', 'new');
    renameSync(join(rig.folder, 'd.txt'), join(rig.folder, 'e.txt'));
    rmSync(join(rig.folder, 'b'), { recursive: true });
    await rig.same();
    expect(rig.there).toEqual({ 'a.txt': 'changed', 'e.txt': '3', 'new/deep/n.txt': 'new' });
    await rig.until('the folder is gone there', () => !rig.guest.folders.has('b'));
    expect(rig.inTrash).toEqual([]);
  });

  test('leaves out what is hidden, a program, a link out of it, no file, or too deep', async () => {
    await using rig = await ShareRig.make({ 'ok.txt': 'ok' });
    const at = (name: string) => join(rig.folder, name);
    writeFileSync(join(rig.root, 'secret.txt'), 'secret');
    symlinkSync(join(rig.root, 'secret.txt'), at('out.txt'));
    symlinkSync('/etc', at('etc'));
    symlinkSync('.', at('loop'));
    symlinkSync('ok.txt', at('in.txt'));
    symlinkSync('nowhere', at('dangling.txt'));
    execFileSync('mkfifo', [at('pipe.txt')]);
    for (const name of ['.bashrc', 'tool.exe', 'run.sh', '1/2/3/4/5/6/7/8/deep.txt', 'a.tmp'])
      rig.write(name, 'x');
    writeFileSync(at('script'), '#!/bin/sh\n', { mode: 0o755 });
    rig.write('1/2/3/4/5/6/7/eight.txt', '8');
    const told = { 'in.txt': 'ok', 'ok.txt': 'ok', '1/2/3/4/5/6/7/eight.txt': '8' };
    await rig.until('what may go is there', () => Object.keys(rig.there).length === 3);
    await rig.until('nothing is left', () => rig.relay.status.phase === 'same');
    expect(rig.there).toEqual(told);
    expect(rig.relay.status.leftOut).toEqual({ hidden: 2, link: 4, program: 3, special: 1, 'too-deep': 1 });
    // The guest's own of such names stays there, and what is here stays as it is.
    rig.save('script', 'hostile');
    rig.save('pipe.txt', 'hostile');
    rig.save('out.txt', 'hostile');
    await rig.until('it was looked at', () => rig.relay.status.phase === 'same');
    await rig.restart();
    await rig.until('it was looked at', () => rig.relay.status.phase === 'same');
    expect(asked(rig, 'get')).toEqual([]);
  });

  test('is not left by another spelling of what is left out of it', async () => {
    const decomposed = 'u\u0308ber';
    const long = 'x'.repeat(125);
    await using rig = await ShareRig.make({ 'ok.txt': 'ok', '.ssh/known': 'mine' });
    const away = join(rig.root, 'away');
    mkdirSync(away);
    for (const name of ['sub', decomposed, long]) symlinkSync(away, join(rig.folder, name));
    for (const name of ['SUB/x.txt', 'sub/y.txt', 'Sub/deep/z.txt', '.SSH/authorized_keys', '.ssh/y']) {
      rig.save(name, 'hostile');
    }
    for (const name of [decomposed, decomposed.toUpperCase(), '\u00fcber', long, long.toUpperCase()]) {
      rig.save(`${name}/${name.length}${name.charAt(0)}.txt`, 'hostile');
    }
    rig.save('Other/o.txt', 'fine');
    await rig.until('the rest is here', () => rig.here['Other/o.txt'] === 'fine');
    await rig.until('it was looked at', () => rig.relay.status.phase === 'same');
    await rig.restart();
    await rig.until('it was looked at', () => rig.relay.status.phase === 'same');
    expect(readdirSync(away)).toEqual([]);
    expect(readdirSync(join(rig.folder, '.ssh'))).toEqual(['known']);
  });

  test('is not left by a link that is put into the way while content comes', async () => {
    await using rig = await ShareRig.make({ 'sub/a.txt': 'mine' });
    await rig.same();
    const away = join(rig.root, 'away');
    rig.guest.duringGet = () => {
      if (existsSync(away)) return;
      renameSync(join(rig.folder, 'sub'), away);
      symlinkSync(away, join(rig.folder, 'sub'));
    };
    rig.save('sub/new.txt', 'theirs');
    await rig.until('it was looked at', () => existsSync(away) && rig.relay.status.phase === 'same');
    expect(readdirSync(away).filter((name) => !name.startsWith('.'))).toEqual(['a.txt']);
  });

  test('keeps its bounds, and says what is missing', async () => {
    await using rig = await ShareRig.make({});
    rig.limits = { maxFiles: 3, maxBytes: 100 };
    for (const name of ['a', 'b', 'c', 'd', 'e']) rig.write(`${name}.txt`, name);
    await rig.until('three are there', () => Object.keys(rig.there).length === 3);
    rmSync(join(rig.folder, 'a.txt'));
    rig.write('b.txt', 'x'.repeat(99));
    rig.write('c.txt', 'y'.repeat(99));
    // What does not fit any more is no end of it: what the guest has of it stays.
    await rig.until('it is bounded', () => rig.relay.status.leftOut['too-much'] === 2);
    await rig.until('what fits is there', () => Object.keys(rig.there).join() === 'b.txt,c.txt,d.txt');
    rig.save('new.txt', 'z'.repeat(50));
    await rig.until('it was said', () => rig.notices.length > 0);
    expect(rig.notices[0]?.text).toContain('files of the guest stay there');
    expect(existsSync(join(rig.folder, 'new.txt'))).toBe(false);
  });

  test('keeps its bounds with all that comes at once, and leaves room on the disk', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'a' });
    await rig.same();
    await rig.stop();
    rig.limits = { maxFiles: 3, maxBytes: 1000 };
    for (const name of ['b', 'c', 'd', 'e', 'f']) rig.save(`${name}.txt`, name);
    await rig.restart();
    await rig.until('it was looked at', () => rig.relay.status.phase === 'same');
    expect(Object.keys(rig.here)).toHaveLength(3);
    await rig.stop();
    rig.limits = { maxFiles: 100, maxBytes: 1000 };
    for (const name of ['b', 'c', 'd', 'e', 'f']) rig.save(`${name}.txt`, name.repeat(400));
    await rig.restart();
    await rig.until('it was looked at', () => rig.relay.status.phase === 'same');
    expect(Object.values(rig.here).filter(({ length }) => length === 400)).toHaveLength(2);
    await rig.stop();
    rig.limits = { maxFiles: 100, maxBytes: 100_000 };
    rig.freeBytes = 256 * 2 ** 20 + 500;
    await rig.restart();
    // One after the other would fit: none of them has come when the next is asked for.
    rig.save('g.txt', 'g'.repeat(600));
    await rig.until('it was said', () => rig.notices.some(({ text }) => text.includes('nearly full')));
    expect(existsSync(join(rig.folder, 'g.txt'))).toBe(false);
    rig.freeBytes = 2 ** 40;
    await rig.same();
  });

  test('that cannot be read any more, or is empty at once, ends nothing in the guest', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.txt`, `${at}`]));
    await using rig = await ShareRig.make(files);
    await rig.same();
    renameSync(rig.folder, `${rig.folder}.away`);
    await rig.until('it is said', () => rig.relay.status.problem?.code === 'share.not-there');
    // As the place that a network share is mounted on.
    mkdirSync(rig.folder);
    await rig.until('it is held', () => rig.relay.status.phase === 'held');
    expect(rig.relay.status.problem?.code).toBe('share.many-deleted');
    expect(Object.keys(rig.there)).toHaveLength(30);
    rmSync(rig.folder, { recursive: true });
    renameSync(`${rig.folder}.away`, rig.folder);
    await rig.same();
    for (const name of Object.keys(files)) rmSync(join(rig.folder, name));
    await rig.until('it is held', () => rig.relay.status.phase === 'held');
    rig.relay.acceptDeletions();
    await rig.same();
    expect(rig.there).toEqual({});
  });

  test('has names that Windows takes, and two that become the same are two', async () => {
    await using rig = await ShareRig.make({
      'a:b.txt': '1',
      'a|b.txt': '2',
      'Name.txt': '3',
      'NAME.TXT': '4',
      'con/x 😀𠀀.txt': '5',
    });
    await rig.until('all are there', () => Object.keys(rig.there).length === 5);
    expect(rig.there).toEqual({
      'Name (2).txt': '3',
      'NAME.TXT': '4',
      '_con/x 😀𠀀.txt': '5',
      'a_b (2).txt': '2',
      'a_b.txt': '1',
    });
    rig.save('a_b (2).txt', 'edited');
    rig.save('name (2).TXT', 'other');
    await rig.until('they are in their places', () => {
      return rig.here['a|b.txt'] === 'edited' && rig.here['Name.txt'] === 'other';
    });
    expect(Object.keys(rig.here)).toHaveLength(5);
  });
});

describe('what a program of the guest does', () => {
  test('comes here: changes, new files and folders, under safe names, never as programs', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'old', 'b.txt': 'old' });
    await rig.same();
    chmodSync(join(rig.folder, 'a.txt'), 0o750);
    chmodSync(rig.folder, 0o750);
    rig.save('a.txt', 'edited');
    rig.save('New folder/deep/n.txt', 'new');
    await rig.same();
    expect(rig.here).toEqual({ 'New folder/deep/n.txt': 'new', 'a.txt': 'edited', 'b.txt': 'old' });
    expect(statSync(join(rig.folder, 'a.txt')).mode & 0o777).toBe(0o640);
    rig.save('.bashrc', 'hostile');
    rig.save('virus.exe', 'MZ');
    rig.save('x.desktop', 'hostile');
    rig.save('~$a.txt', 'lock');
    await rig.until('it is here', () => '_.bashrc' in rig.here);
    await rig.until('it was said', () => rig.notices.length === 2);
    expect(rig.notices[0]?.text).toContain('is a program');
    // Also of what is hidden: nothing half is left.
    await rig.until('nothing else is here', () => Object.keys(rig.here).length === 4);
    expect(statSync(join(rig.folder, '_.bashrc')).mode & 0o111).toBe(0);
  });

  test.each([true, false])('renames by case only: the file stays one (told first: %s)', async (newFirst) => {
    await using rig = await ShareRig.make({ 'a.txt': 'old', 'f/b.txt': 'b' });
    await rig.same();
    rig.guest.rename('a.txt', 'A.TXT', newFirst);
    rig.guest.rename('f/b.txt', 'F/b.txt', newFirst);
    rig.save('A.TXT', 'edited');
    await rig.until('it is here', () => rig.here['a.txt'] === 'edited');
    rig.write('a.txt', 'and here');
    await rig.until('it is there', () => rig.guest.contentOf('A.TXT') === 'and here');
    await rig.restart();
    rig.write('f/b.txt', 'c');
    await rig.until('it is there', () => rig.guest.contentOf('F/b.txt') === 'c');
    rig.guest.remove('A.TXT');
    await rig.until('it is in the trash', () => rig.inTrash.length === 1);
    expect(rig.here).toEqual({ 'f/b.txt': 'c' });
  });

  test('deletes: what is here goes to the trash, its folder with it', async () => {
    await using rig = await ShareRig.make({ 'a/b/1.txt': '1', 'a/b/2.txt': '2', 'keep.txt': 'k' });
    await rig.same();
    rig.guest.removeFolder('a');
    await rig.same();
    expect(rig.here).toEqual({ 'keep.txt': 'k' });
    expect(existsSync(join(rig.folder, 'a'))).toBe(false);
    expect(rig.inTrash.sort()).toEqual(['1', '2']);
  });

  test('deletes more than the trash holds: the rest stays here, which is said', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'a'.repeat(60), 'b.txt': 'b'.repeat(60), 'c.txt': 'c' });
    await rig.same();
    rig.limits = { maxFiles: 100, maxBytes: 150 };
    rig.guest.remove('a.txt');
    await rig.until('it is in the trash', () => rig.inTrash.length === 1);
    rig.limits = { maxFiles: 100, maxBytes: 110 };
    rig.guest.remove('b.txt');
    await rig.until('it is said', () => rig.notices.some(({ text }) => text.includes('is full of such')));
    expect('b.txt' in rig.here).toBe(true);
    rmSync(rig.trash, { recursive: true });
    await rig.until('it is in the trash', () => rig.inTrash.length === 1);
    expect(rig.here).toEqual({ 'c.txt': 'c' });
  });

  test('is taken back where the service was killed before it was in the trash', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'a' });
    await rig.same();
    await rig.stop();
    renameSync(join(rig.folder, 'a.txt'), join(rig.folder, '.a.txt.xpane-trash-0a0a0a'));
    await rig.restart();
    await rig.same();
    expect(rig.here).toEqual({ 'a.txt': 'a' });
  });

  test('saves by deleting and renaming: nothing is deleted here', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'old' }, { goneMs: 300 });
    await rig.same();
    rig.save('~WRL1.tmp', 'edited');
    rig.guest.remove('a.txt');
    rig.guest.remove('~WRL1.tmp');
    rig.save('a.txt', 'edited');
    await rig.same();
    expect(rig.inTrash).toEqual([]);
    // One that breaks off: what there is comes.
    rig.save('~WRL2.tmp', 'newest');
    rig.guest.remove('a.txt');
    await rig.until('it is here', () => Object.values(rig.here).includes('newest'));
  });

  test('and the user here, too: both are kept, on both sides', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'old' });
    await rig.same();
    await rig.stop();
    rig.write('a.txt', 'mine');
    rig.save('a.txt', 'theirs');
    await rig.restart();
    await rig.same();
    expect(rig.here).toEqual({ 'a (from Office).txt': 'theirs', 'a.txt': 'mine' });
    expect(rig.notices[0]?.title).toContain('kept twice');
  });

  test('with a file that is open waits, and nothing is replaced or removed below it', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'old', 'b.txt': 'old' });
    await rig.same();
    rig.guest.use('a.txt', true);
    rig.guest.use('b.txt', true);
    rig.write('a.txt', 'newer');
    rmSync(join(rig.folder, 'b.txt'));
    const looks = rig.log;
    await rig.until('it was looked at', () => rig.relay.status.files === 1 && looks !== undefined);
    expect(rig.there).toEqual({ 'a.txt': 'old', 'b.txt': 'old' });
    rig.guest.use('a.txt', false);
    rig.guest.use('b.txt', false);
    await rig.same();
    expect(rig.here).toEqual({ 'a.txt': 'newer' });
  });

  test('makes a file where this computer has a folder, and a folder where it has a file', async () => {
    await using rig = await ShareRig.make({ 'f/.hidden': '1', g: '2', h: '3' });
    await rig.until('it is there', () => rig.guest.folders.has('f') && 'h' in rig.there);
    rig.guest.removeFolder('f');
    rig.save('f', 'a file');
    rig.guest.remove('g');
    rig.save('g/y.txt', 'in a folder');
    const all = ['f (from Office)', 'f/.hidden', 'g/y.txt', 'h'];
    await rig.until('they are here', () => Object.keys(rig.here).join() === all.join());
    expect(rig.here).toEqual({
      'f (from Office)': 'a file',
      'f/.hidden': '1',
      'g/y.txt': 'in a folder',
      h: '3',
    });
    expect(rig.inTrash).toEqual(['2']);
  });

  test('that went back to an earlier disk, or lost files, does not undo what is here', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'first', 'b.txt': 'b' });
    await rig.same();
    const before = rig.guest.disk;
    rig.write('a.txt', 'second');
    rig.save('c.txt', 'c');
    await rig.same();
    await rig.stop();
    before.delete(`${shareId}/b.txt`);
    rig.guest.disk = before;
    await rig.restart();
    await rig.same();
    expect(rig.here).toEqual({ 'a.txt': 'second', 'b.txt': 'b', 'c.txt': 'c' });
    expect(rig.inTrash).toEqual([]);
  });

  test('lies of a size, or breaks off: nothing half is left', async () => {
    await using rig = await ShareRig.make({ 'a.txt': 'old' });
    await rig.same();
    let failures = 3;
    rig.guest.duringGet = () => {
      if (failures-- > 0) throw failure('file-in-use');
    };
    rig.guest.lieBytes = 3;
    rig.save('a.txt', 'edited');
    await rig.until('it was tried', () => failures < -2);
    rig.guest.duringGet = () => {
      throw failure('file-in-use');
    };
    await rig.until('it is as it was', () => JSON.stringify(rig.here) === '{"a.txt":"old"}');
    rig.guest.lieBytes = 0;
    rig.guest.duringGet = () => {};
    await rig.same();
    expect(rig.here).toEqual({ 'a.txt': 'edited' });
  });
});
