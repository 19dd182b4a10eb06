import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GuestEnd } from '../../src/service/guest-end.ts';
import type { GuestBegin, RedirectedFiles } from '../../src/service/redirected-files.ts';
import { FakeBridge } from './fixtures/files/fake-bridge.ts';
import { FakeGuestFiles } from './fixtures/files/fake-guest-files.ts';
import { startedFiles } from './fixtures/files/service-rig.ts';
import { until } from './fixtures/until.ts';

let root: string;
let file: string;
let bridge: FakeBridge;
let service: RedirectedFiles;
const signal = new AbortController().signal;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'xpane-files-cut-off-'));
  for (const name of ['home', 'workspace']) mkdirSync(join(root, name));
  file = join(root, 'home', 'Letter.txt');
  writeFileSync(file, 'old');
  bridge = new FakeBridge(new FakeGuestFiles());
  service = await started();
});
afterEach(async () => {
  await service.release();
  rmSync(root, { recursive: true });
});

async function started(begin?: GuestBegin): Promise<RedirectedFiles> {
  const rules = { filesToGuest: 'all', filesFromGuest: 'all', scanFromGuest: 'off' };
  return await startedFiles({ root, rules: () => rules, leavesNothing: () => false, bridge, begin });
}

const content = () => readFileSync(file, 'utf8');
const as = (end: GuestEnd) => () => end;
/** What came beside the file. */
const beside = () => {
  const names = readdirSync(join(root, 'home')).filter((name) => name !== 'Letter.txt');
  return names.map((name) => readFileSync(join(root, 'home', name), 'utf8'));
};

test('what a guest that was cut off has left may be half of a save: it is kept beside', async () => {
  await service.open(file, { signal });
  await service.release();
  bridge.files.save('Letter.txt', 'edi');
  bridge.become('lost');
  service = await started();
  await until('it is told', 5000, () => service.state?.notices !== undefined);
  expect([content(), beside()]).toEqual(['old', ['edi']]);
  expect(service.state?.notices?.[0]?.text).toMatch(/^The guest was cut off/);
});

test('what a guest that ended in order has left comes to its place, and the user is told where that is', async () => {
  await service.open(file, { signal });
  await service.settle(as('stop'));
  await service.release();
  await service.ended('ended');
  bridge.files.save('Letter.txt', 'edited');
  bridge.become('lost');
  service = await started();
  await until('it was told', 5000, () => service.state?.notices !== undefined);
  expect([content(), beside()]).toEqual(['edited', []]);
  expect(service.state?.notices).toMatchObject([
    {
      title: 'A file came late from the guest',
      text: expect.stringContaining(`Letter.txt in ${join(root, 'home')}`),
    },
  ]);
});

const ends = {
  'is switched off, or killed as it did not shut down': async () => {
    await service.settle(as('stop'));
    await service.release();
  },
  'is shut down by force': async () => {
    await service.settle(as('force'));
    await service.release();
    await service.ended('ended');
  },
  'rests, and does not go on': async () => {
    await service.settle(as('suspend'));
    await service.ended('rests');
    await service.release();
  },
};
test.each(Object.entries(ends))('what a guest that %s has left may be half of a save', async (_, end) => {
  await service.open(file, { signal });
  await end();
  bridge.files.save('Letter.txt', 'edi');
  bridge.become('lost');
  service = await started();
  await until('it is told', 5000, () => service.state?.notices !== undefined);
  expect([content(), beside()]).toEqual(['old', ['edi']]);
});

test('a guest that rests and goes on is not cut off, unless it is then', async () => {
  await service.open(file, { signal });
  await ends['rests, and does not go on']();
  bridge.files.save('Letter.txt', 'edited');
  bridge.become('lost');
  service = await started({ resumed: true });
  await until('the change is here', 5000, () => content() === 'edited' && !service.busy);
  expect(beside()).toEqual([]);
  await service.release();
  bridge.files.save('Letter.txt', 'edited mo');
  bridge.become('lost');
  service = await started({ resumed: true });
  await until(
    'it is told',
    5000,
    () => service.state?.notices?.at(-1)?.text.startsWith('The guest was cut') === true,
  );
  expect([content(), beside()]).toEqual(['edited', ['edited mo']]);
});

test('a guest that goes on after a stop was given up can be cut off as any other', async () => {
  await service.open(file, { signal });
  await service.settle(as('stop'));
  bridge.files.save('Letter.txt', 'edited');
  await until('the change is here', 5000, () => content() === 'edited' && !service.busy);
  await service.release();
  bridge.files.save('Letter.txt', 'edited mo');
  service = await started();
  await until('it is told', 5000, () => service.state?.notices !== undefined);
  expect([content(), beside()]).toEqual(['edited', ['edited mo']]);
});

test('an agent that comes again is the same guest: what its programs saved meanwhile comes to its place', async () => {
  await service.open(file, { signal });
  bridge.become('lost');
  bridge.files.save('Letter.txt', 'edited');
  bridge.become('ready');
  await until('the change is here', 5000, () => content() === 'edited' && !service.busy);
  expect(beside()).toEqual([]);
});
