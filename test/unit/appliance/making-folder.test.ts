import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { makeWhole } from '../../../src/appliance/making-folder.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'xpane-whole-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
});

const make = (name: string, text: string) =>
  makeWhole(parent, async (_work, out) => {
    writeFileSync(join(out, 'file'), text);
    return name;
  });

it('gives the name to what is whole, and leaves nothing else', async () => {
  const folder = await make('a', 'one');
  expect(folder).toBe(join(parent, 'a'));
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('one');
  expect(readdirSync(parent)).toEqual(['a']);
});

it('leaves nothing behind when making fails', async () => {
  const failure = new Error('no');
  const failing = makeWhole(parent, async (work) => {
    writeFileSync(join(work, 'half'), 'x');
    throw failure;
  });
  await expect(failing).rejects.toBe(failure);
  expect(readdirSync(parent)).toEqual([]);
});

it('removes what a killed maker left, but not the work of one that runs', async () => {
  // Process ids end below this on Linux (PID_MAX_LIMIT), so nobody has it.
  mkdirSync(join(parent, 'making-4194305-Ab12Cd/out'), { recursive: true });
  const running = `making-${process.ppid}-Ab12Cd`;
  mkdirSync(join(parent, running, 'out'), { recursive: true });
  await make('a', 'one');
  expect(readdirSync(parent).sort()).toEqual(['a', running]);
});

it('keeps the first one when two make the same', async () => {
  const [first, second] = await Promise.all([make('a', 'same'), make('a', 'same')]);
  expect(second).toBe(first);
  expect(readdirSync(parent)).toEqual(['a']);
});
