import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Appliance, applianceIn } from '../../src/appliance/appliance.ts';
import { silentLog } from '../../src/shared/log.ts';
import { createBackend } from '../../src/vm/backends.ts';
import { applianceBelow } from '../../src/vm/qemu/overlay.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';

/** A built-in guest as far as disks go: an empty image, and a prefix of 2 MiB with a hard link in it. */
function diskAppliance(folder: string, hash = 'aa11'): Appliance {
  const appliance = applianceIn(join(folder, 'guest', hash), hash);
  mkdirSync(join(appliance.prefix, 'drive_c'), { recursive: true });
  writeFileSync(join(appliance.prefix, 'drive_c/one.dll'), Buffer.alloc(2 << 20, 1));
  linkSync(join(appliance.prefix, 'drive_c/one.dll'), join(appliance.prefix, 'drive_c/two.dll'));
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', appliance.disk, '64M']);
  return appliance;
}

function prepared(kind: 'qemu' | 'sandbox') {
  const folder = testFolder();
  const appliance = diskAppliance(folder);
  const backend = createBackend(kind, { appliance, cache: folder, log: silentLog });
  return { folder, appliance, backend, disk: join(folder, 'workspace/disk') };
}

describe.each(['qemu', 'sandbox'] as const)('%s', (kind) => {
  test('a disk is made once, for this user only', async () => {
    const { backend, disk } = prepared(kind);
    await backend.prepareDisk(disk);
    const made = statSync(disk);
    expect(made.mode & 0o077).toBe(0);
    expect(statSync(dirname(disk)).mode & 0o077).toBe(0);
    await backend.prepareDisk(disk);
    expect(statSync(disk).ino).toBe(made.ino);
    expect(readdirSync(dirname(disk))).toEqual(['disk']);
  });

  test('what an interrupted try left does not disturb', async () => {
    const { backend, disk } = prepared(kind);
    mkdirSync(`${disk}.partial/old`, { recursive: true });
    await backend.prepareDisk(disk);
    expect(readdirSync(dirname(disk))).toEqual(['disk']);
  });

  test('a cancelled try leaves nothing', async () => {
    const { backend, disk } = prepared(kind);
    const cancelled = AbortSignal.abort(new Error('enough'));
    await expect(backend.prepareDisk(disk, cancelled)).rejects.toThrow('enough');
    expect(existsSync(disk)).toBe(false);
  });

  test('a full disk is said, and nothing half made stays', () => {
    const { appliance, folder } = prepared(kind);
    const small = join(folder, 'small');
    mkdirSync(small);
    const argument = JSON.stringify({ kind, appliance, disk: join(small, 'disk') });
    const script = new URL('./fixtures/prepare-disk.ts', import.meta.url).pathname;
    const inside = `'${process.execPath}' '${script}' '${argument}'; ls -A '${small}'`;
    const result = spawnSync(
      'bwrap',
      ['--dev-bind', '/', '/', '--size', '65536', '--tmpfs', small, 'sh', '-c', inside],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(result.stdout)).toMatchObject({
      code: 'vm.disk-full',
      hint: expect.stringContaining('Free'),
    });
  });
});

test('the prefix is a copy of its own that keeps hard links', async () => {
  const { backend, disk, appliance } = prepared('sandbox');
  await backend.prepareDisk(disk);
  const [one, two] = ['one.dll', 'two.dll'].map((name) => statSync(join(disk, 'drive_c', name)));
  expect(one?.ino).toBe(two?.ino);
  expect(one?.ino).not.toBe(statSync(join(appliance.prefix, 'drive_c/one.dll')).ino);
});

describe('an overlay', () => {
  test('has the image of the built-in guest below it', async () => {
    const { backend, disk, appliance } = prepared('qemu');
    await backend.prepareDisk(disk);
    expect(applianceBelow(disk, appliance)).toEqual(appliance);
  });

  test('stays on the version it was made on, also when the cache moved', async () => {
    const { backend, disk, folder } = prepared('qemu');
    await backend.prepareDisk(disk);
    renameSync(join(folder, 'guest'), join(folder, 'moved'));
    const newer = applianceIn(join(folder, 'moved/bb22'), 'bb22');
    expect(applianceBelow(disk, newer)).toEqual(applianceIn(join(folder, 'moved/aa11'), 'aa11'));
  });

  test('whose image is gone is said to be lost', async () => {
    const { backend, disk, folder } = prepared('qemu');
    await backend.prepareDisk(disk);
    const elsewhere = applianceIn(join(folder, 'other/bb22'), 'bb22');
    expect(() => applianceBelow(disk, elsewhere)).toThrow(
      expect.objectContaining({ code: 'vm.base-missing' }),
    );
  });

  test('that names a file of the user is not followed there', () => {
    const { disk, folder, appliance } = prepared('qemu');
    mkdirSync(dirname(disk));
    const private_ = join(folder, 'private/disk.qcow2');
    mkdirSync(dirname(private_));
    writeFileSync(private_, 'the letter');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', private_, disk, '1M']);
    expect(() => applianceBelow(disk, appliance)).toThrow(
      expect.objectContaining({ code: 'vm.base-missing' }),
    );
  });

  test.each([
    ['empty', Buffer.alloc(0)],
    ['of another kind', Buffer.alloc(4096, 0x41)],
    [
      'with a name outside the file',
      Buffer.from(`514649fb00000003${'00'.repeat(4)}00100000${'000003ff'}`, 'hex'),
    ],
    ['with an endless name', Buffer.from(`514649fb00000003${'00'.repeat(7)}68ffffffff`, 'hex')],
  ])('%s is damaged', (_name, content) => {
    const { disk, appliance } = prepared('qemu');
    mkdirSync(dirname(disk));
    writeFileSync(disk, content);
    expect(() => applianceBelow(disk, appliance)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^vm\.(disk-damaged|base-missing)$/) }),
    );
    expect(readFileSync(disk).equals(content)).toBe(true);
  });
});
