import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { DocumentJournal } from '../../src/redirection/files/document-journal.ts';
import { identityOf } from '../../src/redirection/files/host-file.ts';
import { scanFile } from '../../src/redirection/files/scan.ts';
import type { GuestEnd } from '../../src/service/guest-end.ts';
import type { RedirectedFiles } from '../../src/service/redirected-files.ts';
import { silentLog } from '../../src/shared/log.ts';
import { FakeBridge } from './fixtures/files/fake-bridge.ts';
import { FakeGuestFiles, failure } from './fixtures/files/fake-guest-files.ts';
import { startedFiles } from './fixtures/files/service-rig.ts';
import { until } from './fixtures/until.ts';

let root: string;
let file: string;
let bridge: FakeBridge;
let service: RedirectedFiles;
let rules: { filesToGuest: string; filesFromGuest: string; scanFromGuest: string };
let leavesNothing: boolean;
const signal = new AbortController().signal;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'xpane-files-service-'));
  for (const name of ['home', 'workspace']) mkdirSync(join(root, name));
  file = join(root, 'home', 'Letter.txt');
  writeFileSync(file, 'old');
  leavesNothing = false;
  rules = { filesToGuest: '!zip', filesFromGuest: 'all', scanFromGuest: 'off' };
  bridge = new FakeBridge(new FakeGuestFiles());
  service = await started();
});
afterEach(async () => {
  await service.release();
  rmSync(root, { recursive: true });
});

async function started(timing = {}, { adopts = true } = {}): Promise<RedirectedFiles> {
  const answers = { rules: () => rules, leavesNothing: () => leavesNothing };
  return await startedFiles({ root, ...answers, timing, bridge: adopts ? bridge : undefined });
}

const content = () => readFileSync(file, 'utf8');
const as = (end: GuestEnd) => () => end;
async function endInOrder(): Promise<void> {
  await service.settle(as('stop'));
  await service.release();
  await service.ended('ended');
}

test('what may cross is read anew each time', async () => {
  expect(await service.accept(file)).toBe('Letter.txt');
  rules = { filesToGuest: 'none', filesFromGuest: 'all', scanFromGuest: 'off' };
  await expect(service.accept(file)).rejects.toMatchObject({ code: 'files.not-allowed' });
});

test('a file is opened, its change comes back, and the guest is not put to rest meanwhile', async () => {
  expect(await service.accept(file)).toBe('Letter.txt');
  await service.open(file, { signal });
  let changes = 0;
  service.changes.listen(() => changes++);
  bridge.files.save('Letter.txt', 'edited');
  expect(service.busy).toBe(true);
  await until('the change is here', 5000, () => content() === 'edited' && !service.busy);
  expect(changes).toBeGreaterThan(0);
  expect(service.state).toBeUndefined();
});

test('what may not go is refused by the workspace’s own setting', async () => {
  writeFileSync(join(root, 'home', 'a.zip'), '');
  await expect(service.accept(join(root, 'home', 'a.zip'))).rejects.toMatchObject({
    code: 'files.not-allowed',
  });
});

test('both sides have changed: both are kept, and the state says so', async () => {
  await service.open(file, { signal });
  writeFileSync(file, 'mine');
  bridge.files.save('Letter.txt', 'theirs');
  await until('it was told', 5000, () => service.state !== undefined);
  expect(service.state).toMatchObject({
    notices: [{ id: 1, title: 'A file from the guest was kept beside' }],
  });
  expect(readdirSync(join(root, 'home'))).toHaveLength(2);
});

test('a guest that ends is waited for until its last word is here', async () => {
  await service.open(file, { signal });
  bridge.files.use('Letter.txt', true);
  setTimeout(() => bridge.files.save('Letter.txt', 'last word'), 200);
  await service.settle(as('stop'));
  expect(content()).toBe('last word');
});

test('content that would be gone with the guest keeps that running, unless it is forced', async () => {
  await service.open(file, { signal });
  bridge.files.duringGet = () => {
    throw failure('file-in-use');
  };
  bridge.files.save('Letter.txt', 'edited');
  await service.settle(as('stop'));
  leavesNothing = true;
  await expect(service.settle(as('stop'))).rejects.toMatchObject({ code: 'files.only-in-guest' });
  await service.settle(as('force'));
});

describe('before the disk of a guest is thrown away', () => {
  const disk = () => service.beforeDiskGoes({ force: false });

  test('nothing holds it up where all was brought, or nothing was ever opened', async () => {
    await disk();
    await service.open(file, { signal });
    bridge.files.save('Letter.txt', 'edited');
    await endInOrder();
    await disk();
    expect(content()).toBe('edited');
  });

  test('one that was told to shut down, and was killed instead, may have saved meanwhile', async () => {
    await service.open(file, { signal });
    await service.settle(as('stop'));
    await service.release();
    await expect(disk()).rejects.toMatchObject({ code: 'files.only-in-guest' });
  });

  test('a guest that was killed may have what nobody else has', async () => {
    await service.open(file, { signal });
    await service.settle(as('stop'));
    bridge.files.save('Letter.txt', 'edited');
    await service.release();
    await service.ended('ended');
    await expect(disk()).rejects.toMatchObject({
      code: 'files.only-in-guest',
      message: expect.stringContaining(file),
    });
    await service.beforeDiskGoes({ force: true });
    // The next service knows as much.
    service = await started();
    await service.release();
    await expect(disk()).rejects.toMatchObject({ code: 'files.only-in-guest' });
    leavesNothing = true;
    await disk();
  });

  test('what the rules keep there counts', async () => {
    rules = { filesToGuest: 'all', filesFromGuest: '!zip', scanFromGuest: 'off' };
    await service.open(file, { signal });
    bridge.files.save('more.zip', 'x');
    await endInOrder();
    await expect(disk()).rejects.toMatchObject({ code: 'files.only-in-guest' });
  });

  test('what waits on this computer gets its place first, or is named', async () => {
    await service.open(file, { signal });
    await endInOrder();
    const waits = async (folder: string, target: string) => {
      const journal = await DocumentJournal.open(join(root, 'workspace', 'documents'), silentLog);
      const [record] = journal.all;
      const [main] = record?.files ?? [];
      if (!record || !main) throw new Error('nothing in the journal');
      const temporary = join(folder, '.Letter.txt.xpane-000000');
      writeFileSync(temporary, 'newest');
      const identity = identityOf(statSync(temporary, { bigint: true }));
      const ready = { stamp: 'a'.repeat(16), identity, target, way: 'replace' as const };
      await journal.save({ ...record, files: [{ ...main, incoming: { temporary, ready } }] });
    };
    await waits(join(root, 'home'), file);
    service = await started({}, { adopts: false });
    await disk();
    expect([content(), readdirSync(join(root, 'home'))]).toEqual(['newest', ['Letter.txt']]);
    const share = join(root, 'share');
    mkdirSync(share);
    await waits(share, file);
    renameSync(share, join(root, 'away'));
    service = await started({}, { adopts: false });
    await expect(disk()).rejects.toMatchObject({
      code: 'files.not-placed',
      message: expect.stringContaining(share),
    });
    expect(service.state?.notices?.[0]).toMatchObject({
      title: 'A file from the guest has no place yet',
      text: expect.stringContaining(`Letter.txt lies in ${share}`),
    });
  });
});

test('a guest that keeps nothing is not stopped while a program works on a file', async () => {
  await service.open(file, { signal });
  bridge.files.use('Letter.txt', true);
  leavesNothing = true;
  await expect(service.settle(as('stop'))).rejects.toMatchObject({ code: 'files.only-in-guest' });
  leavesNothing = false;
  await service.settle(as('stop'));
});

test('what the rules keep of one file says nothing of the others', async () => {
  rules = { filesToGuest: 'all', filesFromGuest: '!zip', scanFromGuest: 'off' };
  await service.open(file, { signal });
  bridge.files.save('more.zip', 'x');
  await until('it was refused', 5000, () => service.state !== undefined && !service.busy);
  bridge.files.duringGet = () => {
    throw failure('file-in-use');
  };
  bridge.files.save('Letter.txt', 'edited');
  leavesNothing = true;
  await expect(service.settle(as('stop'))).rejects.toMatchObject({ message: expect.stringContaining(file) });
});

test('what is saved while files come before a stop comes, too', async () => {
  await service.release();
  service = await started({ settleMs: 60_000 });
  await service.open(file, { signal });
  bridge.files.duringGet = () => {
    bridge.files.duringGet = () => {};
    bridge.files.save('more.txt', 'last word');
  };
  bridge.files.save('Letter.txt', 'edited');
  leavesNothing = true;
  await service.settle(as('stop'));
  expect(readFileSync(join(root, 'home', 'more.txt'), 'utf8')).toBe('last word');
});

test('a guest that keeps nothing is not stopped while it does not say what it has', async () => {
  await service.open(file, { signal });
  bridge.become('lost');
  await service.settle(as('stop'));
  leavesNothing = true;
  await expect(service.settle(as('stop'))).rejects.toMatchObject({ code: 'files.only-in-guest' });
  await service.settle(as('force'));
  bridge.become('ready');
  await service.settle(as('stop'));
});

test('a transfer that takes long does not hold up the end of the service', async () => {
  await service.open(file, { signal });
  bridge.files.duringGet = () => new Promise(() => {});
  bridge.files.save('Letter.txt', 'edited');
  const begun = performance.now();
  await service.settle(as('hurry'));
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(content()).toBe('old');
});

test('a new guest is asked only when what the one before was at has ended', async () => {
  await service.open(file, { signal });
  const disk = Promise.withResolvers<void>();
  bridge.files.deaf = true;
  bridge.files.duringGet = () => disk.promise;
  bridge.files.save('Letter.txt', 'edited');
  await until('it is on its way', 5000, () => bridge.files.atOnce === 1);
  const released = service.release();
  service.adopt(bridge as unknown as GuestBridge);
  bridge.become('ready');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(bridge.files.mostAtOnce).toBe(1);
  disk.resolve();
  await released;
  await until('the change is here', 5000, () => content() === 'edited' && !service.busy);
  expect([bridge.files.mostAtOnce, readdirSync(join(root, 'home'))]).toEqual([1, ['Letter.txt']]);
});

test('without a guest nothing is opened, and nothing waited for', async () => {
  await service.release();
  await expect(service.open(file, { signal })).rejects.toMatchObject({ code: 'files.no-guest' });
  await service.settle(as('stop'));
});

describe('a scan command', () => {
  const quarantined = () => readdirSync(join(root, 'quarantine', 'test'));
  function scanner(script: string): void {
    const path = join(root, 'scan it');
    writeFileSync(path.replace(' ', '-'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    rules.scanFromGuest = `${path.replace(' ', '-')} --first`;
  }

  test('that takes content for harmless lets it through; it sees the whole before it has its place', async () => {
    scanner(`[ "$1" = --first ] && [ "$(cat "$2")" = edited ] && [ "$(cat ${file})" = old ]`);
    await service.open(file, { signal });
    bridge.files.save('Letter.txt', 'edited');
    await until('the change is here', 5000, () => content() === 'edited' && !service.busy);
    expect(service.state).toBeUndefined();
  });

  test.each([
    ['finds something', 'echo "Eicar FOUND"; exit 1', 'scan-it does not take it for harmless: Eicar FOUND.'],
    ['is killed', 'kill -9 $$', 'scan-it does not take it for harmless.'],
    ['is not there', undefined, 'scanner could not look at it.'],
  ])('that %s: the content is in quarantine, the file here as it was', async (_, script, why) => {
    if (script === undefined) rules.scanFromGuest = join(root, 'no', 'scanner');
    else scanner(script);
    await service.open(file, { signal });
    bridge.files.save('Letter.txt', 'infected');
    await until('it was told', 5000, () => service.state !== undefined && !service.busy);
    expect([content(), readdirSync(join(root, 'home'))]).toEqual(['old', ['Letter.txt']]);
    const [name = ''] = quarantined();
    expect(name).toMatch(/^Letter \(from .*\)\.txt\.quarantined$/);
    expect(readFileSync(join(root, 'quarantine', 'test', name), 'utf8')).toBe('infected');
    expect(statSync(join(root, 'quarantine', 'test', name)).mode & 0o777).toBe(0o600);
    expect(service.state?.notices).toMatchObject([
      { title: 'A file from the guest is in quarantine', text: expect.stringContaining(why) },
    ]);
    // It is kept: nothing holds up the guest's end, and what is clean comes as ever.
    await service.settle(as('stop'));
    expect(quarantined()).toHaveLength(1);
    rules.scanFromGuest = 'off';
    bridge.files.save('Letter.txt', 'clean');
    await until('the change is here', 5000, () => content() === 'clean' && !service.busy);
  });

  test('with a full quarantine: the content stays in the guest, and the user is told until there is room', async () => {
    scanner('exit 1');
    const folder = join(root, 'quarantine', 'test');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'many'), '');
    truncateSync(join(folder, 'many'), 2 ** 30);
    await service.open(file, { signal });
    bridge.files.save('Letter.txt', 'infected');
    await until('it was told', 5000, () => service.state?.notices !== undefined);
    expect(service.state?.notices?.[0]?.text).toContain('the quarantine is full');
    expect([quarantined(), content(), readdirSync(join(root, 'home'))]).toEqual([
      ['many'],
      'old',
      ['Letter.txt'],
    ]);
    rmSync(join(folder, 'many'));
    await until('it is kept', 10_000, () => quarantined().length === 1 && !service.busy);
  });

  test('that does not end is ended', async () => {
    scanner('exec sleep 60');
    expect(await scanFile([`${root}/scan-it`], file, { timeoutMs: 100 })).toContain('took too long');
    const stop = AbortSignal.abort(new Error('no more'));
    await expect(scanFile([`${root}/scan-it`], file, { signal: stop })).rejects.toThrow('no more');
  });
});
