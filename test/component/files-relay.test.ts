import { chmodSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileRule } from '../../src/workspace/file-rule.ts';
import { failure } from './fixtures/files/fake-guest-files.ts';
import { RelayRig } from './fixtures/files/relay-rig.ts';
import { until } from './fixtures/until.ts';

const soon = (what: string, condition: () => boolean) => until(what, 5000, condition);
const idle = (rig: RelayRig) => soon('nothing is under way', () => !rig.relay.busy);
const asked = ({ guest }: RelayRig, what: string) => guest.asked.filter((each) => each.startsWith(what));

describe('a file that is opened', () => {
  test('is in the guest with its name, content, time and read-only state', async () => {
    await using rig = await RelayRig.make();
    chmodSync(rig.file, 0o444);
    utimesSync(rig.file, 1e9, 1e9);
    expect(await rig.open(rig.file, '0123456789abcdef')).toMatchObject({ outcome: 'started' });
    expect(rig.guest.asked).toEqual(['put Letter.txt', 'open Letter.txt with 0123456789abcdef']);
    const [held] = rig.guest.held.values();
    expect(held).toMatchObject({ path: ['Letter.txt'], modifiedMs: 1e12, readOnly: true });
    expect(held?.content.toString()).toBe('old');
    expect(rig.journal.all).toMatchObject([{ hostPath: rig.file, files: [{ stamp: held?.stamp }] }]);
    await idle(rig);
    expect(asked(rig, 'get')).toEqual([]);
  });

  test('has a name that Windows takes, and two that become the same are two', async () => {
    await using rig = await RelayRig.make();
    for (const name of ['a:b.txt', 'a|b.txt']) {
      writeFileSync(join(rig.home, name), name);
      await rig.open(join(rig.home, name));
    }
    expect(asked(rig, 'open')).toEqual(['open a_b.txt', 'open a_b.txt']);
    expect([...rig.guest.held.values()].map(({ content }) => content.toString())).toEqual([
      'a:b.txt',
      'a|b.txt',
    ]);
  });

  test('twice is one copy, put again only when it has changed here', async () => {
    await using rig = await RelayRig.make();
    symlinkSync('Letter.txt', join(rig.home, 'link.txt'));
    await rig.open();
    await rig.open(join(rig.home, 'link.txt'));
    expect(asked(rig, 'put')).toEqual(['put Letter.txt']);
    writeFileSync(rig.file, 'newer here');
    await rig.open();
    expect(asked(rig, 'put')).toHaveLength(2);
    expect(rig.guest.contentOf('Letter.txt')).toBe('newer here');
    expect(rig.shown).toMatchObject({ 'Letter.txt': 'newer here' });
  });

  test('and is open there with an older content is not replaced below the application', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.use('Letter.txt', true);
    await rig.open();
    writeFileSync(rig.file, 'newer here');
    await expect(rig.open()).rejects.toMatchObject({ code: 'files.older-open' });
    expect(rig.guest.contentOf('Letter.txt')).toBe('old');
  });

  test('is newer in the guest: it comes here first, and is not put over', async () => {
    await using rig = await RelayRig.make({ settleMs: 60_000 });
    await rig.open();
    rig.guest.save('Letter.txt', 'edited');
    await rig.open();
    expect(rig.shown).toEqual({ 'Letter.txt': 'edited' });
    expect(rig.guest.asked.slice(2)).toEqual(['get Letter.txt', 'open Letter.txt']);
  });

  test('is read again when it changes while it is read', async () => {
    await using rig = await RelayRig.make();
    // More than one piece: with the last one the guest takes the whole for good.
    const long = (what: string) => what.padEnd(300_000);
    let reads = 0;
    rig.guest.duringPut = () => {
      if (reads++ === 0) writeFileSync(rig.file, long('changed meanwhile'));
    };
    writeFileSync(rig.file, long('at first'));
    await rig.open();
    expect(rig.guest.contentOf('Letter.txt')).toBe(long('changed meanwhile'));
    rig.guest.duringPut = () => writeFileSync(rig.file, long(`${Math.random()}`));
    writeFileSync(rig.file, long('once more'));
    await expect(rig.open()).rejects.toMatchObject({ code: 'files.changed' });
  });

  test.each([
    ['program.exe', 'files.program'],
    ['script.sh', 'files.program'],
    ['archive.zip', 'files.not-allowed'],
    ['large.txt', 'files.too-large'],
  ])('%s is refused before the guest hears of it', async (name, code) => {
    await using rig = await RelayRig.make();
    rig.rules = { ...rig.rules, toGuest: fileRule('!zip, max=1K') };
    writeFileSync(join(rig.home, name), 'x'.repeat(name === 'large.txt' ? 1025 : 1));
    await expect(rig.open(join(rig.home, name))).rejects.toMatchObject({ code });
    expect([rig.guest.asked, rig.journal.all]).toEqual([[], []]);
  });

  test('is a program by what it begins with, whatever its name', async () => {
    await using rig = await RelayRig.make();
    for (const [name, begin] of [
      ['deploy', '#!/bin/sh'],
      ['tool.txt', '\x7fELF'],
    ] as const) {
      const path = join(rig.home, name);
      writeFileSync(path, begin, { mode: 0o755 });
      await expect(rig.open(path)).rejects.toMatchObject({ code: 'files.program' });
      chmodSync(path, 0o644);
      expect(await rig.open(path)).toMatchObject({ outcome: 'started' });
    }
  });

  test('through a link is judged by what it leads to', async () => {
    await using rig = await RelayRig.make();
    writeFileSync(join(rig.home, 'program.exe'), '');
    symlinkSync('program.exe', join(rig.home, 'link.txt'));
    await expect(rig.open(join(rig.home, 'link.txt'))).rejects.toMatchObject({ code: 'files.program' });
  });
});

describe('a change in the guest', () => {
  test('comes back, once for a burst of words of it', async () => {
    await using rig = await RelayRig.make({ settleMs: 100 });
    await rig.open();
    for (const content of ['a', 'ab', 'abc', 'abcd']) rig.guest.save('Letter.txt', content, { inUse: true });
    await soon('the change is here', () => rig.shown['Letter.txt'] === 'abcd');
    await idle(rig);
    expect(asked(rig, 'get')).toEqual(['get Letter.txt']);
    expect(rig.notices).toEqual([]);
  });

  test('that no program lets read just now comes when it does', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    let busy = 3;
    rig.guest.duringGet = () => {
      if (busy-- > 0) throw failure(busy > 1 ? 'file-in-use' : 'file-changed');
    };
    rig.guest.save('Letter.txt', 'edited');
    await soon('the change is here', () => rig.shown['Letter.txt'] === 'edited');
    expect(rig.notices).toEqual([]);
  });

  test('to a file that has changed here: both are kept, and the user is told', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    writeFileSync(rig.file, 'mine');
    rig.guest.save('Letter.txt', 'theirs');
    const both = { 'Letter (from Office).txt': 'theirs', 'Letter.txt': 'mine' };
    await soon('both are here', () => 'Letter (from Office).txt' in rig.shown && !rig.relay.busy);
    expect(rig.shown).toEqual(both);
    await soon('it was told', () => rig.notices.length === 1);
    expect(rig.notices[0]?.text).toContain('changed here, too');
    // What is saved next goes to the same one.
    rig.guest.save('Letter.txt', 'theirs, later');
    await soon('the next is here', () => rig.shown['Letter (from Office).txt'] === 'theirs, later');
    expect(Object.keys(rig.shown)).toHaveLength(2);
  });

  test('for a file that was deleted here makes it anew', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rmSync(rig.file);
    rig.guest.save('Letter.txt', 'edited');
    await soon('it is here', () => rig.shown['Letter.txt'] === 'edited');
  });

  test('by a rename comes as one; what an application makes by the way does not come', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.save('~$Letter.txt', 'lock', { inUse: true });
    rig.guest.save('~WRL1.tmp', 'edited');
    rig.guest.remove('Letter.txt');
    rig.guest.remove('~WRL1.tmp');
    rig.guest.save('Letter.txt', 'edited');
    await soon('it is here', () => rig.shown['Letter.txt'] === 'edited');
    await idle(rig);
    expect(rig.shown).toEqual({ 'Letter.txt': 'edited' });
  });

  test('that broke off before its rename is not lost', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.save('~WRL1.tmp', 'edited');
    rig.guest.remove('Letter.txt');
    await soon('it is here', () => rig.shown['_~WRL1.tmp'] === 'edited');
    expect(rig.shown['Letter.txt']).toBe('old');
  });
});

describe('what a guest makes beside', () => {
  test('comes beside, under a safe name, and never over another file', async () => {
    await using rig = await RelayRig.make();
    writeFileSync(join(rig.home, 'taken.txt'), 'mine');
    await rig.open();
    for (const name of ['copy.txt', '.bashrc', 'taken.txt', 'folder/picture.png', '../../up.txt']) {
      rig.guest.save(name, 'theirs');
    }
    await soon('all are here', () => asked(rig, 'get').length === 5 && !rig.relay.busy);
    expect(rig.shown).toEqual({
      'Letter.txt': 'old',
      '_.bashrc': 'theirs',
      'copy.txt': 'theirs',
      'taken (from Office).txt': 'theirs',
      'taken.txt': 'mine',
    });
    expect(rig.shownRescued).toEqual({ '_.. - _.. - up.txt': 'theirs', 'folder - picture.png': 'theirs' });
    expect(statSync(join(rig.home, 'copy.txt')).mode & 0o111).toBe(0);
    rig.guest.save('copy.txt', 'theirs, later');
    await soon('the next is here', () => rig.shown['copy.txt'] === 'theirs, later');
  });

  test('is no program, and the user is told once', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    for (const name of ['run.sh', 'evil.desktop', 'virus.exe']) rig.guest.save(name, 'boo');
    rig.guest.save('run.sh', 'boo again');
    await soon('it was told', () => rig.notices.length > 0);
    rig.guest.save('virus.exe', 'boo again');
    await idle(rig);
    expect(rig.shown).toEqual({ 'Letter.txt': 'old' });
    expect([rig.notices.length, asked(rig, 'get')]).toEqual([1, []]);
    expect(rig.notices[0]?.title).toBe('3 files stay in the guest');
    expect(rig.notices[0]?.text).toContain('run.sh, evil.desktop, virus.exe');
  });

  test('comes when the rules let it, though it was refused before', async () => {
    await using rig = await RelayRig.make();
    rig.rules = { ...rig.rules, fromGuest: fileRule('txt') };
    await rig.open();
    rig.guest.save('table.csv', 'theirs');
    await soon('it was refused', () => rig.notices.length === 1 && !rig.relay.busy);
    rig.rules = { ...rig.rules, fromGuest: fileRule('all') };
    rig.guest.save('Letter.txt', 'edited');
    await soon('both are here', () => rig.shown['table.csv'] === 'theirs' && !rig.relay.busy);
    expect(rig.shown['Letter.txt']).toBe('edited');
  });

  test('in thousands costs the service few lines of its log, and the user few words', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    const files = 3000;
    for (let number = 0; number < files; number++) {
      rig.guest.save(`${number}.exe`, 'x');
      if (number % 256 === 255) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    rig.guest.save('Letter.txt', 'edited');
    await soon('the file itself comes', () => rig.shown['Letter.txt'] === 'edited');
    await idle(rig);
    expect(
      rig.log.entries.filter(({ message }) => message.includes('stay in the guest')).length,
    ).toBeLessThan(50);
    expect(rig.notices.length).toBeLessThanOrEqual(5);
  });

  test('is as much as can be looked through', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    for (let number = 0; number < 300; number++) rig.guest.save(`${number}.txt`, 'x');
    await until('all were tried', 20_000, () => rig.notices.length > 0 && !rig.relay.busy);
    expect(Object.keys(rig.shown)).toHaveLength(256);
    expect(rig.notices[0]?.text).toContain('Too many files');
    rig.guest.save('Letter.txt', 'edited');
    await soon('the file itself still comes', () => rig.shown['Letter.txt'] === 'edited');
  });
});

describe('a hostile guest', () => {
  test('is asked for nothing that was not opened', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.save('passwd', 'x', { documentId: 'f'.repeat(16) });
    await rig.restart();
    await idle(rig);
    expect(asked(rig, 'get')).toEqual([]);
    expect(rig.shown).toEqual({ 'Letter.txt': 'old' });
  });

  test('that says another size than it sends changes nothing, and is told of', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.lieBytes = 1;
    rig.guest.save('Letter.txt', 'edited');
    await soon('it was told', () => rig.notices.length > 0);
    expect(rig.notices[0]).toMatchObject({ title: 'Letter.txt stays in the guest' });
    expect(rig.shown).toEqual({ 'Letter.txt': 'old' });
    rig.guest.lieBytes = 0;
    await soon('the truth comes', () => rig.shown['Letter.txt'] === 'edited');
  });

  test('that sends more than the rules allow, and said less before, fills no disk', async () => {
    await using rig = await RelayRig.make();
    rig.rules = { ...rig.rules, fromGuest: fileRule('max=1K') };
    await rig.open();
    let taken = 0;
    const { get } = rig.guest;
    rig.guest.get = async (file, take, options) => {
      const counting = async (chunk: Uint8Array) => {
        await take(chunk);
        taken += chunk.length;
      };
      for (let piece = 0; piece < 100; piece++) await counting(Buffer.alloc(1024));
      return await get.call(rig.guest, file, counting, options);
    };
    rig.guest.save('Letter.txt', 'little');
    await soon('it was told', () => rig.notices.length > 0);
    expect(taken).toBeLessThanOrEqual(1024);
    expect(rig.shown).toEqual({ 'Letter.txt': 'old' });
  });

  test('that tells of changes without end is fetched from at a pace', async () => {
    await using rig = await RelayRig.make({ settleMs: 200 });
    await rig.open();
    for (let number = 0; number < 2000; number++) rig.guest.save('Letter.txt', `${number}`);
    await soon('the last is here', () => rig.shown['Letter.txt'] === '1999');
    expect(asked(rig, 'get').length).toBeLessThan(5);
  });

  test('never has more than four files under way', async () => {
    await using rig = await RelayRig.make();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    rig.guest.duringPut = () => released;
    const opens = [...'abcdefgh'].map((letter) => {
      const path = join(rig.home, `${letter}.txt`);
      writeFileSync(path, letter);
      return rig.open(path);
    });
    await soon('four are under way', () => rig.guest.atOnce === 4);
    release();
    await Promise.all(opens);
    expect([rig.guest.mostAtOnce, asked(rig, 'put').length]).toEqual([4, 8]);
  });
});

test('a transfer is shown only after a second', async () => {
  await using rig = await RelayRig.make();
  const shown: number[] = [];
  rig.guest.duringPut = async () => {
    shown.push(rig.relay.transfers.shown.length);
    await soon('it is shown', () => rig.relay.transfers.shown.length === 1);
    expect(rig.relay.transfers.shown).toMatchObject([
      { name: 'Letter.txt', direction: 'to-guest', fraction: 0 },
    ]);
  };
  await rig.open();
  expect([shown, rig.relay.transfers.shown]).toEqual([[0], []]);
});

describe('a transfer that the user cancels', () => {
  test('into the guest leaves nothing there, and the file can be opened again', async () => {
    await using rig = await RelayRig.make();
    rig.guest.duringPut = () => {
      rig.guest.duringPut = () => {};
      expect(rig.relay.transfers.cancel('all')).toBe(1);
      return new Promise(() => {});
    };
    await expect(rig.open()).rejects.toMatchObject({ code: 'files.cancelled' });
    expect(rig.guest.held.size).toBe(0);
    expect(rig.relay.transfers.cancel('all')).toBe(0);
    await rig.open();
    expect(rig.guest.contentOf('Letter.txt')).toBe('old');
  });

  test('from the guest leaves nothing here; it comes when it is saved again, or the guest ends', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    const cancelNext = () => {
      rig.guest.duringGet = () => {
        rig.guest.duringGet = () => {};
        rig.relay.transfers.cancel('all');
        return new Promise(() => {});
      };
    };
    cancelNext();
    rig.guest.save('Letter.txt', 'edited');
    await soon('it was told', () => rig.notices.length === 1 && !rig.relay.busy);
    expect(rig.notices[0]?.text).toContain('You have cancelled');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([rig.shown, asked(rig, 'get').length]).toEqual([{ 'Letter.txt': 'old' }, 1]);
    expect(rig.journal.all[0]?.files[0]).not.toHaveProperty('incoming');
    rig.guest.save('Letter.txt', 'edited again');
    await soon('it is here', () => rig.shown['Letter.txt'] === 'edited again' && !rig.relay.busy);
    cancelNext();
    rig.guest.save('Letter.txt', 'at last');
    await soon('it was asked for', () => asked(rig, 'get').length === 3 && !rig.relay.busy);
    expect(await rig.relay.settle({ timeoutMs: 5000, closing: false })).toEqual([]);
    expect(rig.shown).toEqual({ 'Letter.txt': 'at last' });
  });
});
