import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import type { FileNotice } from '../../src/redirection/files/notices.ts';
import { ShareJournal } from '../../src/redirection/shares/share-journal.ts';
import type { GuestEnd } from '../../src/service/guest-end.ts';
import { sharedFolders, WorkspaceShares } from '../../src/service/shares/workspace-shares.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Share } from '../../src/workspace/shares.ts';
import { FakeBridge } from './fixtures/files/fake-bridge.ts';
import { plainWorkspace } from './fixtures/plain-workspace.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';
import { FakeShareGuest } from './fixtures/shares/fake-share-guest.ts';
import { until } from './fixtures/until.ts';
import { openRig } from './fixtures/workspace-rig.ts';

/** A bridge as far as files and shares go. */
class FakeShareBridge extends FakeBridge<FakeShareGuest> {
  readonly shares = this.files.shares;
}

let root: string;
let share: Share;
let bridge: FakeShareBridge;
let service: WorkspaceShares;
let rules: { filesToGuest: string; filesFromGuest: string; scanFromGuest: string; shareFolders: string };
let leavesNothing: boolean;
let notices: FileNotice[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'xpane-shares-service-'));
  for (const name of ['Forms', 'workspace']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'Forms', 'a.txt'), 'old');
  share = { name: 'Forms', folder: join(root, 'Forms'), drive: 'S', readOnly: false, documents: false };
  leavesNothing = false;
  notices = [];
  rules = { filesToGuest: 'all', filesFromGuest: 'all', scanFromGuest: 'off', shareFolders: 'read-write' };
  bridge = new FakeShareBridge(new FakeShareGuest());
  service = started([share]);
});
afterEach(async () => {
  await service.release();
  rmSync(root, { recursive: true });
});

function started(shares: readonly Share[], cutOff = false): WorkspaceShares {
  const made = new WorkspaceShares({
    ...{ workspace: plainWorkspace, shares, rules: () => rules, log: silentLog },
    ...sharedFolders(root, join(root, 'workspace'), 'test'),
    leavesNothing: () => leavesNothing,
    onNotice: (notice) => void notices.push(notice),
  });
  made.adopt(bridge as unknown as GuestBridge, { cutOff: Promise.resolve(cutOff) });
  bridge.become('ready');
  return made;
}

const here = (name: string) => readFileSync(join(root, 'Forms', name), 'utf8');
const as = (end: GuestEnd) => () => end;
const same = () => until('it is the same', 5000, () => service.progress[0]?.phase === 'same');
/** What the guest has of it. */
const held = () => [...bridge.files.held.values()].map(({ content }) => content.toString());
const documentId = () => bridge.files.shown[0]?.documentId ?? '';

test('a share is in each guest that comes, and again after its connection was lost', async () => {
  await same();
  expect(service.progress).toMatchObject([{ name: 'Forms', phase: 'same', files: 1, left: 0 }]);
  expect(bridge.files.shown).toMatchObject([{ drive: 'S', documents: false }]);
  bridge.become('lost');
  writeFileSync(join(root, 'Forms', 'b.txt'), 'new');
  bridge.become('ready');
  await until('it is there', 5000, () => held().includes('new'));
  expect(bridge.files.shown).toHaveLength(2);
});

test('what was saved last comes before the guest stops; what cannot come holds up one that forgets', async () => {
  await same();
  bridge.files.save('a.txt', 'edited', { documentId: documentId() });
  await service.settle(as('stop'));
  expect(here('a.txt')).toBe('edited');
  leavesNothing = true;
  rules = { ...rules, filesFromGuest: 'max=1K' };
  bridge.files.duringGet = () => Promise.reject(new Error('the disk of the guest hangs'));
  bridge.files.save('a.txt', 'newest', { documentId: documentId() });
  await expect(service.settle(as('stop'))).rejects.toMatchObject({ code: 'share.only-in-guest' });
  await service.settle(as('force'));
}, 20_000);

test('what a guest that was cut off saved last replaces nothing here; what it saves again does', async () => {
  await same();
  await service.release();
  bridge.files.connected = true;
  bridge.files.save('a.txt', 'ha', { documentId: documentId() });
  service = started([share], true);
  await same();
  await until('both are there', 5000, () => held().length === 2);
  expect(here('a.txt')).toBe('old');
  const beside = readdirSync(join(root, 'Forms')).find((name) => name.includes('from'));
  expect(here(beside ?? '')).toBe('ha');
  bridge.files.save('a.txt', 'whole', { documentId: documentId() });
  await until('it is here', 5000, () => here('a.txt') === 'whole');
  // The same guest's agent, once more.
  bridge.become('lost');
  bridge.files.save('a.txt', 'wholly', { documentId: documentId() });
  bridge.become('ready');
  await until('it is here, too', 5000, () => here('a.txt') === 'wholly');
});

test('a share that was removed: what only the guest has comes, then it goes there', async () => {
  await same();
  await service.release();
  bridge.files.connected = true;
  bridge.files.save('a.txt', 'edited', { documentId: documentId() });
  service = started([]);
  await until('it has gone', 5000, () => bridge.files.held.size === 0);
  expect(here('a.txt')).toBe('edited');
  await until('nothing is known of it', 5000, () => {
    const { journalFolder } = sharedFolders(root, join(root, 'workspace'), 'test');
    return !existsSync(join(journalFolder, `${documentId()}.jsonl`));
  });
  expect(bridge.files.closed).toEqual([documentId()]);
  expect(service.progress).toEqual([]);
});

test('a share that was removed: what may not come stays in the guest, which is said, until it may', async () => {
  await same();
  await service.release();
  rules = { ...rules, filesFromGuest: 'txt' };
  bridge.files.connected = true;
  bridge.files.save('only.doc', 'only there', { documentId: documentId() });
  service = started([]);
  await until('it is said', 5000, () => notices.length > 0);
  expect(notices.map(({ text }) => text).join()).toContain('only.doc');
  await until('it is shown no more', 5000, () => bridge.files.closed.length === 1);
  expect(held().sort()).toEqual(['old', 'only there']);
  await service.release();
  rules = { ...rules, filesFromGuest: 'all' };
  service = started([]);
  await until('it has gone', 5000, () => bridge.files.held.size === 0);
  expect(here('only.doc')).toBe('only there');
});

test('what may not come holds up a guest that forgets, too', async () => {
  await same();
  leavesNothing = true;
  rules = { ...rules, filesFromGuest: 'txt' };
  bridge.files.save('only.doc', 'only there', { documentId: documentId() });
  await until('it is said', 5000, () => notices.length > 0);
  await expect(service.settle(as('stop'))).rejects.toMatchObject({ code: 'share.only-in-guest' });
  await service.settle(as('force'));
});

test('a disk goes only when nothing of a share is left on it', async () => {
  const goes = () => service.beforeDiskGoes({ force: false });
  const mayLose = { code: 'share.only-in-guest' };
  await same();
  await service.release();
  await expect(goes()).rejects.toMatchObject(mayLose);
  await service.beforeDiskGoes({ force: true });
  service = started([share]);
  await same();
  await service.settle(as('suspend'));
  await service.release();
  await goes();
  rules = { ...rules, filesFromGuest: 'txt' };
  service = started([share]);
  await same();
  bridge.files.save('only.doc', 'only there', { documentId: documentId() });
  await until('it is said', 5000, () => notices.length > 0);
  await service.settle(as('suspend'));
  await service.release();
  await expect(goes()).rejects.toMatchObject(mayLose);
});

test('a guest that says nothing may have what nobody else has', async () => {
  await same();
  bridge.become('lost');
  leavesNothing = true;
  await expect(service.settle(as('stop'))).rejects.toMatchObject({ code: 'share.only-in-guest' });
  await service.settle(as('force'));
});

test('by the setting there are none, or they are only read', async () => {
  await same();
  await service.release();
  rules = { ...rules, shareFolders: 'off' };
  service = started([share]);
  await until('it is shown no more', 5000, () => bridge.files.closed.length === 1);
  expect(held()).toEqual(['old']);
  await service.release();
  rules = { ...rules, shareFolders: 'read-only' };
  service = started([share]);
  await same();
  bridge.files.save('a.txt', 'theirs', { documentId: documentId() });
  await until('it is as it was', 5000, () => bridge.files.contentOf('a.txt') === 'old');
  expect(here('a.txt')).toBe('old');
  expect(held().sort()).toEqual(['old', 'theirs']);
});

test('an older agent is told of, and nothing is put', async () => {
  await service.release();
  bridge = new FakeShareBridge(new FakeShareGuest());
  bridge.files.duringOpen = () => {
    throw Object.assign(new Error('an older one'), { code: 'bridge.no-shares' });
  };
  service = started([share]);
  await until('it is said', 5000, () => notices.length > 0);
  expect(service.progress).toMatchObject([{ phase: 'failed' }]);
  expect(held()).toEqual([]);
});

test('shares are a part of the workspace, within what the setting allows', async () => {
  const home = testFolder();
  const rig = await openRig(home);
  const live = rig.shelf.live.find('builtin');
  mkdirSync(join(home, 'Projects'));
  symlinkSync('Projects', join(home, 'link'));
  writeFileSync(join(home, 'file'), '');
  const folder = join(home, 'link');
  const plain = { folder, readOnly: false, documents: false };
  await rig.care.addShare(live, plain);
  const shares = () => rig.care.sharesOf(rig.shelf.live.find('builtin'));
  expect(shares()).toEqual([
    { name: 'link', folder: join(home, 'Projects'), drive: 'S', readOnly: false, documents: false },
  ]);
  const add = (asked: object) => rig.care.addShare(rig.shelf.live.find('builtin'), { ...plain, ...asked });
  const refused = (code: string) => expect.objectContaining({ code });
  await expect(add({})).rejects.toThrow(refused('share.taken'));
  await expect(add({ name: 'b', drive: 's:' })).rejects.toThrow(refused('share.taken'));
  await expect(add({ name: 'b', drive: 'C' })).rejects.toThrow(refused('share.invalid'));
  await expect(add({ name: 'a/b' })).rejects.toThrow(refused('share.invalid'));
  await expect(add({ name: 'b', folder: join(home, 'file') })).rejects.toThrow(refused('share.not-there'));
  await expect(add({ name: 'b', folder: join(home, 'none') })).rejects.toThrow(refused('share.not-there'));
  for (const own of [home, rig.paths.data, join(rig.paths.data, 'workspaces'), '/']) {
    await expect(add({ name: 'b', folder: own })).rejects.toThrow(refused('share.own-folder'));
  }
  await add({ name: 'Docs', documents: true });
  await expect(add({ name: 'More', documents: true })).rejects.toThrow(refused('share.taken'));
  expect(shares()[1]).toEqual({ ...shares()[0], name: 'Docs', drive: undefined, documents: true });
  await rig.care.set({ workspace: 'builtin', settings: { shareFolders: 'read-only, max=1G' } });
  await expect(add({ name: 'c' })).rejects.toThrow(refused('share.not-allowed'));
  await add({ name: 'c', readOnly: true });
  await rig.care.set({ workspace: 'builtin', settings: { shareFolders: 'off' } });
  await expect(add({ name: 'd', readOnly: true })).rejects.toThrow(refused('share.not-allowed'));
  const left = rig.shelf.live.find('builtin');
  await expect(rig.care.removeShare(left, 'none')).rejects.toThrow(refused('share.unknown'));
  const { journalFolder } = sharedFolders('', rig.shelf.folderOf(left.id), left.id);
  const header = { shareId: '5a'.repeat(8), folder: home, name: 'link', readOnly: false };
  await (await ShareJournal.open(journalFolder, header)).close();
  await expect(rig.care.reset({ workspace: 'builtin' })).rejects.toThrow(refused('share.only-in-guest'));
  await rig.care.reset({ workspace: 'builtin', force: true });
  await rig.care.removeShare(left, 'LINK');
  expect(shares().map(({ name }) => name)).toEqual(['Docs', 'c']);
  const again = await openRig(home);
  expect(again.care.sharesOf(again.shelf.live.find('builtin'))).toHaveLength(2);
});
