import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identityOf } from '../../src/redirection/files/host-file.ts';
import { fileRule } from '../../src/workspace/file-rule.ts';
import { failure } from './fixtures/files/fake-guest-files.ts';
import { RelayRig } from './fixtures/files/relay-rig.ts';
import { until } from './fixtures/until.ts';

const soon = (what: string, condition: () => boolean) => until(what, 5000, condition);
const idle = (rig: RelayRig) => soon('nothing is under way', () => !rig.relay.busy);
const asked = ({ guest }: RelayRig, what: string) => guest.asked.filter((each) => each.startsWith(what));

describe('what is killed or lost', () => {
  test('in the middle of a fetch comes at the next start', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.duringGet = () => {
      rig.guest.connected = false;
    };
    rig.guest.save('Letter.txt', 'edited');
    await soon('it was asked for', () => asked(rig, 'get').length > 0);
    rig.relay.lost();
    rig.guest.duringGet = () => {};
    await rig.restart();
    await soon('it is here', () => rig.shown['Letter.txt'] === 'edited');
    expect(rig.shown).toEqual({ 'Letter.txt': 'edited' });
  });

  test('is fetched when the connection is back', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.connected = false;
    rig.relay.lost();
    rig.guest.save('Letter.txt', 'edited');
    rig.guest.connected = true;
    rig.relay.ready();
    await soon('it is here', () => rig.shown['Letter.txt'] === 'edited');
  });

  test('in the middle of a put leaves nothing that is taken for content', async () => {
    await using rig = await RelayRig.make();
    rig.guest.duringPut = () => {
      rig.guest.connected = false;
    };
    await expect(rig.open()).rejects.toMatchObject({ code: 'bridge.not-connected' });
    rig.guest.duringPut = () => {};
    await rig.restart();
    await idle(rig);
    expect(rig.shown).toEqual({ 'Letter.txt': 'old' });
    await rig.open();
    expect(rig.guest.contentOf('Letter.txt')).toBe('old');
  });

  test('in the middle of a put over older content does not bring that back', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    writeFileSync(rig.file, 'newer here');
    rig.guest.duringPut = () => {
      throw failure('file-timeout');
    };
    await expect(rig.open()).rejects.toMatchObject({ code: 'bridge.file-timeout' });
    rig.guest.duringPut = () => {};
    await rig.restart();
    await idle(rig);
    expect(rig.shown).toEqual({ 'Letter.txt': 'newer here' });
    // What is saved there now is based on the older content.
    rig.guest.save('Letter.txt', 'edited');
    await soon('both are here', () => 'Letter (from Office).txt' in rig.shown && !rig.relay.busy);
    expect(rig.shown).toEqual({ 'Letter (from Office).txt': 'edited', 'Letter.txt': 'newer here' });
    expect(rig.notices[0]?.text).toContain('changed here, too');
  });

  test('between a put over older content and word of it: what the guest has is no change', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    const [before] = rig.guest.held.values();
    writeFileSync(rig.file, 'newer here');
    await rig.open();
    // As the journal was before the put had ended.
    const [record] = rig.journal.all;
    const [main] = record?.files ?? [];
    if (!record || !main || !before) throw new Error('nothing was put');
    const { stamp: _, ...rest } = main;
    await rig.journal.save({ ...record, files: [{ ...rest, putOver: before.stamp }] });
    await rig.restart();
    await soon('it was compared', () => asked(rig, 'get').length === 1 && !rig.relay.busy);
    expect(rig.shown).toEqual({ 'Letter.txt': 'newer here' });
    rig.guest.save('Letter.txt', 'edited');
    await soon('a change comes', () => rig.shown['Letter.txt'] === 'edited');
  });

  test('between a put over older content and word of it, and edited there since: both are kept', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    const [before] = rig.guest.held.values();
    writeFileSync(rig.file, 'newer here');
    await rig.open();
    const [record] = rig.journal.all;
    const [main] = record?.files ?? [];
    if (!record || !main || !before) throw new Error('nothing was put');
    const { stamp: _, ...rest } = main;
    await rig.journal.save({ ...record, files: [{ ...rest, putOver: before.stamp }] });
    rig.relay.lost();
    rig.guest.save('Letter.txt', 'edited');
    await rig.restart();
    await soon('it is here', () => 'Letter (from Office).txt' in rig.shown && !rig.relay.busy);
    expect(rig.shown).toEqual({ 'Letter (from Office).txt': 'edited', 'Letter.txt': 'newer here' });
    expect(rig.notices[0]?.text).toContain('changed here, too');
  });

  test('with its journal: what lies in the guest is not put over before it is here', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.connected = false;
    rig.guest.save('Letter.txt', 'edited');
    rmSync(join(rig.root, 'journal'), { recursive: true });
    await rig.restart();
    await rig.open();
    expect(rig.shown).toEqual({ 'Letter (from Office).txt': 'edited', 'Letter.txt': 'old' });
    expect(rig.guest.contentOf('Letter.txt')).toBe('old');
  });
});

test('what has no place is nobody else’s to read, where the folder for it lies below that of the document, too', async () => {
  await using rig = await RelayRig.make();
  const file = join(rig.root, 'Top.txt');
  writeFileSync(file, 'old');
  await rig.open(file);
  rig.guest.save('sub/new.txt', 'made there');
  await soon(
    'it is kept',
    () => existsSync(rig.rescued) && rig.shownRescued['sub - new.txt'] === 'made there',
  );
  await idle(rig);
  expect(statSync(rig.rescued).mode & 0o777).toBe(0o700);
});

test('what could not be placed yet has its place before the file is opened again', async () => {
  await using rig = await RelayRig.make();
  await rig.open();
  const [record] = rig.journal.all;
  const [main] = record?.files ?? [];
  if (!record || !main) throw new Error('nothing in the journal');
  const temporary = join(rig.home, '.Letter.txt.xpane-000000');
  writeFileSync(temporary, 'newest');
  const ready = {
    stamp: 'a'.repeat(16),
    identity: identityOf(statSync(temporary, { bigint: true })),
    target: rig.file,
    way: 'replace' as const,
  };
  await rig.journal.save({ ...record, files: [{ ...main, incoming: { temporary, ready } }] });
  // A guest that keeps nothing was started anew.
  rig.guest.remove('Letter.txt');
  await rig.open();
  expect(rig.shown).toEqual({ 'Letter.txt': 'newest' });
  expect(rig.guest.contentOf('Letter.txt')).toBe('newest');
});

test('what waits in a folder that is away is waited for', async () => {
  await using rig = await RelayRig.make();
  await rig.open();
  const [record] = rig.journal.all;
  const [main] = record?.files ?? [];
  if (!record || !main?.identity) throw new Error('nothing in the journal');
  const away = join(rig.root, 'share', '.Letter.txt.xpane-000000');
  const ready = { stamp: 'a'.repeat(16), identity: { ...main.identity, inode: '1' } };
  const incoming = { temporary: away, ready: { ...ready, target: rig.file, way: 'replace' as const } };
  await rig.journal.save({ ...record, files: [{ ...main, incoming }] });
  await expect(rig.open()).rejects.toMatchObject({ code: 'files.place-away' });
  expect(rig.journal.all[0]?.files[0]?.incoming).toEqual(incoming);
  // Nor does newer content make it forgotten that does not come.
  let fetched = 0;
  rig.guest.duringGet = () => {
    fetched++;
    throw failure('file-changed');
  };
  rig.guest.save('Letter.txt', 'edited');
  await soon('it was tried twice', () => fetched > 1);
  await soon('a try has ended', () => {
    const [file] = rig.journal.all[0]?.files ?? [];
    return JSON.stringify(file?.incoming) === JSON.stringify(incoming);
  });
});

describe('what is not used any more', () => {
  test('is removed in the guest, when all is here', async () => {
    await using rig = await RelayRig.make({ unusedMs: 150 });
    await rig.open();
    rig.guest.save('Letter.txt', 'edited', { inUse: true });
    await soon('the change is here', () => rig.shown['Letter.txt'] === 'edited');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked(rig, 'forget')).toEqual([]);
    rig.guest.use('Letter.txt', false);
    await soon('it is gone', () => rig.journal.all.length === 0);
    expect([rig.guest.held.size, asked(rig, 'forget').length]).toEqual([0, 1]);
  });

  test('stays while something of it is only there', async () => {
    await using rig = await RelayRig.make({ unusedMs: 50 });
    rig.rules = { ...rig.rules, fromGuest: fileRule('none') };
    await rig.open();
    rig.guest.save('Letter.txt', 'edited');
    await soon('it was refused', () => rig.notices.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(asked(rig, 'forget')).toEqual([]);
    // It is what the user wants to see all the same.
    await rig.open();
    expect(asked(rig, 'put')).toHaveLength(1);
  });
});

describe('what a program saved a moment ago, of which the guest has not told yet', () => {
  test('is not put over: it comes here first, and both are kept', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    writeFileSync(rig.file, 'newer here');
    rig.guest.saveUntold('Letter.txt', 'edited');
    setTimeout(() => rig.guest.tellUntold(), 200);
    await rig.open();
    expect(rig.shown).toEqual({ 'Letter (from Office).txt': 'edited', 'Letter.txt': 'newer here' });
    expect(rig.guest.contentOf('Letter.txt')).toBe('newer here');
  });

  test('is not put over where the guest had nothing before', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    const { documentId } = rig.guest;
    rig.guest.remove('Letter.txt');
    rig.guest.saveUntold('Letter.txt', 'edited', documentId);
    setTimeout(() => rig.guest.tellUntold(), 200);
    await rig.open();
    expect(Object.values(rig.shown).sort()).toEqual(
      ['edited', 'old'].slice(0, Object.keys(rig.shown).length),
    );
    expect(Object.values(rig.shown)).toContain('edited');
  });

  test('is not removed with its document', async () => {
    await using rig = await RelayRig.make({ unusedMs: 100 });
    await rig.open();
    rig.guest.saveUntold('Letter.txt', 'edited');
    await soon('it was to be removed', () => asked(rig, 'forget').length > 0);
    await idle(rig);
    expect(rig.journal.all).toHaveLength(1);
    rig.guest.tellUntold();
    await soon('it is here', () => rig.shown['Letter.txt'] === 'edited');
  });

  test('an older agent, which would do both, is given time to tell', async () => {
    await using rig = await RelayRig.make({ unusedMs: 100 });
    rig.guest.heedsExpected = false;
    await rig.open();
    writeFileSync(rig.file, 'newer here');
    rig.guest.saveUntold('Letter.txt', 'edited');
    setTimeout(() => rig.guest.tellUntold(), 500);
    await rig.open();
    expect(rig.shown).toEqual({ 'Letter (from Office).txt': 'edited', 'Letter.txt': 'newer here' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(asked(rig, 'forget')).toEqual([]);
    await soon('in the end it is removed', () => rig.guest.held.size === 0);
  });
});

describe('what only the guest has is not put over at a further opening', () => {
  test('where the rules keep it there; as long as nothing changes here it is opened', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.rules = { ...rig.rules, fromGuest: fileRule('!txt') };
    rig.guest.save('Letter.txt', 'edited');
    await soon('it was refused', () => rig.notices.length === 1 && !rig.relay.busy);
    await rig.open();
    writeFileSync(rig.file, 'newer here');
    for (let opened = 0; opened < 2; opened += 1) {
      await expect(rig.open()).rejects.toMatchObject({ code: 'files.kept-there' });
    }
    expect([rig.guest.contentOf('Letter.txt'), rig.shown]).toEqual([
      'edited',
      { 'Letter.txt': 'newer here' },
    ]);
    rig.rules = { ...rig.rules, fromGuest: fileRule('all') };
    await rig.open();
    expect(rig.shown).toEqual({ 'Letter (from Office).txt': 'edited', 'Letter.txt': 'newer here' });
    expect(rig.guest.contentOf('Letter.txt')).toBe('newer here');
  });

  test('until it is deleted there', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.rules = { ...rig.rules, fromGuest: fileRule('none') };
    rig.guest.save('Letter.txt', 'edited');
    await soon('it was refused', () => rig.notices.length === 1 && !rig.relay.busy);
    writeFileSync(rig.file, 'newer here');
    await expect(rig.open()).rejects.toMatchObject({ code: 'files.kept-there' });
    rig.guest.remove('Letter.txt');
    await rig.open();
    expect(rig.guest.contentOf('Letter.txt')).toBe('newer here');
  });

  test('where the user has cancelled that it comes; opened once more it comes first', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.guest.duringGet = () => new Promise(() => {});
    rig.guest.save('Letter.txt', 'edited');
    await soon('it is on its way', () => rig.relay.transfers.shown.length === 1);
    writeFileSync(rig.file, 'newer here');
    const before = rig.changes;
    const opening = rig.open();
    const refused = expect(opening).rejects.toMatchObject({ code: 'files.kept-there' });
    await soon('it waits for its turn', () => rig.changes > before);
    rig.relay.transfers.cancel('all');
    await refused;
    expect(rig.guest.contentOf('Letter.txt')).toBe('edited');
    rig.guest.duringGet = () => {};
    await rig.open();
    expect(rig.shown).toEqual({ 'Letter (from Office).txt': 'edited', 'Letter.txt': 'newer here' });
  });

  test.each([1, 4, 7, 10])('where it is saved as the file here is looked at, time %i', async (moment) => {
    await using rig = await RelayRig.make({ settleMs: 60_000 });
    await rig.open();
    writeFileSync(rig.file, 'newer here');
    let looks = 0;
    const never = new Set<string>();
    never.has = () => {
      if (++looks === moment) rig.guest.save('Letter.txt', 'edited');
      return false;
    };
    rig.rules = { ...rig.rules, toGuest: { ...rig.rules.toGuest, never } };
    await rig.open();
    expect(rig.shown).toEqual({ 'Letter (from Office).txt': 'edited', 'Letter.txt': 'newer here' });
    expect(rig.guest.contentOf('Letter.txt')).toBe('newer here');
  });

  test('but by a put that was cut off it is no other content, whatever may come from the guest', async () => {
    await using rig = await RelayRig.make();
    await rig.open();
    rig.rules = { ...rig.rules, fromGuest: fileRule('!txt') };
    writeFileSync(rig.file, 'newer here');
    rig.guest.duringPut = () => {
      throw failure('file-timeout');
    };
    await expect(rig.open()).rejects.toMatchObject({ code: 'bridge.file-timeout' });
    rig.guest.duringPut = () => {};
    await rig.open();
    expect([rig.guest.contentOf('Letter.txt'), rig.notices]).toEqual(['newer here', []]);
  });
});

describe('before a guest ends', () => {
  test('what its programs save last is waited for', async () => {
    await using rig = await RelayRig.make({ settleMs: 60_000 });
    await rig.open();
    rig.guest.use('Letter.txt', true);
    setTimeout(() => rig.guest.save('Letter.txt', 'last word'), 150);
    expect(await rig.relay.settle({ timeoutMs: 5000, closing: true })).toEqual([]);
    expect(rig.shown).toEqual({ 'Letter.txt': 'last word' });
  });

  test('nothing is waited for where no file is open', async () => {
    await using rig = await RelayRig.make({ lastWordMs: 60_000 });
    expect(await rig.relay.settle({ timeoutMs: 5000, closing: true })).toEqual([]);
  });

  test('what cannot be brought is named', async () => {
    await using rig = await RelayRig.make({ retryMs: 60_000 });
    await rig.open();
    rig.guest.duringGet = () => {
      throw failure('file-in-use');
    };
    rig.guest.save('Letter.txt', 'edited');
    expect(await rig.relay.settle({ timeoutMs: 5000, closing: false })).toEqual([rig.file]);
    rig.guest.duringGet = () => new Promise(() => {});
    rig.relay.lost();
    rig.relay.ready();
    expect(await rig.relay.settle({ timeoutMs: 100, closing: false })).toEqual([rig.file]);
    rig.guest.duringGet = () => {};
    rig.guest.connected = false;
  });
});
