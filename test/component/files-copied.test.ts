import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { planCopy } from '../../src/redirection/copied-files/copy-plan.ts';
import { GuestCopies } from '../../src/redirection/copied-files/guest-copies.ts';
import { HostCopies } from '../../src/redirection/copied-files/host-copies.ts';
import type { CopyTelling } from '../../src/redirection/copied-files/ports.ts';
import type { FileNotice } from '../../src/redirection/files/notices.ts';
import { TransferList } from '../../src/redirection/files/transfer-list.ts';
import type { LoanTransfers } from '../../src/redirection/guest-files/loan-port.ts';
import { silentLog } from '../../src/shared/log.ts';
import { filesOfUriList, uriListOf } from '../../src/shared/uri-list.ts';
import { fileRule } from '../../src/workspace/file-rule.ts';
import { FakeGuestFiles } from './fixtures/files/fake-guest-files.ts';
import { waitFor } from './fixtures/wait-for.ts';

const { signal } = new AbortController();
const most = { maxBytes: 2 ** 20, signal, onProgress: () => undefined };
let home: string;
let notices: FileNotice[];
let telling: CopyTelling;
let rules: { toGuest: string; fromGuest: string };
const fileRules = () => ({ toGuest: fileRule(rules.toGuest), fromGuest: fileRule(rules.fromGuest) });
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xpane-copied-'));
  notices = [];
  const transfers = new TransferList(() => undefined);
  telling = { follow: (...args) => transfers.follow(...args), onNotice: (notice) => notices.push(notice) };
  rules = { toGuest: 'all', fromGuest: 'all' };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function file(name: string, content = name, mode = 0o600): string {
  const path = join(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { readonly code?: string }) => error.code,
  );

describe('files of this computer', () => {
  let guest: FakeGuestFiles;
  let copies: GuestCopies;
  let now = 0;
  beforeEach(() => {
    guest = new FakeGuestFiles();
    const parts = { workspaceId: 'w', files: guest, rules: fileRules, telling, log: silentLog };
    copies = new GuestCopies({ ...parts, now: () => now });
  });
  afterEach(() => copies.lost());
  const put = async (...paths: readonly string[]) =>
    String(await copies.put(Buffer.from(uriListOf(paths)), most))
      .trimEnd()
      .split('\n');
  const held = () => [...guest.held.values()].map(({ path }) => path.join('/')).sort();

  test('come with what is in folders, under names that Windows takes, and progress is told', async () => {
    file('in/A.txt');
    file('in/a.txt', 'other');
    file('in/sub/what?.doc');
    mkdirSync(join(home, 'in/empty'));
    let told = 0;
    const list = Buffer.from(uriListOf([join(home, 'in'), file('one: two.txt')]));
    const content = await copies.put(list, { ...most, onProgress: () => told++ });
    const [documentId, ...names] = String(content).trimEnd().split('\n');
    expect(documentId).toMatch(/^[0-9a-f]{16}$/);
    expect(names).toEqual(['in', 'one_ two.txt']);
    expect(held()).toEqual(['in/A.txt', 'in/a (2).txt', 'in/sub/what_.doc', 'one_ two.txt']);
    expect(guest.contentOf('in/a (2).txt')).toBe('other');
    expect(told).toBeGreaterThan(4);
    expect(notices).toEqual([]);
  });

  test('that may not cross are left out, and the user is told which', async () => {
    file('in/good.txt');
    file('in/setup.exe');
    file('in/tool', '#!/bin/sh\n', 0o700);
    symlinkSync('/etc/passwd', join(home, 'in/passwd.txt'));
    expect((await put(join(home, 'in'))).slice(1)).toEqual(['in']);
    expect(held()).toEqual(['in/good.txt']);
    expect(notices).toHaveLength(1);
    expect(notices[0]?.title).toBe('3 copied files were not pasted');
    expect(notices[0]?.text).toMatch(/^passwd\.txt, setup\.exe, tool\./);
    expect(await codeOf(put(join(home, 'in/setup.exe')))).toBe('files.program');
    rules.toGuest = '!txt';
    expect(await codeOf(put(join(home, 'in/good.txt')))).toBe('files.not-allowed');
    expect(await codeOf(put(join(home, 'gone.txt')))).toBe('files.not-found');
    expect(await codeOf(copies.put(Buffer.from('http://x/'), most))).toBe('copied.not-files');
  });

  test('in a folder that cannot be read are left out', async () => {
    file('in/a.txt');
    mkdirSync(join(home, 'in/sub'));
    const onProgress = () => rmSync(join(home, 'in/sub'), { recursive: true, force: true });
    const plan = await planCopy([join(home, 'in')], { ...most, rules: fileRules(), onProgress });
    expect(plan.files).toHaveLength(1);
    expect(plan.leftOut).toEqual([
      { name: 'sub', error: expect.objectContaining({ code: 'files.not-readable' }) },
    ]);
  });

  test('that became links since their folder was read are not followed', async () => {
    const path = file('in/a.txt');
    file('in/b.txt');
    let looks = 0;
    const onProgress = () => {
      // The folder has been read by then.
      if (++looks !== 1) return;
      rmSync(path);
      symlinkSync('/etc/passwd', path);
    };
    const plan = await planCopy([join(home, 'in')], { ...most, rules: fileRules(), onProgress });
    expect(plan.files.map(({ path }) => path.join('/'))).toEqual(['in/b.txt']);
    expect(plan.leftOut).toEqual([
      { name: 'a.txt', error: expect.objectContaining({ code: 'copied.link' }) },
    ]);
  });

  test('are bounded in all, and nothing of what is too much is begun', async () => {
    file('in/a.txt', 'x'.repeat(600));
    file('in/b.txt', 'x'.repeat(600));
    const list = Buffer.from(uriListOf([join(home, 'in')]));
    expect(await codeOf(copies.put(list, { ...most, maxBytes: 1000 }))).toBe('copied.too-large');
    file('just/2/3/4/5/6/7/8.txt');
    expect((await put(join(home, 'just'))).slice(1)).toEqual(['just']);
    guest.asked.length = 0;
    file('deep/2/3/4/5/6/7/8/9.txt');
    expect(await codeOf(put(join(home, 'deep')))).toBe('copied.too-many');
    const many = Array.from({ length: 1001 }, () => join(home, 'in/a.txt'));
    const plenty = { ...most, rules: fileRules(), maxBytes: 2 ** 30 };
    expect(await codeOf(planCopy(many, plenty))).toBe('copied.too-many');
    const others = many.map((path, at) => `${path}.${at}`);
    expect(await codeOf(put(...others))).toBe('copied.too-many');
    expect(guest.asked).toEqual([]);
  });

  test('leave nothing behind when it fails in the middle', async () => {
    file('in/a.txt');
    file('in/b.txt');
    guest.duringPut = ({ path }) => {
      if (path.at(-1) === 'b.txt') throw Object.assign(new Error('x'), { code: 'bridge.file-no-room' });
    };
    expect(await codeOf(put(join(home, 'in')))).toBe('bridge.file-no-room');
    expect(held()).toEqual([]);
  });

  test('stay while they are on the clipboard or in use, and are found again by the next service', async () => {
    const path = file('a.txt');
    const ids = new Set<string | undefined>();
    for (let i = 0; i < 8; i++) {
      ids.add((await put(path))[0]);
      if (i < 7) copies.movedOn();
    }
    expect(ids.size).toBe(8);
    guest.use('a.txt', true);
    copies.movedOn();
    expect(await codeOf(put(path))).toBe('copied.in-use');
    guest.use('a.txt', false);
    expect(ids.has((await put(path))[0])).toBe(true);
    expect(held()).toHaveLength(8);
    const parts = { workspaceId: 'w', files: guest, rules: fileRules, telling, log: silentLog };
    const next = new GuestCopies({ ...parts, now: () => now });
    next.ready();
    await next.put(Buffer.from(uriListOf([path])), most);
    expect(held()).toHaveLength(8);
    next.lost();
  });

  test('rest from when all of them are there, whatever else was copied meanwhile', async () => {
    guest.duringPut = () => {
      copies.movedOn();
      now += 20 * 60_000;
    };
    await put(file('a.txt'));
    await copies.forgetUnused();
    expect(held()).toHaveLength(1);
    now += 10 * 60_000;
    await copies.forgetUnused();
    expect(held()).toEqual([]);
  });

  test('are looked for no more when the guest is lost in the middle', async () => {
    guest.duringPut = () => {
      copies.lost();
      guest.forget = async () => {
        throw new Error('not connected');
      };
      throw Object.assign(new Error('x'), { code: 'bridge.lost' });
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      expect(await codeOf(put(file('a.txt')))).toBe('bridge.lost');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('are removed in the guest ten minutes after they were on its clipboard', async () => {
    const path = file('a.txt');
    await put(path);
    now += 20 * 60_000;
    await copies.forgetUnused();
    expect(held()).toHaveLength(1);
    copies.movedOn();
    now += 9 * 60_000;
    await copies.forgetUnused();
    expect(held()).toHaveLength(1);
    now += 60_000;
    await copies.forgetUnused();
    expect(held()).toEqual([]);
  });
});

describe('files of the guest', () => {
  let content: Map<string, string>;
  let copies: HostCopies;
  let scanned: string[];
  const loans: LoanTransfers = {
    get: async (id, take) => {
      const found = content.get(id);
      if (found === undefined) throw Object.assign(new Error('x'), { code: 'bridge.file-not-found' });
      await take(Buffer.from(found));
      return { stamp: id, sizeBytes: found.length };
    },
    put: async () => {
      throw new Error('nothing is written to what was copied');
    },
  };
  beforeEach(() => {
    content = new Map();
    scanned = [];
    const scan = async (path: string) => {
      scanned.push(path);
      return readFileSync(path, 'utf8').includes('EICAR') ? 'found something' : undefined;
    };
    const folder = join(home, 'copied');
    copies = new HostCopies({ folder, rules: fileRules, scan, telling, log: silentLog });
  });
  const listOf = (files: Record<string, string>) =>
    Object.entries(files)
      .map(([path, text], at) => {
        const id = String(at).padStart(16, '0');
        content.set(id, text);
        return `${id} ${text.length} ${path}\n`;
      })
      .join('');
  const fetch = async (files: Record<string, string>, maxBytes = 2 ** 20) =>
    filesOfUriList(String(await copies.fetch(loans, Buffer.from(listOf(files)), { maxBytes, signal })));
  const kept = () => readdirSync(join(home, 'copied'));

  test('come into a folder of their own, for this user alone and never to be run', async () => {
    const [one = '', folder = ''] = await fetch({ 'a b.txt': 'one', 'in/sub/c.txt': 'two', 'in/d.txt': '' });
    expect(readFileSync(one, 'utf8')).toBe('one');
    expect(readFileSync(join(folder, 'sub/c.txt'), 'utf8')).toBe('two');
    expect(readdirSync(folder).sort()).toEqual(['d.txt', 'sub']);
    expect(dirname(one)).toBe(dirname(folder));
    const modes = [dirname(one), folder, one].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
    expect(scanned).toHaveLength(3);
  });

  test('get safe names, and none takes another’s place', async () => {
    const here = await fetch({
      '../../.bashrc': 'a',
      '.bashrc': 'b',
      '-rf': 'c',
      '..': 'd',
      '_.bashrc': 'e',
    });
    const [root = ''] = kept();
    const inside = readdirSync(join(home, 'copied', root)).sort();
    expect(inside).toEqual(['_ (2).bashrc', '_-rf', '_. (2).', '_..', '_.bashrc'].sort());
    for (const path of here) expect(dirname(path)).toBe(join(home, 'copied', root));
    expect(readdirSync(home)).toEqual(['copied']);
  });

  test('that may not cross are left out, whatever they are called', async () => {
    const evil = { 'a.exe': 'x', 'b.txt': 'MZ…', 'c.txt': '#!/bin/sh', 'd.txt': 'EICAR', 'e.sh': 'x' };
    expect((await fetch({ ...evil, 'good.txt': 'x' })).map((path) => path.split('/').at(-1))).toEqual([
      'good.txt',
    ]);
    expect(notices.map(({ title }) => title)).toEqual(['5 copied files were not pasted']);
    expect(await codeOf(fetch(evil))).toBe('files.program');
    rules.fromGuest = 'none';
    expect(await codeOf(fetch({ 'good.txt': 'x' }))).toBe('files.not-allowed');
    expect(kept()).toHaveLength(1);
  });

  test('are bounded in all, whatever the guest says', async () => {
    expect(await codeOf(fetch({ 'a.txt': 'x'.repeat(600), 'b.txt': 'x'.repeat(600) }, 1000))).toBe(
      'copied.too-large',
    );
    content.set('0000000000000007', 'x'.repeat(600));
    const lie = Buffer.from('0000000000000007 5 a.txt\n');
    expect(await codeOf(copies.fetch(loans, lie, { maxBytes: 1000, signal }))).toBe('loans.too-large');
    const nothing = Buffer.from('');
    expect(await codeOf(copies.fetch(loans, nothing, { maxBytes: 1000, signal }))).toBe('copied.nothing');
    const other = Buffer.from('what?');
    expect(await codeOf(copies.fetch(loans, other, { maxBytes: 1000, signal }))).toBe('copied.lies');
    expect(kept()).toEqual([]);
  });

  test('that were copied before are kept for a while, but not of any number of copies', async () => {
    for (let i = 0; i < 6; i++) {
      await fetch({ 'a.txt': 'x' });
      copies.movedOn();
    }
    await waitFor('the oldest to go', () => kept().length === 3);
  });

  test('that cannot be written here are the disk’s fault', async () => {
    const overwriting: LoanTransfers = {
      ...loans,
      get: async (...args) => {
        writeFileSync(join(home, 'copied', kept()[0] ?? '', 'in'), '');
        return await loans.get(...args);
      },
    };
    const list = Buffer.from(listOf({ 'a.txt': 'x', 'in/b.txt': 'x' }));
    const fetching = () => codeOf(copies.fetch(overwriting, list, { maxBytes: 1000, signal }));
    expect(await fetching()).toBe('copied.not-kept');
    rmSync(join(home, 'copied'), { recursive: true });
    writeFileSync(join(home, 'copied'), '');
    expect(await fetching()).toBe('copied.not-kept');
  });

  test('are gone when the service begins anew', async () => {
    await fetch({ 'a.txt': 'x' });
    copies.movedOn();
    await copies.clear();
    expect(readdirSync(home)).toEqual([]);
  });
});
