import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { imageDamaged, imageUntrusted, openError } from './image-error.ts';
import type { ImageFormat } from './image-formats.ts';
import type { FileEnds } from './image-magic.ts';
import { type StampedFile, stampOf } from './image-stamp.ts';
import {
  isPlainName,
  maxDescriptorBytes,
  parseVmdkDescriptor,
  type VmdkDescriptor,
} from './vmdk-descriptor.ts';

/** An image that is open, with what was read of it. */
export interface OpenImage extends FileEnds {
  readonly file: string;
  readonly descriptor: number;
}

/** What the header says beyond the format. */
export interface HeaderFacts {
  /** For a VMDK the controller that the disk hung on. */
  readonly adapter?: string;
  /** The other files that the disk is in. */
  readonly parts?: readonly StampedFile[];
}

/**
 * Reads the header before any other program does, and refuses what leads to another file: an image that came from
 * somewhere may name any file of this user's as a part of the disk, and the guest would then read it (or QEMU write
 * it, CVE-2024-4467). Also what is known to be cut off, where QEMU would show zeros in place of what is missing.
 *
 * Throws `image.needs-others`, `image.damaged`.
 */
export function checkHeader(image: OpenImage, format: ImageFormat): HeaderFacts {
  switch (format) {
    case 'qcow2':
      return checkQcow2(image);
    case 'vmdk':
      return checkVmdk(image);
    case 'vhd':
      return checkVhd(image);
    case 'vdi':
      return checkVdi(image);
    case 'raw':
      return checkPartitions(image);
    case 'vhdx':
      // QEMU itself refuses one with a parent, and blocks that lie behind the end.
      return {};
  }
}

/** QEMU's docs/interop/qcow2.txt, big-endian. */
function checkQcow2({ file, head }: OpenImage): HeaderFacts {
  if (head.length < 104) throw cutOff(file);
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw imageDamaged(file, 'its version is unknown.');
  if (head.readBigUInt64BE(8) !== 0n) throw needsParent(file);
  if (head.readUInt32BE(32) !== 0) throw imageUntrusted(file, 'it is encrypted.');
  const externalData = 1n << 2n;
  if (version === 3 && (head.readBigUInt64BE(72) & externalData) !== 0n) {
    throw imageUntrusted(file, 'its content is in another file.');
  }
  return {};
}

function checkVmdk(image: OpenImage): HeaderFacts {
  const { file, head } = image;
  const text = isExtent(head) ? embeddedDescriptor(image) : wholeText(image);
  const descriptor = parseVmdkDescriptor(text);
  if (!descriptor) throw imageDamaged(file, 'its descriptor is not valid.');
  if (descriptor.hasParent) throw needsParent(file);
  const { adapter } = descriptor;
  return {
    ...(adapter === undefined ? {} : { adapter }),
    ...(isExtent(head) ? {} : { parts: checkedParts(file, descriptor) }),
  };
}

const magicOf = (head: Buffer) => head.toString('latin1', 0, 4);
const isExtent = (head: Buffer) => ['KDMV', 'COWD'].includes(magicOf(head));

function embeddedDescriptor({ file, head }: OpenImage): string {
  if (head.length < 512) throw cutOff(file);
  // QEMU takes one without a capacity for a mere list of other files.
  if (listsOthers(head)) throw imageUntrusted(file, 'its content is in other files.');
  // Whatever the header tells of its place, QEMU reads 20 sectors here and needs this word.
  const text = head.toString('latin1', 512, 21 * 512);
  if (text.includes('CID=')) return text;
  throw imageUntrusted(
    file,
    'it is one part of a disk in several files.',
    'Choose the file that names the parts: the small one, without a number.',
  );
}

function wholeText({ file, descriptor, sizeBytes }: OpenImage): string {
  if (sizeBytes > maxDescriptorBytes) throw imageDamaged(file, 'its descriptor is too long.');
  const buffer = Buffer.alloc(sizeBytes);
  const read = readSync(descriptor, buffer, 0, buffer.length, 0);
  return buffer.toString('latin1', 0, read);
}

/** Each extent is a file of its own beside the descriptor, and no link that leads away from there. */
function checkedParts(file: string, { untrustedExtentFiles }: VmdkDescriptor): StampedFile[] {
  return [...new Set(untrustedExtentFiles)].map((untrustedName) => {
    const name = Buffer.from(untrustedName, 'latin1').toString('utf8');
    if (!isPlainName(name)) throw imageUntrusted(file, 'it names a file in another folder as its content.');
    return checkedPart(file, name);
  });
}

function checkedPart(file: string, untrustedName: string): StampedFile {
  const name = displayText(untrustedName, 255);
  const path = join(dirname(file), untrustedName);
  const descriptor = openedPart(file, path, name);
  try {
    const stat = fstatSync(descriptor, { bigint: true });
    if (!stat.isFile()) throw imageUntrusted(file, `its part ${name} is no plain file.`);
    const head = Buffer.alloc(20);
    readSync(descriptor, head, 0, head.length, 0);
    if (listsOthers(head)) throw imageUntrusted(file, `its part ${name} names other files.`);
    return { file: path, stamp: stampOf(stat) };
  } finally {
    closeSync(descriptor);
  }
}

function openedPart(file: string, path: string, name: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw imageUntrusted(file, `its part ${name} is not in the same folder.`);
    if (code === 'ELOOP') throw imageUntrusted(file, `its part ${name} is no plain file.`);
    throw openError(path, thrown);
  }
}

/** A sparse extent without a capacity (little-endian, at 12), which QEMU would take for a descriptor. */
function listsOthers(head: Buffer): boolean {
  return magicOf(head) === 'KDMV' && head.readBigUInt64LE(12) === 0n;
}

/** Microsoft, "Virtual Hard Disk Image Format Specification": the footer, big-endian; the type at 60. */
function checkVhd({ file, head, tail }: OpenImage): HeaderFacts {
  const isFooter = (block: Buffer) => block.length === 512 && block.toString('latin1', 0, 8) === 'conectix';
  if (!isFooter(tail)) throw cutOff(file);
  const type = tail.readUInt32BE(60);
  const copy = head.subarray(0, 512);
  // QEMU goes by the copy in front, where there is one.
  const types = isFooter(copy) ? [type, copy.readUInt32BE(60)] : [type];
  if (types.includes(4)) throw needsParent(file);
  if (type !== 2 && type !== 3) throw imageDamaged(file, 'its type is unknown.');
  if (type === 3 && !isFooter(copy)) throw imageDamaged(file, 'its header is missing.');
  return {};
}

/** VirtualBox's VDICore.h, little-endian. QEMU refuses what has a parent, and reads zeros behind the end. */
function checkVdi({ file, head, sizeBytes }: OpenImage): HeaderFacts {
  if (head.length < 512) throw cutOff(file);
  const [undo, differencing] = [3, 4];
  const type = head.readUInt32LE(0x4c);
  if (type === undo || type === differencing) throw needsParent(file);
  const data = head.readUInt32LE(0x158);
  const content = head.readUInt32LE(0x178) * head.readUInt32LE(0x184);
  if (data + content > sizeBytes) throw cutOff(file);
  return {};
}

/** A raw disk does not know its own length, but its four primary partitions do (master boot record, at 446). */
function checkPartitions({ file, head, sizeBytes }: OpenImage): HeaderFacts {
  if (head.length < 512) throw cutOff(file);
  for (let at = 446; at < 510; at += 16) {
    const type = head[at + 4] ?? 0;
    const status = head[at] ?? 0;
    // A boot sector without partitions has code or text here.
    if (type === 0 || (status !== 0 && status !== 0x80)) continue;
    // A protective entry spans what 32 bits can tell, whatever the disk is.
    if (type === 0xee) continue;
    const end = (head.readUInt32LE(at + 8) + head.readUInt32LE(at + 12)) * 512;
    if (end > sizeBytes) throw cutOff(file);
  }
  return {};
}

function cutOff(file: string): XPaneError {
  return imageDamaged(file, 'its end is missing.');
}

function needsParent(file: string): XPaneError {
  return imageUntrusted(file, 'it only holds what differs from another disk (a snapshot, or a linked copy).');
}
