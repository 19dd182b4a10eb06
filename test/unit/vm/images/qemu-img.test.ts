import { expect, test } from 'vitest';
import { copyArguments, diskName } from '../../../../src/vm/images/image-copy.ts';
import { complaintError } from '../../../../src/vm/images/image-error.ts';
import { fractionIn, withoutProgress, workTimeoutMs } from '../../../../src/vm/images/qemu-img.ts';

test.each([
  ['', undefined],
  ['    (0.00/100%)\r', 0],
  ['    (0.00/100%)\r    (12.50/100%)\r', 0.125],
  ['/100%)\r    (99.99/100%)\r    (10', 0.9999],
  ['    (100.00/100%)\r\n', 1],
  ['qemu-img: broken (12 of 100%)', undefined],
])('%j is %s', (printed, fraction) => {
  expect(fractionIn(printed)).toEqual(fraction === undefined ? undefined : expect.closeTo(fraction));
});

test('what is left without the progress is the complaint', () => {
  expect(withoutProgress('    (0.00/100%)\r    (5.00/100%)\rqemu-img: error while writing\n')).toBe(
    'qemu-img: error while writing',
  );
});

test('the deadline grows with the disk', () => {
  expect(workTimeoutMs(0)).toBe(60_000);
  expect(workTimeoutMs(20 * 2 ** 30)).toBeGreaterThan(2 * 60 * 60_000);
});

test('a disk is opened by its driver alone, whatever its header names', () => {
  expect(JSON.parse(diskName({ file: '/a "b",c.vmdk', format: 'vmdk' }).slice('json:'.length))).toEqual({
    driver: 'vmdk',
    file: { driver: 'file', filename: '/a "b",c.vmdk' },
    backing: null,
  });
  const overlay = diskName({ file: '/o', format: 'qcow2', base: '/b' });
  expect(JSON.parse(overlay.slice('json:'.length)).backing).toEqual({
    driver: 'qcow2',
    file: { driver: 'file', filename: '/b' },
    backing: null,
  });
});

test('the command lines of a copy', () => {
  const from = { file: '/x', format: 'vdi' } as const;
  const name = diskName(from);
  expect(copyArguments({ from, to: '/y', format: 'qcow2' })).toEqual([
    'convert',
    '-p',
    '-O',
    'qcow2',
    '-o',
    'compat=1.1',
    name,
    '/y',
  ]);
  expect(copyArguments({ from, to: '/y', format: 'raw' })).toEqual([
    'convert',
    '-p',
    '-O',
    'raw',
    name,
    '/y',
  ]);
  expect(copyArguments({ from, to: '/y', format: 'vhd' })).toContain('subformat=dynamic,force_size=on');
  const compact = copyArguments({ from, to: '/y', format: 'qcow2', onTopOf: '/b' });
  expect(compact.slice(6)).toEqual(['-B', '/b', '-F', 'qcow2', name, '/y']);
});

test.each([
  ['Could not open: Failed to get shared "write" lock\nIs another process using the image?', 'image.in-use'],
  ['error while writing at byte 0: No space left on device', 'image.disk-full'],
  ["Could not open '/x': Permission denied", 'image.not-readable'],
  ["Could not open 'a-s002.vmdk': No such file or directory", 'image.part-missing'],
  ['Could not open: Invalid argument', 'image.damaged'],
  ['', 'image.damaged'],
])('%j means %s', (complaint, code) => {
  const error = complaintError('/x.vmdk', '/data', complaint);
  expect(error).toMatchObject({ code });
  expect(error.hint).not.toBe('');
});
