import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileNotice } from '../../src/redirection/files/notices.ts';
import { LoanJournal } from '../../src/redirection/guest-files/loan-journal.ts';
import type { HostUse } from '../../src/redirection/guest-files/loan-port.ts';
import { LoanRelay } from '../../src/redirection/guest-files/loan-relay.ts';
import { silentLog } from '../../src/shared/log.ts';
import { FakeLender, lenderFailure } from './fixtures/files/fake-lender.ts';
import { waitFor } from './fixtures/wait-for.ts';

let root: string;
let guest: FakeLender | undefined;
let lender: FakeLender;
let relay: LoanRelay;
let relays: LoanRelay[];
let opened: string[];
let notices: FileNotice[];
let use: HostUse;
let scan: (path: string) => string | undefined;
let rules: { toGuest: object; fromGuest: { maxBytes: number } };
const all = { only: undefined, never: new Set<string>(), maxBytes: 1_000_000 };
const loanId = '00000000000000a1';
const copies = () => join(root, 'from-guest', 'test');
const copy = (name = 'Letter.pdf') => join(copies(), loanId, name);
const rescued = () => (existsSync(join(root, 'rescued')) ? readdirSync(join(root, 'rescued')) : []);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'xpane-loans-'));
  [opened, notices, relays] = [[], [], []];
  lender = new FakeLender();
  lender.files.set(loanId, 'old');
  guest = lender;
  use = { open: false, writing: false, running: false };
  scan = () => undefined;
  rules = { toGuest: all, fromGuest: all };
  relay = await started();
});
afterEach(async () => {
  for (const each of relays) await each.close();
  rmSync(root, { recursive: true });
});

async function started(open: (path: string) => Promise<void> = async () => undefined): Promise<LoanRelay> {
  const made = new LoanRelay({
    journal: await LoanJournal.open(copies(), silentLog),
    rescuedFolder: join(root, 'rescued'),
    workspaceName: 'Office',
    guest: () => guest,
    scan: async (path) => scan(path),
    rules: () => ({ extensions: new Set(['pdf']), files: rules as never }),
    desktop: {
      open: async (path) => {
        await open(path);
        opened.push(path);
      },
      useOf: async (folders) => new Map([...folders.keys()].map((key) => [key, use])),
    },
    quietMs: 60,
    now: () => new Date(2026, 10, 23, 14, 3),
    onChange: () => undefined,
    onNotice: (notice) => notices.push(notice),
    log: silentLog,
  });
  relays.push(made);
  return made;
}

/** As after SIGKILL: what the one before was about to do never comes. */
async function killed(): Promise<void> {
  const before = guest;
  guest = undefined;
  await relay.close();
  guest = before;
  relay = await started();
  relay.ready();
}

const lend = (name = 'Letter.pdf') => relay.offered({ loanId, untrustedName: name });
const there = () => lender.files.get(loanId);
const isBack = (text: string) => waitFor(`"${text}" in the guest`, () => there() === text);
const saveByRename = (text: string) => {
  writeFileSync(`${copy()}.new`, text);
  renameSync(`${copy()}.new`, copy());
};

test('a file opens here, in a folder of the user’s alone, and nobody can run it', async () => {
  await lend();
  expect(opened).toEqual([copy()]);
  expect(readFileSync(copy(), 'utf8')).toBe('old');
  expect(statSync(copy()).mode & 0o777).toBe(0o600);
  expect(statSync(join(copies(), loanId)).mode & 0o777).toBe(0o700);
  expect(lender.answers).toEqual([{ loanId, taken: true }]);
});

test('what the scan command finds does not open here', async () => {
  scan = (path) => (readFileSync(path, 'utf8') === 'old' ? 'scanner found it.' : undefined);
  await lend();
  expect(opened).toEqual([]);
  expect(lender.answers).toEqual([{ loanId, taken: false }]);
  expect(notices[0]?.text).toContain('scanner found it.');
  expect(existsSync(copies()) ? readdirSync(copies()) : []).toEqual([]);
});

test('what is saved goes back: by a rename, by truncation, again and again', async () => {
  await lend();
  saveByRename('by rename');
  await isBack('by rename');
  writeFileSync(copy(), 'by truncation');
  await isBack('by truncation');
  saveByRename('');
  await isBack('');
  expect(notices).toEqual([]);
  expect(lender.beside).toEqual([]);
});

test('a program that is in the midst of writing is waited for', async () => {
  await lend();
  use = { open: true, writing: true, running: true };
  writeFileSync(copy(), 'half');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(there()).toBe('old');
  writeFileSync(copy(), 'whole');
  use = { open: false, writing: false, running: true };
  await isBack('whole');
});

test('the guest’s has changed, too: both are kept there, the user is told, later saves go beside', async () => {
  await lend();
  lender.files.set(loanId, 'changed there');
  saveByRename('changed here');
  await waitFor('it beside', () => lender.beside.length > 0);
  expect(lender.beside).toEqual(['changed here']);
  await waitFor('a notice', () => notices[0]);
  expect(notices[0]).toMatchObject({ title: 'Letter.pdf was kept beside' });
  saveByRename('later');
  await isBack('later');
  expect(lender.beside).toHaveLength(1);
});

test('what the guest has no place for is kept on this computer', async () => {
  await lend();
  lender.files.delete(loanId);
  lender.hasNoPlace = true;
  saveByRename('mine');
  await waitFor('it rescued', () => rescued()[0]);
  expect(rescued()).toEqual(['Letter (from Office, 2026-11-23 14.03).pdf']);
  expect(readFileSync(join(root, 'rescued', rescued()[0] ?? ''), 'utf8')).toBe('mine');
  await waitFor('a notice', () => notices[0]);
  expect(notices[0]?.title).toBe('Letter.pdf was kept on this computer');
});

test('where nothing may go into the guest, what is saved is kept on this computer', async () => {
  await lend();
  rules = { toGuest: { ...all, only: new Set() }, fromGuest: all };
  saveByRename('mine');
  await waitFor('it rescued', () => rescued()[0]);
  expect(there()).toBe('old');
});

test('what cannot go back now goes later; the user is told once', async () => {
  await lend();
  guest = undefined;
  saveByRename('saved meanwhile');
  await waitFor('a notice', () => notices[0]);
  expect(notices[0]?.text).toContain('does not run');
  guest = lender;
  lender.onPut = () => {
    throw lenderFailure('bridge.file-in-use');
  };
  expect(await relay.settle(AbortSignal.timeout(2000))).toEqual(['Letter.pdf']);
  lender.onPut = () => undefined;
  expect(await relay.settle(AbortSignal.timeout(2000))).toEqual([]);
  expect(there()).toBe('saved meanwhile');
  expect(notices).toHaveLength(1);
});

test('asked for again, the newest of both sides opens', async () => {
  await lend();
  lender.files.set(loanId, 'newer there');
  await lend();
  expect(readFileSync(copy(), 'utf8')).toBe('newer there');
  saveByRename('newer here');
  await lend();
  expect(there()).toBe('newer here');
  expect(readFileSync(copy(), 'utf8')).toBe('newer here');
  expect(opened).toHaveLength(3);
  expect(lender.beside).toEqual([]);
});

test('saved here while the guest sends it again: the save stays, and both are kept there', async () => {
  await lend();
  lender.files.set(loanId, 'newer there');
  lender.onGet = () => {
    lender.onGet = () => undefined;
    saveByRename('saved meanwhile');
  };
  await lend();
  expect(readFileSync(copy(), 'utf8')).toBe('saved meanwhile');
  expect(lender.beside).toEqual(['saved meanwhile']);
  expect(readdirSync(join(copies(), loanId))).toEqual(['Letter.pdf']);
});

test('asked for again while what is saved here cannot go back: that opens, and is not lost', async () => {
  await lend();
  lender.onPut = () => {
    throw lenderFailure('bridge.file-in-use');
  };
  lender.files.set(loanId, 'changed there');
  saveByRename('changed here');
  await lend();
  expect(readFileSync(copy(), 'utf8')).toBe('changed here');
  expect(opened).toHaveLength(2);
});

test.each([
  ['invoice.pdf.exe', 'old'],
  ['invoice\u202efdp.exe', 'old'],
  ['invoice.desktop', 'old'],
  ['letter.doc', 'old'],
  ['letter', 'old'],
  ['a.pdf', 'MZ\x90\0'],
  ['a.pdf', '\x7fELF\x02'],
  ['a.pdf', '#!/bin/sh\n'],
  ['a.pdf', '\n # a\n[Desktop Entry]\nExec=sh'],
  ['a.pdf', 'x'.repeat(1_000_001)],
])('%j is refused, and opens in the guest', async (name, content) => {
  lender.files.set(loanId, content);
  await lend(name);
  expect(opened).toEqual([]);
  expect(lender.answers).toEqual([{ loanId, taken: false }]);
  expect(lender.returned).toEqual([loanId]);
  expect(notices).toHaveLength(1);
  expect(existsSync(join(copies(), loanId))).toBe(false);
});

test.each([
  ['../../escape.pdf', '_.._.._escape.pdf'],
  ['-rf.pdf', '_-rf.pdf'],
  ['.hidden.pdf', '_.hidden.pdf'],
  ['a\u202efdp.pdf', 'a fdp.pdf'],
  [`${'x'.repeat(255)}.pdf`, undefined],
])('%j becomes a name that is safe here', async (name, safe) => {
  await lend(name);
  const [made = ''] = readdirSync(join(copies(), loanId));
  expect(opened).toEqual([copy(made)]);
  if (safe) expect(made).toBe(safe.startsWith('_..') ? made : safe);
  expect(made).not.toMatch(/[/\u202e]|^[.-]/);
  expect(Buffer.byteLength(made)).toBeLessThanOrEqual(255);
});

test('a guest that sends without end, lies about the size, or changes the file meanwhile opens nothing', async () => {
  let sent = 0;
  lender.sends = function* () {
    for (;;) {
      sent += 100_000;
      yield Buffer.alloc(100_000, 'x');
    }
  };
  await lend();
  expect(sent).toBe(1_100_000);
  lender.sends = () => [Buffer.from('more than it said')];
  await lend();
  lender.sends = undefined;
  lender.onGet = () => void lender.files.set(loanId, 'changed');
  await lend();
  lender.onGet = () => void lender.files.delete(loanId);
  await lend();
  await lend();
  expect(opened).toEqual([]);
  expect(lender.answers.every(({ taken }) => !taken)).toBe(true);
  expect(readdirSync(copies())).toEqual([]);
});

test('a link or a device in the copy’s place is not what comes back', async () => {
  await lend();
  unlinkSync(copy());
  symlinkSync('/etc/passwd', copy());
  await relay.settle(AbortSignal.timeout(2000));
  expect(there()).toBe('old');
  expect(lender.puts).toBe(0);
});

test('without an application here it opens in the guest', async () => {
  await relay.close();
  relay = await started(async () => {
    throw lenderFailure('host-open.no-application');
  });
  await lend();
  expect(lender.answers).toEqual([{ loanId, taken: false }]);
  expect(readdirSync(copies())).toEqual([]);
});

test('killed before a copy was whole: nothing is left of it, and the guest has all', async () => {
  await lend();
  const folder = join(copies(), loanId);
  // Fetched, but never told of: no record.
  rmSync(join(copies(), `${loanId}.json`));
  writeFileSync(join(folder, '.Letter.pdf.xpane-012345'), 'half');
  await killed();
  expect(readdirSync(copies())).toEqual([]);
  expect(there()).toBe('old');
});

test('killed after a save: it goes back at the next start', async () => {
  await lend();
  guest = undefined;
  saveByRename('saved, then killed');
  await relay.close();
  guest = lender;
  relay = await started();
  relay.ready();
  await isBack('saved, then killed');
});

test('killed between the guest’s taking it and the note of it: nothing is there twice', async () => {
  await lend();
  lender.afterPut = () => {
    throw lenderFailure('bridge.not-connected');
  };
  saveByRename('once');
  await isBack('once');
  lender.afterPut = () => undefined;
  await killed();
  await waitFor('the note', () =>
    readFileSync(join(copies(), `${loanId}.json`), 'utf8').includes(String(statSync(copy()).ino)),
  );
  expect(lender.beside).toEqual([]);
  saveByRename('twice');
  await isBack('twice');
  expect(lender.beside).toEqual([]);
});

test('a record that nobody understands loses nothing', async () => {
  await lend();
  saveByRename('mine');
  await isBack('mine');
  await relay.close();
  writeFileSync(join(copies(), `${loanId}.json`), '{');
  relay = await started();
  expect(readFileSync(join(copies(), `${loanId}.broken`, 'Letter.pdf'), 'utf8')).toBe('mine');
});
