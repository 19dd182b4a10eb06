import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { makeWhole } from '../../../src/appliance/making-folder.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'xpane-whole-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
});

const fill = (text: string) => async (_work: string, out: string) => writeFileSync(join(out, 'file'), text);

it('gives the name to what is whole, and leaves nothing else', async () => {
  const folder = await makeWhole(parent, 'a', fill('one'));
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('one');
  expect(readdirSync(parent)).toEqual(['a']);
});

it('leaves nothing behind when making fails', async () => {
  const failure = new Error('no');
  const failing = makeWhole(parent, 'a', async (work) => {
    writeFileSync(join(work, 'half'), 'x');
    throw failure;
  });
  await expect(failing).rejects.toBe(failure);
  expect(readdirSync(parent)).toEqual([]);
});

it('removes what a killed maker left, but not the work of one that runs', async () => {
  // Process ids end below this on Linux (PID_MAX_LIMIT), so nobody has it.
  mkdirSync(join(parent, 'a.making-4194305/out'), { recursive: true });
  mkdirSync(join(parent, `b.making-${process.ppid}/out`), { recursive: true });
  await makeWhole(parent, 'a', fill('one'));
  expect(readdirSync(parent).sort()).toEqual(['a', `b.making-${process.ppid}`]);
});

it('keeps the first one when two make the same', async () => {
  const folder = await makeWhole(parent, 'a', async (_work, out) => {
    mkdirSync(join(parent, 'a'));
    writeFileSync(join(parent, 'a/file'), 'first');
    writeFileSync(join(out, 'file'), 'second');
  });
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('first');
  expect(existsSync(join(parent, `a.making-${process.pid}`))).toBe(false);
});
