import { expect, test } from 'vitest';
import { isPlainName, parseVmdkDescriptor } from '../../../../src/vm/images/vmdk-descriptor.ts';

const descriptor = (extents: string, parentCid = 'ffffffff') => `# Disk DescriptorFile
version=1
CID=7a1b2c3d
parentCID=${parentCid}
createType="twoGbMaxExtentSparse"

# Extent description
${extents}

# The Disk Data Base
ddb.adapterType = "lsilogic"
`;

test('parts, parent and controller are told', () => {
  const text = descriptor('RW 4192256 SPARSE "xp-s001.vmdk"\nRW 63 ZERO\nRW 2048 FLAT "xp-f002.vmdk" 0');
  expect(parseVmdkDescriptor(text)).toEqual({
    untrustedExtentFiles: ['xp-s001.vmdk', 'xp-f002.vmdk'],
    hasParent: false,
    adapter: 'lsilogic',
  });
  expect(parseVmdkDescriptor(text.replaceAll('\n', '\r\n'))?.untrustedExtentFiles).toHaveLength(2);
});

test('a parent is seen, however it is named', () => {
  expect(parseVmdkDescriptor(descriptor('RW 1 SPARSE "a"', '7a1b2c3d'))?.hasParent).toBe(true);
  expect(parseVmdkDescriptor(`${descriptor('')}parentFileNameHint="/etc/x"`)?.hasParent).toBe(true);
});

test.each([
  'RW\n2048 FLAT "/etc/shadow" 0',
  'RW 2048\nFLAT "/etc/shadow" 0',
  'RW\t2048 FLAT "/etc/shadow" 0',
  '  RW\v2048 FLAT "/etc/shadow" 0',
  'RW 2048 FLAT "/etc/shadow" 0 more',
  'RW 2048 FLAT "a"b" 0',
  'RW 2048 FLAT',
])('%j is refused: QEMU would read it otherwise', (extent) => {
  expect(parseVmdkDescriptor(descriptor(extent))).toBeUndefined();
});

test('what is shown of it is a word', () => {
  const text = (adapter: string) => descriptor('').replace('lsilogic', adapter);
  expect(parseVmdkDescriptor(text('\x1b[2Jide'))?.adapter).toBeUndefined();
  expect(parseVmdkDescriptor(text('legacyESX'))?.adapter).toBe('legacyesx');
});

test('what stands behind a zero byte counts neither here nor for QEMU', () => {
  expect(parseVmdkDescriptor(`${descriptor('')}\0RW 1 FLAT "b" 0`)?.untrustedExtentFiles).toEqual([]);
});

test.each([
  ['xp-s001.vmdk', true],
  ['XP mit Umlaut ä.vmdk', true],
  ['/etc/shadow', false],
  ['../x', false],
  ['..', false],
  ['C:\\x', false],
  ['nbd:host', false],
  ['json:{}', false],
  // QEMU reads 511 bytes of a name; no file has a longer one than this.
  ['ä'.repeat(127), true],
  ['ä'.repeat(128), false],
])('%s beside the descriptor: %s', (name, plain) => {
  expect(isPlainName(name)).toBe(plain);
});
