import { expect, test } from 'vitest';
import { formatOfName } from '../../../../src/vm/images/image-formats.ts';
import { fileKind } from '../../../../src/vm/images/image-magic.ts';

/** A file of these bytes at these places, and zeros. */
function file(sizeBytes: number, ...parts: readonly (readonly [number, string | readonly number[]])[]) {
  const content = Buffer.alloc(sizeBytes);
  for (const [at, bytes] of parts) {
    if (typeof bytes === 'string') content.write(bytes, at, 'latin1');
    else Buffer.from(bytes).copy(content, at);
  }
  return { sizeBytes, head: content.subarray(0, 65_536), tail: content.subarray(-512) };
}

const bootSector = [510, [0x55, 0xaa]] as const;

test.each([
  ['qcow2', file(4096, [0, 'QFI\xfb'])],
  ['vhdx', file(4096, [0, 'vhdxfile'])],
  ['vmdk', file(4096, [0, 'KDMV'])],
  ['vmdk', file(4096, [0, 'COWD'])],
  ['vmdk', file(700, [0, '# Disk DescriptorFile\nversion=1\n'])],
  ['vdi', file(4096, [0, '<<< Oracle VM VirtualBox Disk Image >>>'], [0x40, [0x7f, 0x10, 0xda, 0xbe]])],
  ['vhd', file(4096, [0, 'conectix'], [3584, 'conectix'])],
  ['vhd', file(4096, bootSector, [3584, 'conectix'])],
  ['raw', file(4096, bootSector)],
] as const)('%s is recognised', (format, ends) => {
  expect(fileKind(ends)).toEqual({ kind: 'image', format });
});

test.each([
  ['cd', file(65_536, bootSector, [32_769, 'CD001'])],
  ['archive', file(4096, [0, 'office.ovf'], [257, 'ustar'])],
  ['archive', file(100, [0, 'PK\x03\x04'])],
  ['archive', file(100, [0, '\x1f\x8b'])],
  ['archive', file(100, [0, '7z\xbc\xaf\x27\x1c'])],
  ['program', file(5000, [0, 'MZ'])],
] as const)('%s is no disk', (what, ends) => {
  expect(fileKind(ends)).toEqual({ kind: 'other', what });
});

test.each([
  ['zeros', file(4096)],
  ['text', file(1000, [0, 'Dear Sir or Madam'])],
  ['a disk of half a sector too much', file(4096 + 256, bootSector)],
  ['nothing', file(0)],
])('%s: not taken for a raw disk', (_name, ends) => {
  expect(fileKind(ends)).toEqual({ kind: 'unknown' });
});

test.each([
  ['/a/office.VHD', 'vhd'],
  ['b.img', 'raw'],
  ['b.raw', 'raw'],
  ['c.qcow2', 'qcow2'],
  ['d.vmdk', 'vmdk'],
  ['e', undefined],
  ['f.doc', undefined],
  ['vmdk/g', undefined],
])('%s promises %s', (name, format) => {
  expect(formatOfName(name)).toBe(format);
});
