import { describe, expect, it } from 'vitest';
import { asBuildError, buildError, diskFull } from '../../../src/appliance/build-tool.ts';

describe('the error made of a failed tool’s last words', () => {
  it.each([
    ['appliance.disk-full', 'tar: ./usr/lib/x: Cannot write: No space left on device'],
    ['appliance.disk-full', "E: You don't have enough free space in /var/cache/apt/archives/."],
    ['appliance.disk-full', 'mke2fs: Disk quota exceeded while populating file system'],
    [
      'appliance.no-network',
      "Temporary failure resolving 'x.example'\nE: Failed to fetch http://x.example/InRelease",
    ],
    ['appliance.no-network', 'Could not connect to x.example:80, connection timed out'],
    ['appliance.no-namespaces', 'bwrap: No permissions to create new namespace, likely because …'],
    ['appliance.no-namespaces', 'bwrap: setting up uid map: Permission denied'],
    ['appliance.build-failed', 'something else'],
  ])('%s', (code, output) => {
    const error = buildError('making the disk', output, false);
    expect(error.code).toBe(code);
    expect(error.hint).not.toBe('');
  });

  it('keeps what could not be fetched, though sizes and hashes follow', () => {
    const fetch = 'E: Failed to fetch http://x.example/dists/y/Packages.xz  File has unexpected size';
    const error = buildError('reading', `${fetch}\n  a\n  b\n  c\n  d\nE: Some index files failed`, false);
    expect(error.cause).toMatchObject({ message: fetch });
  });

  it('keeps the last words of an unknown failure, and tells a deadline apart', () => {
    expect(buildError('making the disk', 'a\nb\nmke2fs: broken', false).message).toContain('mke2fs: broken');
    expect(buildError('making the disk', '', true).message).toContain('took too long');
  });
});

it('knows the file system’s own error for a full disk', () => {
  const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  expect(asBuildError(full)).toMatchObject({ code: 'appliance.disk-full' });
  const other = new Error('other');
  expect(asBuildError(other)).toBe(other);
});

it('says how much room is needed', () => {
  expect(diskFull(10 * 1024 ** 2, 1300 * 1024 ** 2).message).toContain(
    '10 MiB are free, 1300 MiB are needed',
  );
});
