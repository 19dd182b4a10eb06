import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
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
import { FakeLender } from './fixtures/files/fake-lender.ts';
import { waitFor } from './fixtures/wait-for.ts';

let root: string;
let lender: FakeLender;
let relay: LoanRelay;
let notices: FileNotice[];
let use: HostUse;
/** Somebody looks who uses what. */
let onLook: (folder: string) => void;
const loanId = '00000000000000a1';
const copies = () => join(root, 'from-guest', 'test');
const folder = () => join(copies(), loanId);
const copy = () => join(folder(), 'Letter.pdf');
const rescued = () => readdirSync(join(root, 'rescued')).sort();
const [unused, used] = [false, true].map((is) => ({ open: is, writing: false, running: is })) as [
  HostUse,
  HostUse,
];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'xpane-loans-end-'));
  notices = [];
  lender = new FakeLender();
  lender.files.set(loanId, 'old');
  [use, onLook] = [unused, () => undefined];
  relay = await started({ firstUseMs: 0 });
});
afterEach(async () => {
  await relay.close();
  rmSync(root, { recursive: true });
});

async function started(timing: { readonly firstUseMs?: number }): Promise<LoanRelay> {
  const all = { only: undefined, never: new Set<string>(), maxBytes: 1_000_000 };
  return new LoanRelay({
    journal: await LoanJournal.open(copies(), silentLog),
    rescuedFolder: join(root, 'rescued'),
    workspaceName: 'Office',
    guest: () => lender,
    rules: () => ({ extensions: new Set(['pdf']), files: { toGuest: all, fromGuest: all } }),
    desktop: {
      open: async () => undefined,
      useOf: async (folders) => {
        for (const each of folders.values()) onLook(each);
        return new Map([...folders.keys()].map((key) => [key, use]));
      },
    },
    quietMs: 60,
    ...timing,
    now: () => new Date(2026, 10, 23, 14, 3),
    onChange: () => undefined,
    onNotice: (notice) => notices.push(notice),
    log: silentLog,
  });
}

/** It is open here, and was seen to be. */
async function lentAndSeen(): Promise<void> {
  use = used;
  let looks = 0;
  onLook = () => looks++;
  await relay.offered({ loanId, untrustedName: 'Letter.pdf' });
  await waitFor('its use to be seen', () => looks > 0);
  onLook = () => undefined;
}
const settle = () => relay.settle(AbortSignal.timeout(2000));

test('a copy goes when the guest ends and nobody uses it; what was saved beside it is kept, folders too', async () => {
  await lentAndSeen();
  await settle();
  expect(existsSync(copy())).toBe(true);
  writeFileSync(join(folder(), 'Copy.pdf'), 'another');
  writeFileSync(join(folder(), '.~lock.Letter.pdf#'), '');
  mkdirSync(join(folder(), 'Letter_files'));
  writeFileSync(join(folder(), 'Letter_files', 'page.html'), 'exported');
  use = unused;
  await settle();
  expect(readdirSync(copies())).toEqual([]);
  expect(lender.returned).toEqual([loanId]);
  expect(rescued()).toEqual([
    'Copy (from Office, 2026-11-23 14.03).pdf',
    'Letter_files (from Office, 2026-11-23 14.03)',
  ]);
  const page = join(root, 'rescued', rescued()[1] ?? '', 'page.html');
  expect(readFileSync(page, 'utf8')).toBe('exported');
  expect(notices).toHaveLength(2);
});

test('a program that only hands the file to one that ran already is no sign that nobody needs it', async () => {
  await relay.close();
  relay = await started({});
  use = used;
  await relay.offered({ loanId, untrustedName: 'Letter.pdf' });
  await new Promise((resolve) => setTimeout(resolve, 400));
  use = unused;
  await settle();
  expect(existsSync(copy())).toBe(true);
  expect(lender.returned).toEqual([]);
});

test.each(['saved', 'opened'] as const)('a copy that is %s just when it would go stays', async (what) => {
  await lentAndSeen();
  use = unused;
  onLook = (path) => {
    if (path === folder()) return;
    if (what === 'saved') writeFileSync(join(path, 'Letter.pdf'), 'at the last moment');
    else use = used;
  };
  await settle();
  expect(lender.returned).toEqual([]);
  expect(readFileSync(copy(), 'utf8')).toBe(what === 'saved' ? 'at the last moment' : 'old');
  if (what === 'saved')
    await waitFor('it in the guest', () => lender.files.get(loanId) === 'at the last moment');
});

test('killed while a copy was about to go: the loan goes on', async () => {
  await lentAndSeen();
  await relay.close();
  writeFileSync(copy(), 'saved meanwhile');
  renameSync(folder(), `${folder()}.ending`);
  relay = await started({});
  relay.ready();
  await waitFor('it in the guest', () => lender.files.get(loanId) === 'saved meanwhile');
  expect(readdirSync(copies())).toContain(loanId);
  expect(existsSync(`${folder()}.ending`)).toBe(false);
});

test('a guest that ends waits for a program that is in the midst of writing', async () => {
  await lentAndSeen();
  use = { ...used, writing: true };
  writeFileSync(copy(), 'half');
  const settling = settle();
  await new Promise((resolve) => setTimeout(resolve, 400));
  writeFileSync(copy(), 'whole');
  use = used;
  expect(await settling).toEqual([]);
  expect([lender.files.get(loanId), lender.puts]).toEqual(['whole', 1]);
  use = { ...used, writing: true };
  writeFileSync(copy(), 'half');
  expect(await relay.settle(AbortSignal.timeout(300))).toEqual(['Letter.pdf']);
  expect(lender.puts).toBe(1);
});

test('of a file that has changed there, too, no more comes for comparison than is here', async () => {
  await lentAndSeen();
  let sent = 0;
  lender.files.set(loanId, 'changed there');
  lender.sends = function* () {
    for (; sent < 1000; sent++) yield Buffer.from('x');
  };
  writeFileSync(copy(), 'mine');
  await settle();
  expect(lender.beside).toEqual(['mine']);
  expect(sent).toBeLessThan(10);
});
