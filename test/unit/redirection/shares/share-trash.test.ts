import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf } from '../../../../src/redirection/files/host-file.ts';
import { ShareTrash } from '../../../../src/redirection/shares/share-trash.ts';

let here: string;
let away: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'xpane-trash-'));
  // Another file system than that, on most machines.
  away = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'xpane-trash-'));
  writeFileSync(join(here, 'a.txt'), 'mine');
});
afterEach(() => {
  for (const folder of [here, away]) rmSync(folder, { recursive: true });
});

const identity = () => identityOf(lstatSync(join(here, 'a.txt'), { bigint: true }));
const file = () => ({ path: join(here, 'a.txt'), rel: 'f/a.txt', identity: identity() });
const trash = () => new ShareTrash(away, () => 100);

test('a file goes, whole', async () => {
  const { mtimeMs } = lstatSync(join(here, 'a.txt'));
  const where = await trash().take(file(), new Date(0));
  expect(where).toBe(join(away, '1970-01-01/f/a.txt'));
  expect(readFileSync(where, 'utf8')).toBe('mine');
  expect(Math.abs(lstatSync(where).mtimeMs - mtimeMs)).toBeLessThan(2);
  expect(readdirSync(here)).toEqual([]);
});

test('one that was saved meanwhile stays, under its name', async () => {
  const before = file();
  rmSync(before.path);
  writeFileSync(before.path, 'newer');
  await expect(trash().take(before, new Date(0))).rejects.toMatchObject({ code: 'files.changed' });
  expect(readFileSync(before.path, 'utf8')).toBe('newer');
  expect(readdirSync(here)).toEqual(['a.txt']);
});
