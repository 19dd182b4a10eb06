import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import type { FileNotice } from '../../src/redirection/files/notices.ts';
import type { HostDesktop } from '../../src/redirection/guest-files/loan-port.ts';
import type { GuestEnd } from '../../src/service/guest-end.ts';
import { loanFolders, WorkspaceLoans } from '../../src/service/loans/workspace-loans.ts';
import { silentLog } from '../../src/shared/log.ts';
import { FakeLender } from './fixtures/files/fake-lender.ts';
import { plainWorkspace } from './fixtures/plain-workspace.ts';
import { waitFor } from './fixtures/wait-for.ts';

/** A bridge as far as loans go. */
class FakeBridge {
  readonly lender = new FakeLender();
  readonly loans = this.lender.loans;
  readonly said: { readonly type: string }[] = [];
  readonly #events = new EventEmitter();
  state = 'connecting';

  on(event: string, listener: (...args: unknown[]) => void): void {
    this.#events.on(event, listener);
  }

  send(message: { readonly type: string }): boolean {
    this.said.push(message);
    return true;
  }

  connect(...capabilities: readonly string[]): void {
    this.state = 'ready';
    this.#events.emit('connected', { capabilities });
    this.#events.emit('ready');
  }

  offer(loanId: string, untrustedName: string): void {
    this.#events.emit('loanOffer', { loanId, untrustedName });
  }

  answers(taken: boolean): number {
    return this.said.filter((one) => one.type === 'loan-answer' && 'taken' in one && one.taken === taken)
      .length;
  }
}

let root: string;
let bridge: FakeBridge;
let loans: WorkspaceLoans;
let opened: string[];
let notices: FileNotice[];
let hostOpens: string | Error;
let useOf: HostDesktop['useOf'];
const idOf = (number: number) => number.toString(16).padStart(16, '0');

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'xpane-loans-service-'));
  [opened, notices] = [[], []];
  hostOpens = 'pdf,docx';
  useOf = async () => new Map();
  loans = await WorkspaceLoans.open({
    workspace: plainWorkspace,
    ...loanFolders(root, 'test'),
    rules: () => {
      if (hostOpens instanceof Error) throw hostOpens;
      return { hostOpens, filesToGuest: 'all', filesFromGuest: 'all', scanFromGuest: 'off' };
    },
    desktop: { open: async (path) => void opened.push(path), useOf: (folders) => useOf(folders) },
    onNotice: (notice) => notices.push(notice),
    log: silentLog,
  });
  bridge = new FakeBridge();
  loans.adopt(bridge as unknown as GuestBridge);
});
afterEach(async () => {
  await loans.close();
  rmSync(root, { recursive: true });
});

const as = (end: GuestEnd) => () => end;

test('a guest is told what opens here; a file is opened, and is back before the guest ends', async () => {
  bridge.connect('files', 'loans');
  expect(bridge.said).toEqual([{ type: 'loan-handling', extensions: ['pdf', 'docx'] }]);
  bridge.lender.files.set(idOf(1), 'old');
  bridge.offer(idOf(1), 'Letter.pdf');
  const path = await waitFor('it to be opened', () => opened[0]);
  await waitFor('the answer', () => bridge.answers(true) === 1);
  writeFileSync(path, 'saved at the last moment');
  await loans.settle(as('stop'));
  expect(bridge.lender.files.get(idOf(1))).toBe('saved at the last moment');
});

test('by default nothing opens here, and nobody is asked', async () => {
  hostOpens = 'none';
  bridge.connect('files', 'loans');
  expect(bridge.said).toEqual([{ type: 'loan-handling', extensions: [] }]);
  bridge.offer(idOf(1), 'Letter.pdf');
  expect(existsSync(join(root, 'from-guest'))).toBe(false);
  expect(loans.busy).toBe(false);
});

test('an older agent is left alone', () => {
  bridge.connect('files');
  expect(bridge.said).toEqual([]);
});

test('what settings no longer allow is refused at once, and the guest told', async () => {
  bridge.connect('loans');
  hostOpens = 'docx';
  bridge.offer(idOf(1), 'Letter.pdf');
  await waitFor('the refusal', () => bridge.answers(false) === 1);
  expect(bridge.said).toContainEqual({ type: 'loan-handling', extensions: ['docx'] });
  hostOpens = new Error('nobody can read them');
  bridge.offer(idOf(1), 'Letter.docx');
  await waitFor('the refusal', () => bridge.answers(false) === 2);
  expect(bridge.said).toContainEqual({ type: 'loan-handling', extensions: [] });
  expect(opened).toEqual([]);
});

test('of a thousand files ten open, the others open in the guest, and the user is told once', async () => {
  bridge.connect('loans');
  for (let number = 1; number <= 1000; number++) {
    bridge.lender.files.set(idOf(number), 'x');
    bridge.offer(idOf(number), `${number}.pdf`);
  }
  await waitFor('ten of them', () => bridge.answers(true) === 10);
  expect(bridge.answers(false)).toBe(990);
  expect(opened).toHaveLength(10);
  expect(notices).toHaveLength(1);
  expect(notices[0]?.title).toBe('Test opens too many files here');
  expect(readFileSync(opened[0] ?? '', 'utf8')).toBe('x');
});

test('a guest that hangs holds its end up only so long', async () => {
  bridge.connect('loans');
  bridge.lender.files.set(idOf(1), 'old');
  bridge.offer(idOf(1), 'Letter.pdf');
  const path = await waitFor('it to be opened', () => opened[0]);
  bridge.loans.put = (_loan, _content, { signal } = {}) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  writeFileSync(path, 'new');
  const begunMs = performance.now();
  await loans.settle(as('hurry'));
  expect(performance.now() - begunMs).toBeLessThan(5000);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('what goes wrong with files that are open here does not hold up the end of a guest', async () => {
  bridge.connect('loans');
  bridge.lender.files.set(idOf(1), 'old');
  bridge.offer(idOf(1), 'Letter.pdf');
  const path = await waitFor('it to be opened', () => opened[0]);
  useOf = async () => {
    throw new Error('EIO');
  };
  await loans.settle(as('suspend'));
  expect(readFileSync(path, 'utf8')).toBe('old');
});
