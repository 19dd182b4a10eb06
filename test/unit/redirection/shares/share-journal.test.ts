import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ShareJournal } from '../../../../src/redirection/shares/share-journal.ts';
import { silentLog } from '../../../../src/shared/log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-share-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const share = { shareId: '5a5a5a5a5a5a5a5a', folder: '/home/me/Forms', name: 'Forms', readOnly: false };
const entry = (name: string) => ({
  ...{ path: ['f', name], rel: `f/${name}`, stamp: '00000000000000aa', modifiedMs: 5, older: [] },
  identity: { device: '1', inode: '2', sizeBytes: 3, modifiedNs: '4' },
});
const file = () => join(folder, `${share.shareId}.jsonl`);
const keys = (journal: ShareJournal) => [...journal.base.keys()];

test('says after a restart what it was told', async () => {
  const journal = await ShareJournal.open(folder, share);
  await journal.set(entry('a'));
  await journal.set(entry('b'));
  await journal.drop(['f', 'a']);
  await journal.setFolder('e', ['e']);
  await journal.setFolder('g', ['g']);
  await journal.dropFolder('e');
  await journal.close();
  const again = await ShareJournal.open(folder, share);
  expect([...again.base.values()]).toEqual([entry('b')]);
  expect([...again.folders]).toEqual([['g', ['g']]]);
  await again.close();
  expect(await ShareJournal.headers(folder, silentLog)).toEqual([share]);
});

test('a line that was torn, or is none, is left out, and nothing that comes after it', async () => {
  const journal = await ShareJournal.open(folder, share);
  for (const name of ['a', 'b', 'c']) await journal.set(entry(name));
  await journal.close();
  truncateSync(file(), readFileSync(file()).length - 20);
  const torn = await ShareJournal.open(folder, share);
  expect(keys(torn)).toEqual(['F/A', 'F/B']);
  await torn.set(entry('d'));
  await torn.close();
  appendFileSync(file(), '{"gone":["..","x","/"]}\n{"path":[],"rel":"/etc/passwd"}\nnonsense\n');
  const again = await ShareJournal.open(folder, share);
  expect(keys(again)).toEqual(['F/A', 'F/B', 'F/D']);
  await again.close();
});

test('is written anew when it has grown, or belongs to a share that is another now', async () => {
  const journal = await ShareJournal.open(folder, share);
  for (let number = 0; number < 1100; number++) await journal.set(entry('a'));
  await journal.close();
  const lines = () => readFileSync(file(), 'utf8').split('\n').length;
  expect(lines()).toBeGreaterThan(1000);
  const other = { ...share, readOnly: true };
  const again = await ShareJournal.open(folder, other);
  expect(lines()).toBe(3);
  expect(keys(again)).toEqual(['F/A']);
  await again.close();
  expect(await ShareJournal.headers(folder, silentLog)).toEqual([other]);
  await again.remove();
  expect(await ShareJournal.headers(folder, silentLog)).toEqual([]);
});

test('what is no journal is none, and is left alone', async () => {
  writeFileSync(file(), 'nonsense\n');
  writeFileSync(join(folder, 'other.txt'), '');
  expect(await ShareJournal.headers(folder, silentLog)).toEqual([]);
  expect(readFileSync(file(), 'utf8')).toBe('nonsense\n');
});
